/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "profile-files.h"
#include "sim.h"

static Sim *
make_sim (const char *const *settings)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Profile) profile = profile_load (PROFILE_DEFAULT, settings, &error);

    g_assert_no_error (error);
    return sim_new (profile);
}

static void
assert_file (Sim *sim, guint16 file, const char *expected)
{
    g_autoptr (GBytes) bytes = sim_read_file (sim, file);
    g_autoptr (GString) hex = g_string_new (NULL);
    gsize size;
    const guint8 *data = bytes ? g_bytes_get_data (bytes, &size) : NULL;

    for (gsize i = 0; data && i < size; i++)
        g_string_append_printf (hex, "%02x", data[i]);
    g_assert_cmpstr (data ? hex->str : NULL, ==, expected);
}

static void
test_files (void)
{
    const char *settings[] = { "sim.iccid=8986012345678901234", "sim.imsi=001010123456789", "sim.spn=Ab",
                               "sim.gid1=0aFF",
                               NULL };
    g_autoptr (Sim) sim = make_sim (settings);

    assert_file (sim, SIM_FILE_ICCID, "986810325476981032f4");
    assert_file (sim, SIM_FILE_IMSI, "080910101032547698");
    assert_file (sim, SIM_FILE_AD, "00000002");
    assert_file (sim, SIM_FILE_SPN, "014162ffffffffffffffffffffffffffff");
    assert_file (sim, SIM_FILE_GID1, "0aff");
    assert_file (sim, 0x6f99, NULL);
}

static void
test_even_imsi (void)
{
    const char *settings[] = { "sim.imsi=00101012345678", NULL };
    g_autoptr (Sim) sim = make_sim (settings);

    assert_file (sim, SIM_FILE_IMSI, "0801101010325476f8");
}

static void
test_pin (void)
{
    const char *settings[] = { "sim.pin=1234", NULL };
    g_autoptr (Sim) sim = make_sim (settings);

    g_assert_cmpint (sim_state (sim), ==, SIM_PIN_REQUIRED);
    assert_file (sim, SIM_FILE_AD, NULL);
    g_assert_false (sim_verify_pin (sim, "0000"));
    g_assert_cmpuint (sim->pin_retries, ==, 2);
    g_assert_true (sim_verify_pin (sim, "1234"));
    g_assert_cmpuint (sim->pin_retries, ==, 3);
    g_assert_cmpint (sim_state (sim), ==, SIM_READY);
    sim_power_cycle (sim);
    g_assert_cmpint (sim_state (sim), ==, SIM_PIN_REQUIRED);
}

static void
test_puk (void)
{
    const char *settings[] = { "sim.pin=1234", NULL };
    g_autoptr (Sim) sim = make_sim (settings);

    for (guint i = 0; i < SIM_PIN_RETRIES; i++)
        g_assert_false (sim_verify_pin (sim, "9999"));
    g_assert_cmpint (sim_state (sim), ==, SIM_PUK_REQUIRED);
    g_assert_false (sim_verify_pin (sim, "1234"));
    g_assert_false (sim_unblock_pin (sim, SIM_WRONG_PUK, "5678"));
    g_assert_cmpuint (sim->puk_retries, ==, SIM_PUK_RETRIES - 1);
    g_assert_true (sim_unblock_pin (sim, "12345678", "5678"));
    g_assert_cmpint (sim_state (sim), ==, SIM_READY);
    g_assert_true (sim_change_pin (sim, "5678", "4321"));
    g_assert_true (sim_enable_pin (sim, FALSE, "4321"));
    sim_power_cycle (sim);
    g_assert_cmpint (sim_state (sim), ==, SIM_READY);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/sim/files", test_files);
    g_test_add_func ("/sim/even-imsi", test_even_imsi);
    g_test_add_func ("/sim/pin", test_pin);
    g_test_add_func ("/sim/puk", test_puk);
    return g_test_run ();
}
