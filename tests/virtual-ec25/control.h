/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control socket: what happens to modems, and what has happened to this one, one command a line.
 *
 * The answer is any number of lines and then "ok", or "error: " and why. */

#pragma once

#include "host-mobile-ap.h"
#include "host-qmi-wwan.h"
#include "ports.h"

typedef struct {
    Model *model;
    Faults *faults;
    Journal *journal;
    Ports *ports;
    /* Nullable, as are the names of the host's interfaces. */
    AirLink *air;
    HostQmiWwan *qmi_wwan;
    HostMobileAp *mobile_ap;
    const char *netdev, *lan_netdev;
} Machine;

/* Runs one command; its lines are appended to answer. */
gboolean control_run (Machine *machine, const char *line, GString *answer, GError **error);

typedef struct _ControlServer ControlServer;

/* A socket that is there already is replaced. machine must live as long. */
ControlServer *control_server_new  (Machine *machine, const char *path, GError **error);
void           control_server_free (ControlServer *self);

/* The other end: sends a command and prints what comes back. Returns an exit status. */
int control_client (const char *path, const char *const *command);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ControlServer, control_server_free)
