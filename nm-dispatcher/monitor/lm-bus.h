/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the monitor says on the system bus: data/io.github.lte_failover.xml.
 *
 * Nothing here waits for the bus. Where there is none yet, the next event tries again. A bus that dies takes most of
 * the system along: the monitor goes on without one then, until it is started anew.
 */

#pragma once

#include "lf-health-file.h"
#include "lm-switch.h"

#define LM_BUS_NAME      "io.github.lte_failover"
#define LM_BUS_PATH      "/io/github/lte_failover"
#define LM_BUS_INTERFACE "io.github.lte_failover.Monitor1"

typedef struct _LmBus LmBus;

/* What is known at the moment, for who asks; the bus frees the report. */
typedef LfHealthReport *(*LmBusAsk) (gpointer data);

LmBus *lm_bus_new (LmBusAsk ask, gpointer data);
void   lm_bus_free (LmBus *self);

/* Sends the signal, and from now on says that this one is elected. */
void lm_bus_switched (LmBus *self, const LmSwitch *happened);

/* Who has read the uplinks may read them again. */
void lm_bus_uplinks_changed (LmBus *self);
