/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The QMI side of the modem: QMUX frames in and out, clients, and the dispatch to the services. */

#pragma once

#include <glib.h>

#include "faults.h"
#include "hang.h"
#include "journal.h"
#include "model.h"

typedef struct _QmiEndpoint QmiEndpoint;

typedef void (*QmiWrite) (gconstpointer data, gsize size, gpointer user_data);

typedef struct {
    Model *model;
    Faults *faults;
    Journal *journal;
    QmiWrite write;
    gpointer user_data;
} QmiEndpointConfig;

/* Everything in config must live as long as the endpoint. */
QmiEndpoint *qmi_endpoint_new  (const QmiEndpointConfig *config);
void         qmi_endpoint_free (QmiEndpoint *self);

/* Bytes as they come: frames are put together, noise between them is skipped. */
void qmi_endpoint_feed (QmiEndpoint *self, gconstpointer data, gsize size);

/* A hung endpoint reads and says nothing. */
void qmi_endpoint_set_hang (QmiEndpoint *self, Hang hang);
gboolean qmi_endpoint_is_hung (const QmiEndpoint *self);

/* The number of a service by its name ("wds") or number ("1", "0x01"), or -1. */
int qmi_service_parse (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QmiEndpoint, qmi_endpoint_free)
