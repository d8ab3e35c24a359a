/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the checks found, as text or JSON. */

#include "ec25ctl-report.h"

#include <json-glib/json-glib.h>

#include "ec25-text.h"

static const struct {
    const gchar *mark, *word;
} states[] = {
    [EC25CTL_OK] = { "ok  ", "ok" },
    [EC25CTL_WARNING] = { "warn", "warning" },
    [EC25CTL_PROBLEM] = { "FAIL", "problem" },
    [EC25CTL_SKIPPED] = { "-   ", "skipped" },
};

static void
check_clear (gpointer data)
{
    Ec25ctlCheck *check = data;

    g_free (check->detail);
    g_free (check->remedy);
}

Ec25ctlReport *
ec25ctl_report_new (void)
{
    GArray *report = g_array_new (FALSE, FALSE, sizeof (Ec25ctlCheck));

    g_array_set_clear_func (report, check_clear);
    return report;
}

void
ec25ctl_report_free (Ec25ctlReport *report)
{
    g_array_unref (report);
}

void
ec25ctl_report_add (Ec25ctlReport *report,
                    const gchar   *id,
                    const gchar   *title,
                    Ec25ctlState   state,
                    gchar         *detail,
                    gchar         *remedy)
{
    Ec25ctlCheck check = { id, title, state, ec25_text_printable (detail), ec25_text_printable (remedy) };

    g_free (detail);
    g_free (remedy);
    g_array_append_val (report, check);
}

gboolean
ec25ctl_report_has_problem (const Ec25ctlReport *report)
{
    guint i;

    for (i = 0; i < report->len; i++) {
        if (g_array_index (report, Ec25ctlCheck, i).state == EC25CTL_PROBLEM)
            return TRUE;
    }
    return FALSE;
}

gint
ec25ctl_text_width (const gchar *text)
{
    gint width = 0;

    for (; *text; text = g_utf8_next_char (text)) {
        gunichar character = g_utf8_get_char (text);

        width += g_unichar_iszerowidth (character) ? 0 : g_unichar_iswide (character) ? 2 : 1;
    }
    return width;
}

gchar *
ec25ctl_report_to_text (const Ec25ctlReport *report)
{
    GString *text = g_string_new (NULL);
    gint     width = 0;
    guint    i;

    for (i = 0; i < report->len; i++)
        width = MAX (width, ec25ctl_text_width (g_array_index (report, Ec25ctlCheck, i).title));
    for (i = 0; i < report->len; i++) {
        const Ec25ctlCheck *check = &g_array_index (report, Ec25ctlCheck, i);
        gint                padding = width - ec25ctl_text_width (check->title);

        g_string_append_printf (text, "%s  %s%*s  %s\n", states[check->state].mark, check->title, padding, "",
                                check->detail ? check->detail : "");
        if (check->remedy)
            g_string_append_printf (text, "      %*s  -> %s\n", width, "", check->remedy);
    }
    return g_string_free (text, FALSE);
}

static void
add_string (JsonBuilder *json,
            const gchar *name,
            const gchar *value)
{
    json_builder_set_member_name (json, name);
    json_builder_add_string_value (json, value ? value : "");
}

gchar *
ec25ctl_report_to_json (const Ec25ctlReport *report)
{
    g_autoptr(JsonBuilder) json = json_builder_new ();
    g_autoptr(JsonNode)    root = NULL;
    guint                  i;

    json_builder_begin_object (json);
    json_builder_set_member_name (json, "ok");
    json_builder_add_boolean_value (json, !ec25ctl_report_has_problem (report));
    json_builder_set_member_name (json, "checks");
    json_builder_begin_array (json);
    for (i = 0; i < report->len; i++) {
        const Ec25ctlCheck *check = &g_array_index (report, Ec25ctlCheck, i);

        json_builder_begin_object (json);
        add_string (json, "id", check->id);
        add_string (json, "state", states[check->state].word);
        add_string (json, "detail", check->detail);
        if (check->remedy)
            add_string (json, "remedy", check->remedy);
        json_builder_end_object (json);
    }
    json_builder_end_array (json);
    json_builder_end_object (json);
    root = json_builder_get_root (json);
    return json_to_string (root, TRUE);
}
