/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an AT command is made of, for the files that implement them. */

#pragma once

#include "model.h"

typedef enum {
    AT_EXECUTE, /* AT+CMD */
    AT_READ,    /* AT+CMD? */
    AT_TEST,    /* AT+CMD=? */
    AT_SET,     /* AT+CMD=... */
    AT_N_FORMS,
} AtForm;

/* Result of a command; a positive number is one of +CME ERROR (3GPP TS 27.007, 9.2). */
typedef int AtResult;

#define AT_OK         0
#define AT_ERROR      (-1)
#define AT_NO_CARRIER (-2)

#define CME_NOT_ALLOWED        3
#define CME_NOT_SUPPORTED      4
#define CME_NO_SIM             10
#define CME_SIM_PIN            11
#define CME_SIM_PUK            12
#define CME_SIM_FAILURE        13
#define CME_WRONG_PASSWORD     16
#define CME_NO_NETWORK         30
#define CME_INVALID_PARAMETERS 50
#define CME_UNKNOWN_APN        127
#define CME_UNSPECIFIED        148
#define CME_AUTHENTICATION_FAILED 149
#define CME_GNSS_NOT_ACTIVE    505 /* inferred */
#define CME_GNSS_NO_FIX        516 /* inferred */

/* Settings of one port. */
typedef struct {
    gboolean echo, quiet, verbose;
    guint cmee;
    guint registration_urc[3]; /* +CREG, +CGREG, +CEREG */
    guint cgerep;
    guint ctzr;
    guint cops_format;
    guint cmgf;
    const char *charset;
} AtSettings;

typedef struct {
    Model *model;
    AtSettings *settings;
    char **args; /* of AT_SET: unquoted, NULL-terminated */
    guint n_args;
    GString *answer; /* lines, each ended by a newline */
} AtCall;

typedef AtResult (*AtHandler) (AtCall *call);

/* One form of a command: a handler, or a text that never changes, or neither: just OK. */
typedef struct {
    const char *name;
    AtForm form;
    AtHandler handler;
    const char *text;
} AtCommand;

extern const AtCommand at_commands_general[];
extern const AtCommand at_commands_sim[];
extern const AtCommand at_commands_network[];
extern const AtCommand at_commands_packet[];
extern const AtCommand at_commands_quectel[];

/* Appends a line to the answer. */
void at_line (AtCall *call, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Argument by position: FALSE or NULL if there is none or it has the wrong form or size. */
gboolean    at_number (const AtCall *call, guint index, guint max, guint *number);
const char *at_text   (const AtCall *call, guint index);

/* The settings of AT&F. */
void at_settings_init (AtSettings *settings);

/* The unsolicited code that this port's settings ask for when the model changes, or NULL. */
char *at_event_code (const AtSettings *settings, Model *model, ModelEvent event, gconstpointer detail,
                     guint index);
#define AT_EVENT_CODES 3
