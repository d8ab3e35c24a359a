/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The SIM: its PIN and its files. */

#pragma once

#include <glib.h>

#include "profile.h"

typedef enum {
    SIM_ABSENT,
    SIM_PIN_REQUIRED,
    SIM_PUK_REQUIRED,
    SIM_READY,
} SimState;

typedef struct {
    gboolean present;
    gboolean verified; /* or needs no PIN */
    char *iccid;
    char *imsi;
    char *pin; /* empty: no PIN asked for */
    char *spn;
    char *gid1;
    guint mnc_length;
    guint pin_retries;
    guint puk_retries;
} Sim;

/* Any eight digits pass for the PUK except this one: a virtual SIM needs a wrong one too. */
#define SIM_WRONG_PUK "00000000"

#define SIM_PIN_RETRIES 3
#define SIM_PUK_RETRIES 10

/* Elementary files (ETSI TS 102 221, 3GPP TS 31.102). */
#define SIM_FILE_ICCID 0x2fe2
#define SIM_FILE_IMSI  0x6f07
#define SIM_FILE_AD    0x6fad
#define SIM_FILE_SPN   0x6f46
#define SIM_FILE_GID1  0x6f3e

Sim     *sim_new  (const Profile *profile);
void     sim_free (Sim *self);

SimState sim_state (const Sim *self);

/* What a power cycle does: the PIN is asked for again. */
void     sim_power_cycle (Sim *self);

/* A new card; NULL keeps the number. */
void     sim_insert (Sim *self, const char *iccid, const char *imsi);
void     sim_remove (Sim *self);

/* Each returns whether the SIM accepts it; a refusal costs a try. */
gboolean sim_verify_pin  (Sim *self, const char *pin);
gboolean sim_unblock_pin (Sim *self, const char *puk, const char *new_pin);
gboolean sim_change_pin  (Sim *self, const char *old_pin, const char *new_pin);
gboolean sim_enable_pin  (Sim *self, gboolean enable, const char *pin);

/* The contents of a file, or NULL if the SIM has none, or does not show it before the PIN. */
GBytes  *sim_read_file (const Sim *self, guint16 file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sim, sim_free)
