/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has been asked of the modem. */

#include "journal.h"

typedef struct {
    char *question;
    guint count;
} Entry;

struct _Journal {
    FILE *log;
    GPtrArray *entries[JOURNAL_N_KINDS];
};

static void
entry_free (gpointer data)
{
    Entry *entry = data;

    g_free (entry->question);
    g_free (entry);
}

Journal *
journal_new (FILE *log)
{
    Journal *self = g_new0 (Journal, 1);

    self->log = log;
    for (guint i = 0; i < G_N_ELEMENTS (self->entries); i++)
        self->entries[i] = g_ptr_array_new_with_free_func (entry_free);
    return self;
}

void
journal_free (Journal *self)
{
    for (guint i = 0; i < G_N_ELEMENTS (self->entries); i++)
        g_ptr_array_unref (self->entries[i]);
    g_free (self);
}

void
journal_log (Journal *self, const char *format, ...)
{
    g_autoptr (GDateTime) now = NULL;
    g_autofree char *time = NULL, *text = NULL, *escaped = NULL;
    va_list args;

    if (!self->log)
        return;
    va_start (args, format);
    text = g_strdup_vprintf (format, args);
    va_end (args);
    now = g_date_time_new_now_local ();
    time = g_date_time_format (now, "%H:%M:%S.%f");
    escaped = g_strescape (text, "\"\\");
    fprintf (self->log, "%s %s\n", time, escaped);
    fflush (self->log);
}

void
journal_count (Journal *self, JournalKind kind, const char *question)
{
    GPtrArray *entries = self->entries[kind];
    Entry *entry;

    for (guint i = 0; i < entries->len; i++) {
        entry = g_ptr_array_index (entries, i);
        if (g_str_equal (entry->question, question)) {
            entry->count++;
            return;
        }
    }
    entry = g_new0 (Entry, 1);
    entry->question = g_strdup (question);
    entry->count = 1;
    g_ptr_array_add (entries, entry);
}

void
journal_report (Journal *self, JournalKind kind, GString *lines)
{
    GPtrArray *entries = self->entries[kind];

    for (guint i = 0; i < entries->len; i++) {
        Entry *entry = g_ptr_array_index (entries, i);
        g_autofree char *question = g_strescape (entry->question, "\"\\");

        g_string_append_printf (lines, "%u %s\n", entry->count, question);
    }
}

void
journal_clear (Journal *self)
{
    for (guint i = 0; i < G_N_ELEMENTS (self->entries); i++)
        g_ptr_array_set_size (self->entries[i], 0);
}
