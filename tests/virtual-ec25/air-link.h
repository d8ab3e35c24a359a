/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way between the module and the carrier's router: packets pass as far as the data sessions allow. */

#pragma once

#include "model.h"

typedef struct _AirLink AirLink;

/* Takes a packet for the module's side; FALSE: it was dropped there. */
typedef gboolean (*AirSink) (gconstpointer packet, gsize size, gpointer user_data);

/* carrier_netdev: a TUN interface made for the carrier, to be moved to where its router is. */
AirLink *air_link_new  (Model *model, const char *carrier_netdev, GError **error);
void     air_link_free (AirLink *self);

/* Who gets what the carrier sends, from now on. */
void air_link_set_sink (AirLink *self, AirSink sink, gpointer user_data);

/* A packet on its way up; readable: whether the module can make sense of it at all. */
void air_link_send (AirLink *self, gconstpointer packet, gsize size, gboolean readable);

/* Packets dropped that belong to no session. */
guint64 air_link_strays (AirLink *self);

/* A TUN interface of that name, without header; -1 with EC25_ERROR_HOST. */
int tun_open (const char *name, GError **error);
int tap_open (const char *name, GError **error); /* the same for Ethernet frames */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AirLink, air_link_free)
