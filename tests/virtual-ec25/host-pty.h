/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows the module's ports to this machine as pseudo-terminals.
 *
 * While the module is on the bus, a folder holds a link by the name of each node. When it leaves, the
 * terminals hang up, as a USB port does. */

#pragma once

#include "ports.h"

typedef struct _HostPty HostPty;

/* folder must exist. The module's attach and detach are followed from now on. */
HostPty *host_pty_new  (Model *model, Faults *faults, Journal *journal, const char *folder);
void     host_pty_free (HostPty *self);

/* What listens behind the terminals. */
Ports *host_pty_ports (HostPty *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostPty, host_pty_free)
