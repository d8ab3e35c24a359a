/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lets name resolution follow the elected uplink: by a configuration file for NetworkManager under /run, and
 * by telling systemd-resolved which links may be asked first. Neither changes a profile, neither survives a
 * reboot, and both are taken back by whoever comes after a crash.
 */

#pragma once

#include <gio/gio.h>

#include "lf-dns-plan.h"

typedef struct _LfDns LfDns;

/* Names are asked of the elected uplinks now. @dead: of LfDnsServer, those that nobody needs to wait for. */
typedef void (*LfDnsDone) (const GArray *dead, gpointer data);

/*
 * @done is called after each change that was asked for, also if it could not be made; by itself the object
 * repairs what NetworkManager and systemd-resolved do. Needs a running main loop; never waits for an answer.
 */
LfDns *lf_dns_new (LfDnsDone done, gpointer data);

/* Stops; what is set stays. */
void lf_dns_free (LfDns *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LfDns, lf_dns_free)

/* @uplinks: of LfDnsUplink. Not @active: wants nothing of ours to be set. */
void lf_dns_follow (LfDns *self, const GArray *uplinks, gboolean active);

/*
 * What is done about names now, in one line for `lte-failover status`; NULL if there is nothing to say, or
 * nobody who knows. Waits for NetworkManager, at most half a second.
 */
gchar *lf_dns_describe (void);

/* Takes everything back at once, without a main loop; at most a few seconds if nobody answers. */
void lf_dns_clean (void);
