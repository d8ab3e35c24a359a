/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PDP contexts. */

#include "pdp-context.h"

static const char *const type_names[] = { "IP", "IPV6", "IPV4V6" };

const char *
pdp_type_name (PdpType type)
{
    return type_names[type];
}

gboolean
pdp_type_parse (const char *name, PdpType *type)
{
    for (guint i = 0; i < G_N_ELEMENTS (type_names); i++)
        if (g_ascii_strcasecmp (name, type_names[i]) == 0) {
            *type = i;
            return TRUE;
        }
    return FALSE;
}

static char *
group_name (guint cid)
{
    return g_strdup_printf ("context %u", cid);
}

PdpContext *
pdp_context_new (guint cid)
{
    PdpContext *self = g_new0 (PdpContext, 1);

    self->cid = cid;
    self->apn = g_strdup ("");
    self->name = g_strdup ("");
    self->username = g_strdup ("");
    self->password = g_strdup ("");
    return self;
}

void
pdp_context_free (PdpContext *self)
{
    g_free (self->apn);
    g_free (self->name);
    g_free (self->username);
    g_free (self->password);
    g_free (self);
}

PdpContext *
pdp_context_load (Nvram *nvram, guint cid)
{
    g_autofree char *group = group_name (cid);
    g_autofree char *type = nvram_get_string (nvram, group, "type", NULL);
    PdpContext *self;
    PdpType parsed;

    if (!type || !pdp_type_parse (type, &parsed))
        return NULL;
    self = g_new0 (PdpContext, 1);
    self->cid = cid;
    self->type = parsed;
    self->apn = nvram_get_string (nvram, group, "apn", "");
    self->name = nvram_get_string (nvram, group, "name", "");
    self->username = nvram_get_string (nvram, group, "username", "");
    self->password = nvram_get_string (nvram, group, "password", "");
    self->authentication = nvram_get_int (nvram, group, "authentication", 0);
    return self;
}

void
pdp_context_save (Nvram *nvram, const PdpContext *context)
{
    g_autofree char *group = group_name (context->cid);

    nvram_set_string (nvram, group, "type", pdp_type_name (context->type));
    nvram_set_string (nvram, group, "apn", context->apn);
    nvram_set_string (nvram, group, "name", context->name);
    nvram_set_string (nvram, group, "username", context->username);
    nvram_set_string (nvram, group, "password", context->password);
    nvram_set_int (nvram, group, "authentication", context->authentication);
}

void
pdp_context_delete (Nvram *nvram, guint cid)
{
    g_autofree char *group = group_name (cid);

    nvram_drop_group (nvram, group);
}

guint
pdp_context_free_cid (Nvram *nvram)
{
    for (guint cid = 1; cid <= PDP_CONTEXT_MAX; cid++) {
        g_autoptr (PdpContext) context = pdp_context_load (nvram, cid);

        if (!context)
            return cid;
    }
    return 0;
}

static void
define_context (Nvram *nvram, const char *definition)
{
    g_auto (GStrv) parts = g_strsplit (definition, ",", 3);
    g_autoptr (PdpContext) context = NULL;

    if (g_strv_length (parts) != 3)
        return;
    context = pdp_context_new (g_ascii_strtoull (parts[0], NULL, 10));
    if (!pdp_type_parse (parts[1], &context->type))
        return;
    g_free (context->apn);
    context->apn = g_strdup (parts[2]);
    pdp_context_save (nvram, context);
}

void
pdp_contexts_init (Nvram *nvram, const Profile *profile)
{
    if (nvram_get_int (nvram, "module", "contexts", 0))
        return;
    for (guint i = 0; profile->contexts[i]; i++)
        define_context (nvram, profile->contexts[i]);
    nvram_set_int (nvram, "module", "contexts", 1);
}
