/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The AT interpreter of one port. */

#include "at-engine.h"
#include "at-command.h"

#include <string.h>

#define LINE_MAX_LENGTH 2048

struct _AtEngine {
    AtEngineConfig config;
    AtSettings settings;
    GString *line;
    gboolean overlong;
    Hang hang;
    guint late; /* source of the second half of a split answer */
    char *late_text;
};

static const AtCommand *const tables[] = {
    at_commands_general, at_commands_sim, at_commands_network, at_commands_packet, at_commands_quectel,
};

/* Help for the commands */

void
at_line (AtCall *call, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_string_append_vprintf (call->answer, format, args);
    va_end (args);
    g_string_append_c (call->answer, '\n');
}

const char *
at_text (const AtCall *call, guint index)
{
    return index < call->n_args ? call->args[index] : NULL;
}

gboolean
at_number (const AtCall *call, guint index, guint max, guint *number)
{
    const char *text = at_text (call, index);
    guint64 value;

    if (!text || !g_ascii_string_to_unsigned (text, 10, 0, max, &value, NULL))
        return FALSE;
    *number = value;
    return TRUE;
}

/* Output */

static void
say (AtEngine *self, const char *text)
{
    self->config.write (text, strlen (text), self->config.user_data);
}

static void
cancel_late (AtEngine *self)
{
    g_clear_handle_id (&self->late, g_source_remove);
    g_clear_pointer (&self->late_text, g_free);
}

static gboolean
say_late (gpointer data)
{
    AtEngine *self = data;
    g_autofree char *text = g_steal_pointer (&self->late_text);

    self->late = 0;
    say (self, text);
    return G_SOURCE_REMOVE;
}

static const char *
cme_text (AtResult code)
{
    switch (code) {
    case CME_NOT_ALLOWED:
        return "operation not allowed";
    case CME_NOT_SUPPORTED:
        return "operation not supported";
    case CME_NO_SIM:
        return "SIM not inserted";
    case CME_SIM_PIN:
        return "SIM PIN required";
    case CME_SIM_PUK:
        return "SIM PUK required";
    case CME_SIM_FAILURE:
        return "SIM failure";
    case CME_WRONG_PASSWORD:
        return "incorrect password";
    case CME_NO_NETWORK:
        return "no network service";
    default:
        return "unknown";
    }
}

static void
append_result (GString *out, const AtSettings *settings, AtResult result)
{
    if (settings->quiet)
        return;
    if (result > 0 && settings->cmee == 1)
        g_string_append_printf (out, "\r\n+CME ERROR: %d\r\n", result);
    else if (result > 0 && settings->cmee == 2)
        g_string_append_printf (out, "\r\n+CME ERROR: %s\r\n", cme_text (result));
    else if (!settings->verbose)
        g_string_append_printf (out, "%d\r", result == AT_OK ? 0 : result == AT_NO_CARRIER ? 3 : 4);
    else
        g_string_append_printf (out, "\r\n%s\r\n",
                                result == AT_OK ? "OK" : result == AT_NO_CARRIER ? "NO CARRIER" : "ERROR");
}

static void
append_lines (GString *out, const GString *answer)
{
    g_auto (GStrv) lines = g_strsplit (answer->str, "\n", -1);

    if (answer->len == 0)
        return;
    g_string_append (out, "\r\n");
    for (guint i = 0; lines[i + 1]; i++)
        g_string_append_printf (out, "%s\r\n", lines[i]);
}

/* Faults */

static void
say_split (AtEngine *self, const char *text)
{
    g_autofree char *first = g_strndup (text, strlen (text) / 2);

    cancel_late (self);
    say (self, first);
    self->late_text = g_strdup (text + strlen (first));
    self->late = g_timeout_add (200, say_late, self);
}

static void
say_with_code_inside (AtEngine *self, const char *text)
{
    const char *end = strstr (text + 1, "\r\n");
    g_autofree char *first = g_strndup (text, end ? end + 2 - text : 0);

    say (self, first);
    say (self, "\r\n+QIND: SMS DONE\r\n");
    say (self, text + strlen (first));
}

static void
say_faulty (AtEngine *self, const char *text, Fault fault)
{
    g_autofree char *half = NULL;

    switch (fault.kind) {
    case FAULT_GARBAGE:
        say (self, "\r\n\377\376\001%s\033[31m}~\0017\r\r\n\302");
        break;
    case FAULT_TRUNCATE:
        half = g_strndup (text, strlen (text) / 2);
        say (self, half);
        break;
    case FAULT_SPLIT:
        say_split (self, text);
        break;
    case FAULT_URC_INSIDE:
        say_with_code_inside (self, text);
        break;
    case FAULT_SILENT:
        break;
    default:
        say (self, text);
    }
}

/* Parsing */

static const AtCommand *
find_command (const char *name, AtForm form, gboolean *known)
{
    for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
        for (const AtCommand *command = tables[i]; command->name; command++) {
            if (g_ascii_strcasecmp (command->name, name) != 0)
                continue;
            *known = TRUE;
            if (command->form == form)
                return command;
        }
    return NULL;
}

static void
add_argument (GPtrArray *args, GString *arg)
{
    g_strstrip (arg->str);
    g_ptr_array_add (args, g_strdup (arg->str));
    g_string_truncate (arg, 0);
}

static char **
split_arguments (const char *text)
{
    g_autoptr (GPtrArray) args = g_ptr_array_new ();
    g_autoptr (GString) arg = g_string_new (NULL);
    gboolean quoted = FALSE;

    for (; *text; text++) {
        if (*text == '"')
            quoted = !quoted;
        else if (*text == ',' && !quoted)
            add_argument (args, arg);
        else
            g_string_append_c (arg, *text);
    }
    add_argument (args, arg);
    g_ptr_array_add (args, NULL);
    return (char **) g_ptr_array_free (g_steal_pointer (&args), FALSE);
}

static AtResult
run_command (AtEngine *self, const char *name, AtForm form, const char *arguments, GString *answer)
{
    gboolean known = FALSE;
    const AtCommand *command = find_command (name, form, &known);
    g_auto (GStrv) args = form == AT_SET ? split_arguments (arguments) : NULL;
    AtCall call = { self->config.model, &self->settings, args, args ? g_strv_length (args) : 0, answer };

    /* Unknown commands are a plain ERROR; a known one in a form that it lacks is not supported. */
    if (!command)
        return known ? CME_NOT_SUPPORTED : AT_ERROR;
    if (command->text)
        at_line (&call, "%s", command->text);
    return command->handler ? command->handler (&call) : AT_OK;
}

/* "+CMD", "+CMD?", "+CMD=?" or "+CMD=..." up to a semicolon; moves text behind it. */
static AtResult
run_extended (AtEngine *self, const char **text, GString *answer)
{
    gsize length = 0;
    gboolean quoted = FALSE;
    g_autofree char *command = NULL;
    char *mark;

    while ((*text)[length] && ((*text)[length] != ';' || quoted))
        if ((*text)[length++] == '"')
            quoted = !quoted;
    command = g_strndup (*text, length);
    *text += length + ((*text)[length] == ';');
    g_strchomp (command);
    mark = command + 1 + strcspn (command + 1, "=?");
    if (*mark == '\0')
        return run_command (self, command, AT_EXECUTE, NULL, answer);
    if (g_str_equal (mark, "?") || g_str_equal (mark, "=?")) {
        AtForm form = *mark == '?' ? AT_READ : AT_TEST;

        *mark = '\0';
        return run_command (self, command, form, NULL, answer);
    }
    if (*mark != '=')
        return AT_ERROR;
    *mark = '\0';
    return run_command (self, command, AT_SET, mark + 1, answer);
}

/* A letter, perhaps after '&', and a number; moves text behind it. */
static AtResult
run_basic (AtEngine *self, const char **text, GString *answer)
{
    char name[3] = { 0 };
    guint length = **text == '&' ? 2 : 1;
    g_autofree char *number = NULL;
    gsize digits;

    g_strlcpy (name, *text, length + 1);
    *text += strlen (name);
    if (g_ascii_toupper (name[0]) == 'D') {
        *text += strlen (*text);
        return run_command (self, "D", AT_EXECUTE, NULL, answer);
    }
    digits = strspn (*text, "0123456789");
    number = digits ? g_strndup (*text, digits) : g_strdup ("0");
    *text += digits;
    if (g_ascii_toupper (name[0]) == 'S' && digits) {
        *text += strcspn (*text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ&+$*;");
        return AT_OK;
    }
    return run_command (self, name, AT_SET, number, answer);
}

static AtResult
run_line (AtEngine *self, const char *text, GString *answer)
{
    AtResult result = AT_OK;

    while (result == AT_OK && *text) {
        if (strchr (" ;", *text))
            text++;
        else if (strchr ("+$*^", *text))
            result = run_extended (self, &text, answer);
        else if (g_ascii_isalpha (*text) || *text == '&')
            result = run_basic (self, &text, answer);
        else
            result = AT_ERROR;
    }
    return result;
}

static void
handle_line (AtEngine *self, const char *line)
{
    g_autoptr (GString) answer = g_string_new (NULL), out = g_string_new (NULL);
    Fault fault = faults_strike_at (self->config.faults, line);

    journal_count (self->config.journal, JOURNAL_AT, line);
    if (fault.kind == FAULT_ERROR || fault.kind == FAULT_CME) {
        append_result (out, &self->settings, fault.kind == FAULT_CME ? (AtResult) fault.value : AT_ERROR);
    } else if (fault.kind == FAULT_SAYS) {
        g_string_append_printf (out, "\r\n%s\r\n", fault.text);
    } else {
        AtResult result = run_line (self, line + 2, answer);

        append_lines (out, answer);
        append_result (out, &self->settings, result);
    }
    journal_log (self->config.journal, "%s %s -> %s%s", self->config.port, line, out->str,
                 fault.kind ? " (fault)" : "");
    say_faulty (self, out->str, fault);
}

gboolean
at_engine_run (AtEngine *self, const char *line, GString *answer)
{
    return g_ascii_strncasecmp (line, "AT", 2) == 0 && run_line (self, line + 2, answer) == AT_OK;
}

static void
end_line (AtEngine *self)
{
    g_autofree char *line = g_strdup (self->line->str);
    char *start = line;

    g_string_truncate (self->line, 0);
    if (self->overlong) {
        self->overlong = FALSE;
        say (self, "\r\nERROR\r\n");
        return;
    }
    /* Whatever stands before AT is noise. */
    while (*start && g_ascii_strncasecmp (start, "AT", 2) != 0)
        start++;
    if (*start)
        handle_line (self, start);
}

static void
take_character (AtEngine *self, char c)
{
    if (c == '\r')
        end_line (self);
    else if (c == '\b' && self->line->len)
        g_string_truncate (self->line, self->line->len - 1);
    else if ((guchar) c < ' ')
        return;
    else if (self->line->len < LINE_MAX_LENGTH)
        g_string_append_c (self->line, c);
    else
        self->overlong = TRUE;
}

/* What a pseudo-terminal does not tell: ModemManager begins with this when it has opened a port. */
static void
listen_in_hang (AtEngine *self, const char *data, gsize size)
{
    g_string_append_len (self->line, data, size);
    if (!strchr (self->line->str, '\r'))
        return;
    g_string_truncate (self->line, self->line->len - 1);
    if (self->hang == HANG_UNTIL_REOPENED && g_str_has_suffix (self->line->str, "ATE0")) {
        self->hang = HANG_NONE;
        end_line (self);
    }
    g_string_truncate (self->line, 0);
}

void
at_engine_feed (AtEngine *self, const char *data, gsize size)
{
    if (self->hang) {
        listen_in_hang (self, data, size);
        return;
    }
    for (gsize i = 0; i < size; i++) {
        if (self->settings.echo)
            self->config.write (&data[i], 1, self->config.user_data);
        take_character (self, data[i]);
    }
}

/* Unsolicited codes */

static void
say_code (AtEngine *self, const char *code)
{
    g_autofree char *text = g_strdup_printf ("\r\n%s\r\n", code);

    journal_log (self->config.journal, "%s unsolicited %s", self->config.port, code);
    say (self, text);
}

static gboolean
takes_codes (AtEngine *self)
{
    g_autofree char *port = nvram_get_string (self->config.model->nvram, "module", "urcport", "usbat");

    return !self->hang && (g_str_equal (port, self->config.port) || g_str_equal (port, "all"));
}

static void
on_model (Model *model, ModelEvent event, gconstpointer detail, gpointer user_data)
{
    AtEngine *self = user_data;

    self->hang = hang_after (self->hang, model, event);
    if (event == MODEL_ATTACHED)
        at_engine_reset (self);
    if (model->power != POWER_RUNNING || !takes_codes (self))
        return;
    if (event == MODEL_URC)
        say_code (self, detail);
    for (guint i = 0; i < AT_EVENT_CODES; i++) {
        g_autofree char *code = at_event_code (&self->settings, model, event, detail, i);

        if (code)
            say_code (self, code);
    }
}

void
at_engine_reset (AtEngine *self)
{
    cancel_late (self);
    g_string_truncate (self->line, 0);
    self->overlong = FALSE;
    at_settings_init (&self->settings);
}

void
at_engine_set_hang (AtEngine *self, Hang hang)
{
    self->hang = hang;
}

gboolean
at_engine_is_hung (const AtEngine *self)
{
    return self->hang != HANG_NONE;
}

AtEngine *
at_engine_new (const AtEngineConfig *config)
{
    AtEngine *self = g_new0 (AtEngine, 1);

    self->config = *config;
    self->line = g_string_new (NULL);
    at_settings_init (&self->settings);
    model_listen (config->model, on_model, self);
    return self;
}

void
at_engine_free (AtEngine *self)
{
    cancel_late (self);
    g_string_free (self->line, TRUE);
    g_free (self);
}
