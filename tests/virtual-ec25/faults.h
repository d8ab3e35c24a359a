/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which answers are to go wrong, and how. */

#pragma once

#include <glib.h>

typedef enum {
    FAULT_NONE,
    FAULT_ERROR,      /* ERROR on AT, QMI error or MBIM status number `value` */
    FAULT_CME,        /* +CME ERROR: value */
    FAULT_GARBAGE,
    FAULT_TRUNCATE,
    FAULT_SILENT,
    FAULT_SPLIT,      /* the answer comes in two pieces with a pause between */
    FAULT_URC_INSIDE, /* an unsolicited code in the middle of the answer */
    FAULT_SAYS,       /* `text` in place of the answer and its result code */
} FaultKind;

typedef struct {
    FaultKind kind;
    guint value;
    const char *text; /* interned */
} Fault;

typedef struct _Faults Faults;

#define FAULTS_ANY (-1)

Faults *faults_new  (void);
void    faults_free (Faults *self);

/* count 0: until faults are turned off. prefix as in "AT+CPIN"; service, message and CID may be FAULTS_ANY. */
void faults_add_at  (Faults *self, const char *prefix, Fault fault, guint count);
void faults_add_qmi (Faults *self, int service, int message, Fault fault, guint count);
void faults_add_mbim (Faults *self, int service, int cid, Fault fault, guint count);
void faults_clear_at  (Faults *self);
void faults_clear_qmi (Faults *self);
void faults_clear_mbim (Faults *self);

/* The fault that strikes this exchange; each call uses up one of a fault's count. */
Fault faults_strike_at  (Faults *self, const char *line);
Fault faults_strike_qmi (Faults *self, guint service, guint message);
Fault faults_strike_mbim (Faults *self, guint service, guint cid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Faults, faults_free)
