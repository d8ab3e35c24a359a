/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-health-file.h"

#include <string.h>
#include <unistd.h>

#include "lf-file.h"
#include "lf-text.h"

#define GROUP_MONITOR "monitor"

/* Fields of /proc/PID/stat behind the name, which is in parentheses and may hold anything: proc_pid_stat(5). */
#define FIELD_STATE   0
#define FIELD_STARTED 19

static const gchar *const family_keys[] = { [LF_IPV4] = "ipv4", [LF_IPV6] = "ipv6" };
static const gchar *const reason_keys[] = { [LF_IPV4] = "ipv4-reason", [LF_IPV6] = "ipv6-reason" };
static const gchar *const since_keys[] = { [LF_IPV4] = "ipv4-since", [LF_IPV6] = "ipv6-since" };

static void
entry_free (gpointer data)
{
    LfHealthEntry *self = data;
    guint          family;

    for (family = 0; family < LF_N_FAMILIES; family++)
        g_free (self->reason[family]);
    g_free (self->name);
    g_free (self);
}

LfHealthReport *
lf_health_report_new (void)
{
    LfHealthReport *self = g_new0 (LfHealthReport, 1);

    self->entries = g_ptr_array_new_with_free_func (entry_free);
    return self;
}

void
lf_health_report_free (LfHealthReport *self)
{
    g_ptr_array_unref (self->entries);
    g_free (self);
}

LfHealthEntry *
lf_health_report_add (LfHealthReport *self, gint link, const gchar *name)
{
    LfHealthEntry *entry = g_new0 (LfHealthEntry, 1);

    entry->link = link;
    entry->name = lf_text_printable (name);
    g_ptr_array_add (self->entries, entry);
    return entry;
}

const LfHealthEntry *
lf_health_report_find (const LfHealthReport *self, gint link)
{
    guint i;

    for (i = 0; i < self->entries->len; i++) {
        const LfHealthEntry *entry = self->entries->pdata[i];

        if (entry->link == link)
            return entry;
    }
    return NULL;
}

void
lf_health_report_apply (const LfHealthReport *self, LfSnapshot *snapshot)
{
    guint i;

    for (i = 0; self->live && i < snapshot->links->len; i++) {
        LfLink              *link = &g_array_index (snapshot->links, LfLink, i);
        const LfHealthEntry *entry = lf_health_report_find (self, link->index);

        if (entry)
            memcpy (link->health, entry->health, sizeof link->health);
        link->spent = self->spent && link->class == LF_CLASS_LTE;
    }
}

/*****************************************************************************/

/* When the process began, in the kernel's ticks; NULL if there is none, or only what is left of one. */
static gchar *
process_started (const gchar *proc, const gchar *pid)
{
    g_autofree gchar *path = g_build_filename (proc, pid, "stat", NULL);
    g_autofree gchar *text = NULL;
    g_auto(GStrv)     fields = NULL;
    const gchar      *rest;

    if (!g_file_get_contents (path, &text, NULL, NULL) || !(rest = strrchr (text, ')')) || rest[1] != ' ')
        return NULL;
    fields = g_strsplit (rest + 2, " ", FIELD_STARTED + 2);
    if (g_strv_length (fields) <= FIELD_STARTED || strchr ("ZX", *fields[FIELD_STATE]))
        return NULL;
    return g_strdup (fields[FIELD_STARTED]);
}

static gboolean
writer_lives (GKeyFile *key_file, const gchar *proc)
{
    g_autofree gchar *pid = g_key_file_get_value (key_file, GROUP_MONITOR, "pid", NULL);
    g_autofree gchar *started = g_key_file_get_value (key_file, GROUP_MONITOR, "started", NULL);
    g_autofree gchar *now = NULL;
    guint64           number;

    if (!pid || !started || !g_ascii_string_to_unsigned (pid, 10, 1, G_MAXINT32, &number, NULL))
        return FALSE;
    now = process_started (proc, pid);
    return now && g_str_equal (now, started);
}

static gboolean
is_spent (GKeyFile *key_file)
{
    g_autofree gchar *budget = g_key_file_get_value (key_file, GROUP_MONITOR, "lte-budget", NULL);

    return g_strcmp0 (budget, "spent") == 0;
}

static void
read_group (LfHealthReport *self, GKeyFile *key_file, const gchar *group)
{
    g_autofree gchar *name = g_key_file_get_string (key_file, group, "interface", NULL);
    LfHealthEntry    *entry;
    guint64           link;
    guint             family;

    if (!g_ascii_string_to_unsigned (group, 10, 1, G_MAXINT32, &link, NULL))
        return;
    entry = lf_health_report_add (self, link, name ? name : "");
    for (family = 0; family < LF_N_FAMILIES; family++) {
        g_autofree gchar *health = g_key_file_get_value (key_file, group, family_keys[family], NULL);
        g_autofree gchar *reason = g_key_file_get_string (key_file, group, reason_keys[family], NULL);

        entry->has[family] = health && lf_health_from_string (health, &entry->health[family]);
        entry->reason[family] = reason && *reason ? lf_text_printable (reason) : NULL;
        entry->since[family] = g_key_file_get_int64 (key_file, group, since_keys[family], NULL);
    }
}

LfHealthReport *
lf_health_report_load (const gchar *file, const gchar *proc)
{
    LfHealthReport      *self = lf_health_report_new ();
    g_autoptr(GKeyFile)  key_file = g_key_file_new ();
    g_auto(GStrv)        groups = NULL;
    guint                i;

    if (!lf_file_read_keys (file, key_file, NULL))
        return self;
    self->live = writer_lives (key_file, proc);
    self->spent = is_spent (key_file);
    groups = g_key_file_get_groups (key_file, NULL);
    for (i = 0; groups[i]; i++)
        read_group (self, key_file, groups[i]);
    return self;
}

static GKeyFile *
to_key_file (const LfHealthReport *self, const gchar *proc)
{
    GKeyFile         *key_file = g_key_file_new ();
    g_autofree gchar *started = process_started (proc, "self");
    guint             i, family;

    g_key_file_set_integer (key_file, GROUP_MONITOR, "pid", getpid ());
    g_key_file_set_value (key_file, GROUP_MONITOR, "started", started ? started : "");
    if (self->spent)
        g_key_file_set_value (key_file, GROUP_MONITOR, "lte-budget", "spent");
    for (i = 0; i < self->entries->len; i++) {
        const LfHealthEntry *entry = self->entries->pdata[i];
        g_autofree gchar    *group = g_strdup_printf ("%d", entry->link);

        g_key_file_set_string (key_file, group, "interface", entry->name);
        for (family = 0; family < LF_N_FAMILIES; family++) {
            if (!entry->has[family])
                continue;
            g_key_file_set_value (key_file, group, family_keys[family], lf_health_to_string (entry->health[family]));
            if (entry->reason[family])
                g_key_file_set_string (key_file, group, reason_keys[family], entry->reason[family]);
            if (entry->since[family])
                g_key_file_set_int64 (key_file, group, since_keys[family], entry->since[family]);
        }
    }
    return key_file;
}

gboolean
lf_health_report_save (const LfHealthReport *self, const gchar *file, const gchar *proc, GError **error)
{
    g_autoptr(GKeyFile) key_file = to_key_file (self, proc);
    gsize               length;
    g_autofree gchar   *data = g_key_file_to_data (key_file, &length, NULL);

    return lf_file_replace (file, data, length, 0644, error);
}
