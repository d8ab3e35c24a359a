/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "at-engine.h"
#include "scratch-module.h"

#include <string.h>

typedef struct {
    ScratchModule module;
    AtEngine *engine;
    GString *output;
} Fixture;

static void
keep (gconstpointer data, gsize size, gpointer user_data)
{
    g_string_append_len (user_data, data, size);
}

static void
set_up (Fixture *fixture, gconstpointer port)
{
    scratch_module_init (&fixture->module, NULL);
    fixture->output = g_string_new (NULL);
    fixture->engine = at_engine_new (&(AtEngineConfig) { port, fixture->module.model, fixture->module.faults,
                                                         fixture->module.journal, keep, fixture->output });
    scratch_module_register (&fixture->module);
    g_string_truncate (fixture->output, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer port)
{
    at_engine_free (fixture->engine);
    scratch_module_clear (&fixture->module);
    g_string_free (fixture->output, TRUE);
}

/* What the port says to a text; the echo is part of it. */
static const char *
say (Fixture *fixture, const char *text)
{
    g_string_truncate (fixture->output, 0);
    at_engine_feed (fixture->engine, text, strlen (text));
    return fixture->output->str;
}

static void
assert_dialogue (Fixture *fixture, const char *const (*dialogue)[2], gsize n)
{
    say (fixture, "ATE0\r");
    for (gsize i = 0; i < n; i++) {
        g_autofree char *line = g_strdup_printf ("AT%s\r", dialogue[i][0]);
        g_autofree char *answer = g_strdup_printf ("\r\n%s\r\n", dialogue[i][1]);

        g_assert_cmpstr (say (fixture, line), ==, answer);
    }
}

static void
test_framing (Fixture *fixture, gconstpointer port)
{
    g_assert_cmpstr (say (fixture, "AT\r"), ==, "AT\r\r\nOK\r\n");
    g_assert_cmpstr (say (fixture, "\n \001noise at\r"), ==, "\n \001noise at\r\r\nOK\r\n");
    g_assert_cmpstr (say (fixture, "hello\r"), ==, "hello\r");
    g_assert_cmpstr (say (fixture, "ATE0V0\r"), ==, "ATE0V0\r0\r");
    g_assert_cmpstr (say (fixture, "AT+NONSENSE\r"), ==, "4\r");
    g_assert_cmpstr (say (fixture, "ATV1Q1\r"), ==, "");
    g_assert_cmpstr (say (fixture, "ATQ0;+CMEE=1;+CMEE?\r"), ==, "\r\n+CMEE: 1\r\n\r\nOK\r\n");
    g_assert_cmpstr (say (fixture, "AT+CGMIx\bM\b\r"), ==, "\r\nQuectel\r\n\r\nOK\r\n");
}

static void
test_endless_line (Fixture *fixture, gconstpointer port)
{
    g_autofree char *long_line = g_strnfill (100000, 'A');

    say (fixture, "ATE0\r");
    say (fixture, long_line);
    g_assert_cmpstr (say (fixture, "\r"), ==, "\r\nERROR\r\n");
    g_assert_cmpstr (say (fixture, "AT\r"), ==, "\r\nOK\r\n");
}

static void
test_commands (Fixture *fixture, gconstpointer port)
{
    static const char *const dialogue[][2] = {
        { "I", "Quectel\r\nEC25\r\nRevision: EC25EFAR06A11M4G\r\n\r\n\r\nOK" },
        { "+CGMR", "EC25EFAR06A11M4G\r\n\r\nOK" },
        { "+CGSN", "861107030000017\r\n\r\nOK" },
        { "+CGSN=1", "+GSN: 861107030000017\r\n\r\nOK" },
        { "+CIMI", "001010123456789\r\n\r\nOK" },
        { "+QCCID", "+QCCID: 8986000000000000017\r\n\r\nOK" },
        { "+CPIN?", "+CPIN: READY\r\n\r\nOK" },
        { "+QPINC=\"SC\"", "+QPINC: \"SC\",3,10\r\n\r\nOK" },
        { "+CLCK=\"SC\",2", "+CLCK: 0\r\n\r\nOK" },
        { "+CRSM=176,28589,0,0,4", "+CRSM: 144,0,\"00000002\"\r\n\r\nOK" },
        { "+QINISTAT", "+QINISTAT: 7\r\n\r\nOK" },
        { "+CREG?", "+CREG: 0,1\r\n\r\nOK" },
        { "+CEREG=2", "OK" },
        { "+CEREG?", "+CEREG: 2,1,\"1A2B\",\"1A2B3C4\",7\r\n\r\nOK" },
        { "+COPS?", "+COPS: 0,0,\"Test Network\",7\r\n\r\nOK" },
        { "+COPS=3,2;+COPS?", "+COPS: 0,2,\"00101\",7\r\n\r\nOK" },
        { "+CSQ", "+CSQ: 24,99\r\n\r\nOK" },
        { "+CESQ", "+CESQ: 99,99,255,255,20,46\r\n\r\nOK" },
        { "+QNWINFO", "+QNWINFO: \"FDD LTE\",\"00101\",\"LTE BAND 3\",1300\r\n\r\nOK" },
        { "+QCSQ", "+QCSQ: \"LTE\",-65,-95,150,-10\r\n\r\nOK" },
        { "+CGATT?", "+CGATT: 1\r\n\r\nOK" },
        { "+CGPADDR=1", "+CGPADDR: 1,\"10.77.3.2\",\"32.1.13.184.0.3.0.0.0.0.0.0.0.0.0.2\"\r\n\r\nOK" },
        { "+CGACT?", "+CGACT: 1,1\r\n+CGACT: 2,0\r\n+CGACT: 3,0\r\n\r\nOK" },
        { "+CGCONTRDP",
          "+CGCONTRDP: 1,5,\"internet\",\"10.77.3.2.255.255.255.0\",\"10.77.3.1\",\"10.77.3.1\",\"\""
          "\r\n\r\nOK" },
        { "+QURCCFG=\"urcport\"", "+QURCCFG: \"urcport\",\"usbat\"\r\n\r\nOK" },
        { "+QGPS?", "+QGPS: 0\r\n\r\nOK" },
        { "+CTZU=?", "+CTZU: (0,1,3)\r\n\r\nOK" },
        { "+CTZU=3;+CTZU?", "+CTZU: 3\r\n\r\nOK" },
        { "+QNETDEVCTL=1,1,1", "ERROR" },
        { "+QNETDEVCTL=?", "ERROR" },
        { "D*99***1#", "NO CARRIER" },
        { "+CFUN=7", "ERROR" },
        { "+CMEE=1", "OK" },
        { "+CFUN=7", "+CME ERROR: 50" },
        { "+CFUN=4,1", "+CME ERROR: 50" },
        { "+CPIN=1234", "+CME ERROR: 3" },
        { "+QGPSEND", "+CME ERROR: 505" },
        { "+CMEE=2", "OK" },
        { "+CPIN=1234", "+CME ERROR: operation not allowed" },
    };

    assert_dialogue (fixture, dialogue, G_N_ELEMENTS (dialogue));
}

static void
test_contexts (Fixture *fixture, gconstpointer port)
{
    static const char *const dialogue[][2] = {
        { "+CGDCONT?", "+CGDCONT: 1,\"IPV4V6\",\"\",\"0.0.0.0\",0,0,0,0\r\n"
                       "+CGDCONT: 2,\"IPV4V6\",\"ims\",\"0.0.0.0\",0,0,0,0\r\n"
                       "+CGDCONT: 3,\"IPV4V6\",\"sos\",\"0.0.0.0\",0,0,0,0\r\n\r\nOK" },
        { "+CGDCONT=1,\"IP\",\"a;b,c\"", "OK" },
        { "+CGDCONT=2;+CGDCONT=3", "OK" },
        { "+CGDCONT?", "+CGDCONT: 1,\"IP\",\"a;b,c\",\"0.0.0.0\",0,0,0,0\r\n\r\nOK" },
        { "+QICSGP=1", "+QICSGP: 1,\"a;b,c\",\"\",\"\",0\r\n\r\nOK" },
        { "+QICSGP=1,3,\"apn\",\"me\",\"secret\",2", "OK" },
        { "+QICSGP=1", "+QICSGP: 3,\"apn\",\"me\",\"secret\",2\r\n\r\nOK" },
        { "+CGDCONT?", "+CGDCONT: 1,\"IPV4V6\",\"apn\",\"0.0.0.0\",0,0,0,0\r\n\r\nOK" },
        { "+CGDCONT=0,\"IP\"", "ERROR" },
        { "+CGDCONT=17,\"IP\"", "ERROR" },
        { "+CGDCONT=1,\"X25\"", "ERROR" },
    };

    assert_dialogue (fixture, dialogue, G_N_ELEMENTS (dialogue));
}

static void
test_usbnet (Fixture *fixture, gconstpointer port)
{
    static const char *const dialogue[][2] = {
        { "+QCFG=\"usbnet\"", "+QCFG: \"usbnet\",0\r\n\r\nOK" },
        { "+QCFG=\"USBNET\",1", "OK" },
        { "+QCFG=\"usbnet\"", "+QCFG: \"usbnet\",1\r\n\r\nOK" },
        { "+QCFG=\"usbnet\",4", "ERROR" },
        { "+QCFG=\"nonsense\"", "ERROR" },
    };

    assert_dialogue (fixture, dialogue, G_N_ELEMENTS (dialogue));
    g_assert_cmpuint (fixture->module.model->composition.mode, ==, 0);
}

static void
test_minimum_functionality (Fixture *fixture, gconstpointer port)
{
    static const char *const dialogue[][2] = {
        { "+CMEE=1", "OK" },
        { "+COPS?", "+COPS: 0\r\n\r\nOK" },
        { "+CPIN?", "+CME ERROR: 13" },
        { "+CSQ", "+CSQ: 99,99\r\n\r\nOK" },
        { "+CFUN?", "+CFUN: 0\r\n\r\nOK" },
    };

    say (fixture, "AT+CFUN=0\r");
    assert_dialogue (fixture, dialogue, G_N_ELEMENTS (dialogue));
}

static void
test_clock (Fixture *fixture, gconstpointer port)
{
    say (fixture, "ATE0+CTZR=1\r");
    g_string_truncate (fixture->output, 0);
    model_set_time (fixture->module.model, 1767323045, 4);
    g_assert_cmpstr (fixture->output->str, ==, "\r\n+CTZV: +04\r\n");
    g_assert_cmpstr (say (fixture, "AT+CCLK?\r"), ==, "\r\n+CCLK: \"80/01/06,00:00:00+00\"\r\n\r\nOK\r\n");
    g_assert_nonnull (strstr (say (fixture, "AT+CTZU=1;+CCLK?\r"), "+CCLK: \"26/01/02,03:04:0"));
    g_assert_nonnull (strstr (say (fixture, "AT+CTZU=3;+CCLK?\r"), "+CCLK: \"26/01/02,04:04:0"));
    g_assert_nonnull (strstr (say (fixture, "AT+QLTS\r"), "+QLTS: \"2026/01/02,03:04:05+04,0\""));
    g_assert_nonnull (strstr (say (fixture, "AT+QLTS=2\r"), "+QLTS: \"2026/01/02,04:04:0"));
}

static void
test_codes_on_the_at_port (Fixture *fixture, gconstpointer port)
{
    g_string_truncate (fixture->output, 0);
    model_urc (fixture->module.model, "+QIND: TEST");
    g_assert_cmpstr (fixture->output->str, ==, "\r\n+QIND: TEST\r\n");
    say (fixture, "ATE0+CEREG=1;+QURCCFG=\"urcport\",\"usbmodem\"\r");
    g_string_truncate (fixture->output, 0);
    model_urc (fixture->module.model, "+QIND: TEST");
    g_assert_cmpstr (fixture->output->str, ==, "");
    say (fixture, "AT+QURCCFG=\"urcport\",\"all\"\r");
    g_string_truncate (fixture->output, 0);
    model_set_network_answer (fixture->module.model, REGISTRATION_ROAMING, 0);
    g_assert_cmpstr (fixture->output->str, ==, "\r\n+CEREG: 5\r\n");
}

static void
test_no_codes_on_the_modem_port (Fixture *fixture, gconstpointer port)
{
    g_string_truncate (fixture->output, 0);
    model_urc (fixture->module.model, "+QIND: TEST");
    g_assert_cmpstr (fixture->output->str, ==, "");
}

static void
test_faults (Fixture *fixture, gconstpointer port)
{
    Faults *faults = fixture->module.faults;

    say (fixture, "ATE0\r");
    faults_add_at (faults, "at+cgmi", (Fault) { FAULT_ERROR }, 1);
    g_assert_cmpstr (say (fixture, "AT+CGMI\r"), ==, "\r\nERROR\r\n");
    g_assert_cmpstr (say (fixture, "AT+CGMI\r"), ==, "\r\nQuectel\r\n\r\nOK\r\n");
    faults_add_at (faults, "AT+C", (Fault) { FAULT_SILENT }, 0);
    g_assert_cmpstr (say (fixture, "AT+CGMI\r"), ==, "");
    faults_clear_at (faults);
    faults_add_at (faults, "AT", (Fault) { FAULT_TRUNCATE }, 1);
    g_assert_cmpstr (say (fixture, "AT+CGMI\r"), ==, "\r\nQuecte");
    faults_add_at (faults, "AT", (Fault) { FAULT_URC_INSIDE }, 1);
    g_assert_cmpstr (say (fixture, "AT+CGMI\r"), ==, "\r\nQuectel\r\n\r\n+QIND: SMS DONE\r\n\r\nOK\r\n");
    faults_add_at (faults, "AT", (Fault) { FAULT_GARBAGE }, 1);
    g_assert_null (strstr (say (fixture, "AT+CGMI\r"), "OK"));
    faults_add_at (faults, "AT", (Fault) { FAULT_SAYS, .text = "\033%s\377\r\nOK" }, 1);
    g_assert_cmpstr (say (fixture, "AT+CGMI\r"), ==, "\r\n\033%s\377\r\nOK\r\n");
    at_engine_set_hang (fixture->engine, HANG_FOR_GOOD);
    g_assert_cmpstr (say (fixture, "AT\r"), ==, "");
    at_engine_set_hang (fixture->engine, HANG_UNTIL_REOPENED);
    g_assert_cmpstr (say (fixture, "AT\r"), ==, "");
    g_assert_nonnull (strstr (say (fixture, "ATE0\r"), "OK"));
    at_engine_set_hang (fixture->engine, HANG_UNTIL_RADIO);
    model_set_mode (fixture->module.model, MODE_LOW_POWER);
    g_assert_true (at_engine_is_hung (fixture->engine));
    model_set_mode (fixture->module.model, MODE_ONLINE);
    g_assert_false (at_engine_is_hung (fixture->engine));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(name, port, func) g_test_add ("/at/" name, Fixture, port, set_up, func, tear_down)
    ADD ("framing", "usbat", test_framing);
    ADD ("endless-line", "usbat", test_endless_line);
    ADD ("commands", "usbat", test_commands);
    ADD ("contexts", "usbat", test_contexts);
    ADD ("usbnet", "usbat", test_usbnet);
    ADD ("minimum-functionality", "usbat", test_minimum_functionality);
    ADD ("clock", "usbat", test_clock);
    ADD ("codes/at-port", "usbat", test_codes_on_the_at_port);
    ADD ("codes/modem-port", "usbmodem", test_no_codes_on_the_modem_port);
    ADD ("faults", "usbat", test_faults);
    return g_test_run ();
}
