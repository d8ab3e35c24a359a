/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-target.h"

#include <arpa/inet.h>
#include <string.h>

#define MAX_DNS_NAME 253
#define MAX_DNS_LABEL 63
#define MAX_PATH_LENGTH 512

static const struct {
    const gchar *prefix;
    guint16      port;
} kinds[] = {
    [LF_TARGET_ICMP] = { "icmp:", 0 },
    [LF_TARGET_TCP] = { "tcp:", 0 },
    [LF_TARGET_DNS] = { "dns:", 53 },
    [LF_TARGET_HTTP] = { "http://", 80 },
};

static gboolean
parse_address (LfTarget *self, const gchar *text)
{
    if (inet_pton (AF_INET, text, self->address) == 1)
        self->family = LF_IPV4;
    else if (inet_pton (AF_INET6, text, self->address) == 1)
        self->family = LF_IPV6;
    else
        return FALSE;
    return TRUE;
}

static gboolean
parse_port (LfTarget *self, const gchar *text)
{
    guint64 number;

    if (!g_ascii_string_to_unsigned (text, 10, 1, 65535, &number, NULL))
        return FALSE;
    self->port = number;
    return TRUE;
}

/* ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT. */
static gboolean
parse_endpoint (LfTarget *self, const gchar *text)
{
    g_autofree gchar *address = NULL;
    const gchar      *port;

    if (*text == '[') {
        const gchar *end = strchr (text, ']');

        if (!end || (end[1] && end[1] != ':'))
            return FALSE;
        address = g_strndup (text + 1, end - text - 1);
        port = end[1] ? end + 2 : NULL;
        return strchr (address, ':') && parse_address (self, address) && (!port || parse_port (self, port));
    }
    if (parse_address (self, text))
        return TRUE;
    port = strchr (text, ':');
    if (!port)
        return FALSE;
    address = g_strndup (text, port - text);
    return parse_address (self, address) && parse_port (self, port + 1);
}

static gboolean
is_dns_name (const gchar *name)
{
    g_auto(GStrv) labels = g_strsplit (name, ".", -1);
    guint         i;

    if (!*name || strlen (name) > MAX_DNS_NAME)
        return FALSE;
    for (i = 0; labels[i]; i++) {
        if (!*labels[i] || strlen (labels[i]) > MAX_DNS_LABEL ||
            strspn (labels[i], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != strlen (labels[i]))
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_path (const gchar *path)
{
    gsize i;

    for (i = 0; path[i]; i++) {
        if (!g_ascii_isgraph (path[i]))
            return FALSE;
    }
    return i <= MAX_PATH_LENGTH;
}

/* What stands behind the address fits the kind. */
static gboolean
is_complete (const LfTarget *self, const gchar *rest, guint16 default_port)
{
    switch (self->kind) {
    case LF_TARGET_ICMP: return !rest && self->port == 0;
    case LF_TARGET_TCP: return !rest && self->port != 0;
    case LF_TARGET_DNS: return self->port == default_port && (!rest || is_dns_name (rest));
    case LF_TARGET_HTTP: return rest && is_path (rest);
    }
    return FALSE;
}

static gboolean
parse (LfTarget *self, const gchar *text)
{
    const gchar      *slash = strchr (text, '/');
    g_autofree gchar *endpoint = slash ? g_strndup (text, slash - text) : g_strdup (text);

    self->port = kinds[self->kind].port;
    self->name = g_strdup (slash ? slash + 1 : "");
    return parse_endpoint (self, endpoint) && is_complete (self, slash ? slash + 1 : NULL, kinds[self->kind].port);
}

LfTarget *
lf_target_new (const gchar *text)
{
    g_autoptr(LfTarget) self = g_new0 (LfTarget, 1);

    self->text = g_strdup (text);
    for (self->kind = 0; self->kind < G_N_ELEMENTS (kinds); self->kind++) {
        const gchar *prefix = kinds[self->kind].prefix;

        if (g_str_has_prefix (text, prefix))
            return parse (self, text + strlen (prefix)) ? g_steal_pointer (&self) : NULL;
    }
    return NULL;
}

void
lf_target_free (LfTarget *self)
{
    g_free (self->name);
    g_free (self->text);
    g_free (self);
}
