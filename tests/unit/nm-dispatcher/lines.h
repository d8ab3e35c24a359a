/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Snapshots written as lines of a table. */

#pragma once

#include <string.h>

#include "lf-config.h"

/* A link and its default routes; a metric of 0 means no route. Its interface index is its place, from 1. */
typedef struct {
    const gchar *name;
    LfClass      class;
    gboolean     no_carrier;
    guint32      metric;
    guint32      our_metric; /* a route of ours over it */
    LfHealth     health;     /* in both families */
    gboolean     strict;
    gboolean     spent;
} Line;

static inline void
add_route (LfSnapshot *snapshot, gint link, guint32 metric, guint8 protocol)
{
    LfRoute route = { .link = link, .metric = metric, .protocol = protocol,
                      .has_gateway = TRUE, .gateway = { 10, 0, link, 1 } };
    guint   family;

    for (family = 0; metric && family < LF_N_FAMILIES; family++)
        g_array_append_val (snapshot->routes[family], route);
}

/* @lines ends with one that has no name. Both families get the same routes. */
static inline LfSnapshot *
snapshot_from_lines (const Line *lines)
{
    LfSnapshot *snapshot = lf_snapshot_new ();
    gint        index;

    for (index = 1; lines[index - 1].name; index++) {
        const Line *line = &lines[index - 1];
        LfLink      link = { .index = index, .carrier = !line->no_carrier, .class = line->class,
                             .health = { line->health, line->health }, .strict = line->strict,
                             .spent = line->spent };

        g_strlcpy (link.name, line->name, sizeof link.name);
        g_array_append_val (snapshot->links, link);
        add_route (snapshot, index, line->metric, 16);
        add_route (snapshot, index, line->our_metric, LF_ROUTE_PROTOCOL);
    }
    return snapshot;
}

static inline LfConfig *
config_from_text (const gchar *text)
{
    LfConfig          *config = lf_config_new ();
    g_autoptr(GError)  error = NULL;

    lf_config_merge (config, "test", text, strlen (text), &error);
    g_assert_no_error (error);
    return config;
}
