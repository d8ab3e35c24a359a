/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The AT interpreter of one port (ITU-T V.250): text in, text out. */

#pragma once

#include <glib.h>

#include "faults.h"
#include "hang.h"
#include "journal.h"
#include "model.h"

typedef struct _AtEngine AtEngine;

typedef void (*AtWrite) (gconstpointer data, gsize size, gpointer user_data);

typedef struct {
    const char *port; /* "usbat" or "usbmodem", as AT+QURCCFG calls it */
    Model *model;
    Faults *faults;
    Journal *journal;
    AtWrite write;
    gpointer user_data;
} AtEngineConfig;

/* Everything in config must live as long as the engine. */
AtEngine *at_engine_new  (const AtEngineConfig *config);
void      at_engine_free (AtEngine *self);

void at_engine_feed  (AtEngine *self, const char *data, gsize size);
/* Runs a command as if typed, on nobody's account: no echo, no fault, not counted. FALSE: it answers no OK. */
gboolean at_engine_run (AtEngine *self, const char *line, GString *answer);

void at_engine_reset (AtEngine *self); /* the firmware starts again: settings are those of AT&F */

/* A hung engine reads and says nothing. */
void at_engine_set_hang (AtEngine *self, Hang hang);
gboolean at_engine_is_hung (const AtEngine *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtEngine, at_engine_free)
