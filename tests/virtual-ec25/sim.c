/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The SIM: its PIN and its files. */

#include "sim.h"

#include <string.h>

Sim *
sim_new (const Profile *profile)
{
    Sim *self = g_new0 (Sim, 1);

    self->present = profile->sim_present;
    self->iccid = g_strdup (profile->iccid);
    self->imsi = g_strdup (profile->imsi);
    self->pin = g_strdup (profile->pin);
    self->spn = g_strdup (profile->spn);
    self->gid1 = g_strdup (profile->gid1);
    self->mnc_length = profile->mnc_length;
    self->pin_retries = SIM_PIN_RETRIES;
    self->puk_retries = SIM_PUK_RETRIES;
    sim_power_cycle (self);
    return self;
}

void
sim_free (Sim *self)
{
    g_free (self->iccid);
    g_free (self->imsi);
    g_free (self->pin);
    g_free (self->spn);
    g_free (self->gid1);
    g_free (self);
}

SimState
sim_state (const Sim *self)
{
    if (!self->present)
        return SIM_ABSENT;
    if (self->pin_retries == 0)
        return SIM_PUK_REQUIRED;
    return self->verified ? SIM_READY : SIM_PIN_REQUIRED;
}

void
sim_power_cycle (Sim *self)
{
    self->verified = *self->pin == '\0';
}

void
sim_insert (Sim *self, const char *iccid, const char *imsi)
{
    self->present = TRUE;
    if (iccid) {
        g_free (self->iccid);
        self->iccid = g_strdup (iccid);
    }
    if (imsi) {
        g_free (self->imsi);
        self->imsi = g_strdup (imsi);
    }
    sim_power_cycle (self);
}

void
sim_remove (Sim *self)
{
    self->present = FALSE;
}

static gboolean
is_right (Sim *self, const char *pin)
{
    if (!self->present || self->pin_retries == 0)
        return FALSE;
    if (g_str_equal (self->pin, pin)) {
        self->pin_retries = SIM_PIN_RETRIES;
        return TRUE;
    }
    self->pin_retries--;
    if (self->pin_retries == 0)
        self->verified = FALSE;
    return FALSE;
}

gboolean
sim_verify_pin (Sim *self, const char *pin)
{
    gboolean right = is_right (self, pin);

    if (right)
        self->verified = TRUE;
    return right;
}

static gboolean
is_pin (const char *text)
{
    gsize length = strlen (text);

    return length >= 4 && length <= 8 && text[strspn (text, "0123456789")] == '\0';
}

static void
set_pin (Sim *self, const char *pin)
{
    g_free (self->pin);
    self->pin = g_strdup (pin);
}

gboolean
sim_unblock_pin (Sim *self, const char *puk, const char *new_pin)
{
    if (sim_state (self) != SIM_PUK_REQUIRED || self->puk_retries == 0 || !is_pin (new_pin))
        return FALSE;
    if (strlen (puk) != 8 || g_str_equal (puk, SIM_WRONG_PUK)) {
        self->puk_retries--;
        return FALSE;
    }
    set_pin (self, new_pin);
    self->pin_retries = SIM_PIN_RETRIES;
    self->puk_retries = SIM_PUK_RETRIES;
    self->verified = TRUE;
    return TRUE;
}

gboolean
sim_change_pin (Sim *self, const char *old_pin, const char *new_pin)
{
    if (!*self->pin || !is_pin (new_pin) || !is_right (self, old_pin))
        return FALSE;
    set_pin (self, new_pin);
    return TRUE;
}

/* The virtual SIM has no PIN while none is asked for: the one it is given becomes its PIN. */
gboolean
sim_enable_pin (Sim *self, gboolean enable, const char *pin)
{
    gboolean enabled = *self->pin != '\0';

    if (!self->present || !is_pin (pin))
        return FALSE;
    if (enabled && !is_right (self, pin))
        return FALSE;
    set_pin (self, enable ? pin : "");
    self->verified = TRUE;
    return TRUE;
}

/* Digits in swapped half bytes, filled up with 0xf (3GPP TS 31.102). */
static GBytes *
swapped_digits (const char *digits, gsize size)
{
    guint8 *bytes = g_malloc (size);

    memset (bytes, 0xff, size);
    for (gsize i = 0; digits[i] && i / 2 < size; i++) {
        guint8 digit = digits[i] - '0';
        guint8 *byte = &bytes[i / 2];

        *byte = i % 2 == 0 ? (*byte & 0xf0) | digit : (*byte & 0x0f) | digit << 4;
    }
    return g_bytes_new_take (bytes, size);
}

/* Length, then a parity half byte before the digits (3GPP TS 31.102, 4.2.2). */
static GBytes *
imsi_file (const char *imsi)
{
    gsize length = strlen (imsi);
    g_autofree char *digits = g_strdup_printf ("%c%s", length % 2 ? '9' : '1', imsi);
    g_autoptr (GBytes) packed = swapped_digits (digits, 8);
    guint8 bytes[9] = { length / 2 + 1 };

    memcpy (bytes + 1, g_bytes_get_data (packed, NULL), 8);
    return g_bytes_new (bytes, sizeof (bytes));
}

static GBytes *
spn_file (const char *spn)
{
    guint8 bytes[17];

    memset (bytes, 0xff, sizeof (bytes));
    bytes[0] = 0x01; /* show the registered network's name too */
    memcpy (bytes + 1, spn, MIN (strlen (spn), 16));
    return g_bytes_new (bytes, sizeof (bytes));
}

static GBytes *
hex_file (const char *hex)
{
    GByteArray *bytes = g_byte_array_new ();

    for (; g_ascii_isxdigit (hex[0]) && g_ascii_isxdigit (hex[1]); hex += 2) {
        guint8 byte = g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]);

        g_byte_array_append (bytes, &byte, 1);
    }
    return g_byte_array_free_to_bytes (bytes);
}

GBytes *
sim_read_file (const Sim *self, guint16 file)
{
    const guint8 administrative_data[4] = { 0, 0, 0, self->mnc_length };

    if (!self->present || (file != SIM_FILE_ICCID && !self->verified))
        return NULL;
    switch (file) {
    case SIM_FILE_ICCID:
        return swapped_digits (self->iccid, 10);
    case SIM_FILE_IMSI:
        return imsi_file (self->imsi);
    case SIM_FILE_AD:
        return g_bytes_new (administrative_data, sizeof (administrative_data));
    case SIM_FILE_SPN:
        return *self->spn ? spn_file (self->spn) : NULL;
    case SIM_FILE_GID1:
        return *self->gid1 ? hex_file (self->gid1) : NULL;
    default:
        return NULL;
    }
}
