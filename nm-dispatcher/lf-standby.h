/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When LTE is to be brought up and taken down, where it does not stand by all the time ([standby] lte=cold).
 * Pure: the clock is a parameter.
 */

#pragma once

#include "lf-config.h"

typedef struct {
    gboolean ours;           /* it is up because we brought it up: who else did may keep it */
    gint64   failing_since;  /* since when no other uplink works; 0: one does */
    gint64   working_since;  /* since when another uplink works; 0: none does */
    gint64   asked;          /* when it was brought up for the last time */
    guint    attempts;       /* that have not led to a default route over LTE */
} LfStandby;

typedef enum {
    LF_STANDBY_LEAVE,
    LF_STANDBY_BRING_UP,
    LF_STANDBY_TAKE_DOWN,
} LfStandbyAction;

/*
 * To be called after each pass, and when @next is reached. @now: µs of any clock that only goes forward. @next: when
 * time alone will change something; G_MAXINT64: never.
 */
LfStandbyAction lf_standby_decide (LfStandby        *self,
                                   const LfSnapshot *snapshot,
                                   const LfConfig   *config,
                                   gint64            now,
                                   gint64           *next);
