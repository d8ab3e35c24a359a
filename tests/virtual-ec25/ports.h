/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What listens and speaks behind the module's ports, whatever they look like to the host. */

#pragma once

#include "at-engine.h"
#include "mbim-endpoint.h"
#include "model.h"
#include "qmi-endpoint.h"

typedef struct _Ports Ports;

/* role: the port that speaks. */
typedef void (*PortsWrite) (Role role, gconstpointer data, gsize size, gpointer user_data);

/* The module's attach and detach are followed from now on: who shows the ports must do so before. */
Ports *ports_new  (Model *model, Faults *faults, Journal *journal, PortsWrite write, gpointer user_data);
void   ports_free (Ports *self);

/* Bytes from the host. DIAG and NMEA listen and say nothing to it. */
void ports_feed (Ports *self, Role role, gconstpointer data, gsize size);

QmiEndpoint  *ports_qmi  (Ports *self);
MbimEndpoint *ports_mbim (Ports *self);
AtEngine     *ports_at   (Ports *self); /* the primary port */
void          ports_set_at_hang (Ports *self, Hang hang, gboolean secondary_too);
gboolean      ports_is_hung     (const Ports *self); /* any of it */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ports, ports_free)
