/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one pass sees of the kernel: links and default routes. Plain data, no functions of the kernel. */

#pragma once

#include <glib.h>
#include <net/if.h>

/*
 * The protocol number our routes carry (data/rt-protos.conf names it), by which we know them again and
 * NetworkManager knows that they are not its business: it ignores routes of protocols beyond RTPROT_STATIC
 * other than DHCP's and router advertisements'.
 */
#define LF_ROUTE_PROTOCOL 76

/* Room for one of each of the kernel's RTAX_* attributes, the congestion control's name included. */
#define LF_MAX_METRICS 192

typedef enum {
    LF_IPV4,
    LF_IPV6,
    LF_N_FAMILIES,
} LfFamily;

typedef enum {
    LF_CLASS_OTHER, /* tunnels, VPNs, PPP, loopback: never elected unless named in the configuration */
    LF_CLASS_ETHERNET,
    LF_CLASS_WIFI,
    LF_CLASS_LTE,
} LfClass;

/* Whether the internet is behind an uplink, as the monitor has found. */
typedef enum {
    LF_HEALTH_UNKNOWN, /* nobody has looked, or it is being looked at */
    LF_HEALTH_GOOD,
    LF_HEALTH_DEAD,
} LfHealth;

typedef struct {
    gint     index;
    gchar    name[IFNAMSIZ];
    guint    type;    /* ARPHRD_* */
    gboolean carrier; /* administratively up and with a live peer */
    LfClass  class;
    LfHealth health[LF_N_FAMILIES];
    gboolean spent;   /* the budget for its bytes is used up */
    gboolean strict;  /* IPv4 packets are dropped that come in here and whose answer would go elsewhere (rp_filter) */
} LfLink;

/* An address of this machine. */
typedef struct {
    gint     link; /* interface index */
    LfFamily family;
    guint8   bytes[16];
    guint8   prefix; /* length of the subnet's prefix, bits */
} LfAddress;

/* What an administrator names as a destination. */
typedef struct {
    LfFamily family;
    guint8   bytes[16];
    guint8   prefix; /* bits */
} LfNetwork;

/* A default route of the main table. A multipath route is one of these for each of its next hops. */
typedef struct {
    gint     link;     /* interface index; 0 for a route that leads nowhere (unreachable, blackhole, prohibit) */
    guint32  table;    /* of a route of ours: another than the main table; else 0 */
    guint32  metric;   /* as the kernel compares them: smaller wins */
    guint8   protocol; /* RTPROT_* */
    gboolean onlink;   /* the gateway need not be in a subnet of the link */
    gboolean multipath; /* one of several next hops */
    gboolean special;  /* has what we cannot copy: a gateway of the other family, an encapsulation */
    gboolean has_gateway;
    gboolean has_source;
    guint8   gateway[16];
    guint8   source[16]; /* preferred source address */
    guint8   metrics[LF_MAX_METRICS]; /* MTU, window and so on, as the kernel gave them */
    gsize    n_metrics;               /* bytes */
    guint8   destination[16];         /* of a route of ours to a network; else 0 */
    guint8   prefix;                  /* the same, bits */
} LfRoute;

typedef struct {
    GArray *links;                 /* of LfLink */
    GArray *routes[LF_N_FAMILIES]; /* of LfRoute, ours included */
} LfSnapshot;

LfSnapshot *lf_snapshot_new (void);
void        lf_snapshot_free (LfSnapshot *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LfSnapshot, lf_snapshot_free)

/* The link with this interface index, or NULL. Owned by the snapshot. */
const LfLink *lf_snapshot_find_link (const LfSnapshot *self, gint index);

/* The best (smallest metric) default route over a link that is not ours, or NULL. Owned by the snapshot. */
const LfRoute *lf_snapshot_best_route (const LfSnapshot *self, LfFamily family, gint link);

/* "ethernet", "wifi", "lte", "other": the words of the configuration. */
const gchar *lf_class_to_string (LfClass class);

/* FALSE if @text is none of those words. */
gboolean lf_class_from_string (const gchar *text, LfClass *class);
