/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The MBIM side of the modem: control messages in and out, and the dispatch to the services. */

#pragma once

#include <glib.h>

#include "faults.h"
#include "hang.h"
#include "journal.h"
#include "model.h"

typedef struct _MbimEndpoint MbimEndpoint;

typedef void (*MbimWrite) (gconstpointer data, gsize size, gpointer user_data);

typedef struct {
    Model *model;
    Faults *faults;
    Journal *journal;
    MbimWrite write; /* called once for each fragment */
    gpointer user_data;
} MbimEndpointConfig;

/* Everything in config must live as long as the endpoint. */
MbimEndpoint *mbim_endpoint_new  (const MbimEndpointConfig *config);
void          mbim_endpoint_free (MbimEndpoint *self);

/* Bytes as they come: messages are put together, noise between them is skipped. */
void mbim_endpoint_feed (MbimEndpoint *self, gconstpointer data, gsize size);

/* A hung endpoint reads and says nothing. */
void mbim_endpoint_set_hang (MbimEndpoint *self, Hang hang);
gboolean mbim_endpoint_is_hung (const MbimEndpoint *self);

/* The number of a service by its name ("basic-connect", "sms") or libmbim's number, or -1. */
int mbim_service_parse (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MbimEndpoint, mbim_endpoint_free)
