/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A module in memory for one test: default profile, empty NVRAM, a clock a thousand times faster. */

#pragma once

#include "faults.h"
#include "journal.h"
#include "model.h"

typedef struct {
    Profile *profile;
    Nvram *nvram;
    Model *model;
    Faults *faults;
    Journal *journal;
    GString *events; /* one line for each event since the start */
} ScratchModule;

/* settings: "group.key=value" ended by NULL, or NULL. The module is not started. */
void scratch_module_init  (ScratchModule *self, const char *const *settings);
void scratch_module_clear (ScratchModule *self);

/* Runs the main loop until the module is registered; fails the test if that takes long. */
void scratch_module_register (ScratchModule *self);

/* Runs the main loop until condition holds. */
void scratch_module_wait (ScratchModule *self, gboolean (*condition) (ScratchModule *self));

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScratchModule, scratch_module_clear)
