/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose name servers are to be asked, and what has to be set for it. Pure. */

#pragma once

#include "lf-snapshot.h"

/* An uplink as far as names are concerned. */
typedef struct {
    gint     index;
    gchar    name[IFNAMSIZ];
    gboolean elected[LF_N_FAMILIES];
    gboolean dead[LF_N_FAMILIES];
} LfDnsUplink;

/* The name servers that come from one interface, or from nowhere in particular. */
typedef struct {
    gchar    *interface; /* NULL: [global-dns] of NetworkManager's configuration */
    gchar   **servers;
    gchar   **domains;
} LfDnsEntry;

/* How names are resolved on this machine, as NetworkManager sees it. */
typedef struct {
    gchar     *mode;       /* "default", "dnsmasq", "systemd-resolved", "none" */
    gchar     *rc_manager; /* who writes /etc/resolv.conf; "unmanaged": not NetworkManager */
    GPtrArray *entries;    /* of LfDnsEntry, first asked first */
} LfDnsView;

/*
 * From the properties (a{sv}) of org.freedesktop.NetworkManager.DnsManager. What is missing or of another type
 * is taken as not said.
 */
LfDnsView *lf_dns_view_new (GVariant *properties);
void       lf_dns_view_free (LfDnsView *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LfDnsView, lf_dns_view_free)

/* What systemd-resolved is to be told about a link. */
typedef struct {
    gint     index;
    gboolean asked; /* its servers may be asked for any name */
} LfDnsLink;

typedef struct {
    LfFamily family;
    guint8   address[16];
} LfDnsServer;

typedef struct {
    gchar    *drop_in;      /* text of a configuration file for NetworkManager; NULL: none is wanted */
    GArray   *links;        /* of LfDnsLink, those that may be asked first; empty: leave all as they are */
    GArray   *dead_servers; /* of LfDnsServer: nobody needs to wait for an answer of these */
    gboolean  not_ours;     /* the administrator has name servers of their own: nothing is done */
} LfDnsPlan;

/*
 * @uplinks: of LfDnsUplink. @drop_in: the text of the drop-in that NetworkManager has loaded now, or NULL.
 *
 * Where one list holds for all names (mode "default"), a drop-in is wanted if an uplink that is not elected
 * would be asked before the elected one; servers that come from elsewhere, such as a VPN's, stay before both,
 * and search domains stay. dnsmasq asks all at once, so there one is wanted whenever there are others; but not
 * beside a VPN, whose names it would take away. The administrator's own [global-dns] is left alone.
 */
LfDnsPlan *lf_dns_plan_new (const LfDnsView *view, const GArray *uplinks, const gchar *drop_in);
void       lf_dns_plan_free (LfDnsPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LfDnsPlan, lf_dns_plan_free)
