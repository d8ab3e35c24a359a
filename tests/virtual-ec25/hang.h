/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A part of the firmware that reads and says nothing, and what wakes it up. */

#pragma once

#include "model.h"

/* In the order of force: what wakes one up wakes all before it, too. That any of it helps a real module is inferred. */
typedef enum {
    HANG_NONE,
    HANG_UNTIL_REOPENED,
    HANG_UNTIL_RADIO,   /* off and on */
    HANG_UNTIL_RESTART,
    HANG_UNTIL_POWER,   /* has been taken away */
    HANG_FOR_GOOD,
} Hang;

/* FALSE: there is no such word. */
gboolean hang_parse (const char *word, Hang *hang);

/* What is left of a hang after an event of the model. */
Hang hang_after (Hang hang, const Model *model, ModelEvent event);
