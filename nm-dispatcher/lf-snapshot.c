/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-snapshot.h"

static const gchar *const class_names[] = {
    [LF_CLASS_OTHER] = "other",
    [LF_CLASS_ETHERNET] = "ethernet",
    [LF_CLASS_WIFI] = "wifi",
    [LF_CLASS_LTE] = "lte",
};

LfSnapshot *
lf_snapshot_new (void)
{
    LfSnapshot *self = g_new0 (LfSnapshot, 1);
    guint       family;

    self->links = g_array_new (FALSE, TRUE, sizeof (LfLink));
    for (family = 0; family < LF_N_FAMILIES; family++)
        self->routes[family] = g_array_new (FALSE, TRUE, sizeof (LfRoute));
    return self;
}

void
lf_snapshot_free (LfSnapshot *self)
{
    guint family;

    g_array_unref (self->links);
    for (family = 0; family < LF_N_FAMILIES; family++)
        g_array_unref (self->routes[family]);
    g_free (self);
}

const LfLink *
lf_snapshot_find_link (const LfSnapshot *self, gint index)
{
    guint i;

    for (i = 0; i < self->links->len; i++) {
        const LfLink *link = &g_array_index (self->links, LfLink, i);

        if (link->index == index)
            return link;
    }
    return NULL;
}

const LfRoute *
lf_snapshot_best_route (const LfSnapshot *self, LfFamily family, gint link)
{
    const LfRoute *best = NULL;
    guint          i;

    for (i = 0; i < self->routes[family]->len; i++) {
        const LfRoute *route = &g_array_index (self->routes[family], LfRoute, i);

        if (route->link == link && route->protocol != LF_ROUTE_PROTOCOL && (!best || route->metric < best->metric))
            best = route;
    }
    return best;
}

const gchar *
lf_class_to_string (LfClass class)
{
    return class_names[class];
}

gboolean
lf_class_from_string (const gchar *text, LfClass *class)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (class_names); i++) {
        if (g_str_equal (text, class_names[i])) {
            *class = i;
            return TRUE;
        }
    }
    return FALSE;
}
