/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PDP context 1 over AT. */

#include "ec25-packet.h"

#include <string.h>

#include "ec25-at.h"
#include "ec25-error.h"

/* A line that begins with the name of a command */
#define CODE "\\+[A-Z]+:[^\\r\\n]*[\\r\\n]*"

#define APN_LENGTH        100
#define CREDENTIAL_LENGTH 127

static const gchar *const type_names[] = {
    [EC25_FAMILY_IPV4] = "IP",
    [EC25_FAMILY_IPV6] = "IPV6",
    [EC25_FAMILY_BOTH] = "IPV4V6",
};

Ec25Context *
ec25_context_new (void)
{
    Ec25Context *context = g_new0 (Ec25Context, 1);

    context->apn = g_strdup ("");
    context->user = g_strdup ("");
    context->password = g_strdup ("");
    return context;
}

void
ec25_context_free (Ec25Context *context)
{
    g_free (context->apn);
    g_free (context->user);
    g_free (context->password);
    g_free (context);
}

/*****************************************************************************/
/* What can be said */

static gboolean
check_text (const gchar  *what,
            const gchar  *text,
            gsize         max_length,
            GError      **error)
{
    const gchar *c;

    if (strlen (text) > max_length) {
        g_set_error (error, EC25_ERROR, EC25_ERROR_UNSUPPORTED, "the %s is longer than %" G_GSIZE_FORMAT " characters",
                     what, max_length);
        return FALSE;
    }
    for (c = text; *c; c++) {
        if (!g_ascii_isprint (*c) || *c == '"') {
            g_set_error (error, EC25_ERROR, EC25_ERROR_UNSUPPORTED,
                         "the %s has a character that an AT command cannot carry: use ASCII without quotes", what);
            return FALSE;
        }
    }
    return TRUE;
}

gboolean
ec25_context_check (const Ec25Context  *context,
                    GError            **error)
{
    return check_text ("APN", context->apn, APN_LENGTH, error) &&
           check_text ("user name", context->user, CREDENTIAL_LENGTH, error) &&
           check_text ("password", context->password, CREDENTIAL_LENGTH, error);
}

gboolean
ec25_context_same_apn (const Ec25Context *a,
                       const Ec25Context *b)
{
    return a->families == b->families && g_ascii_strcasecmp (a->apn, b->apn) == 0;
}

gboolean
ec25_context_same_credentials (const Ec25Context *a,
                               const Ec25Context *b)
{
    return g_str_equal (a->user, b->user) && g_str_equal (a->password, b->password) &&
           (a->authentication == b->authentication || (!*a->user && !*a->password));
}

gchar *
ec25_at_build_context (const Ec25Context *context)
{
    return g_strdup_printf ("+CGDCONT=1,\"%s\",\"%s\"", type_names[context->families], context->apn);
}

gchar *
ec25_at_build_credentials (const Ec25Context *context)
{
    return g_strdup_printf ("+QICSGP=1,%d,\"%s\",\"%s\",\"%s\",%d", context->families, context->apn, context->user,
                            context->password, context->authentication);
}

/*****************************************************************************/
/* What the module says */

/*
 * Checks that there is nothing, or a line of @prefix, perhaps with unsolicited codes around it: what is cut off or
 * not an answer at all must not pass for "no such context". Returns the first match of @pattern, or %NULL with or
 * without an error.
 */
static GMatchInfo *
find_line (const gchar  *command,
           const gchar  *prefix,
           const gchar  *pattern,
           const gchar  *response,
           GError      **error)
{
    g_autofree gchar      *shape = g_strdup_printf ("^\\s*(?:(?:" CODE ")*\\+%s:[^\\r\\n]*[\\r\\n]*(?:" CODE ")*)?$",
                                                    prefix);
    g_autoptr(GMatchInfo)  whole = ec25_at_match (command, shape, response, error);
    g_autoptr(GRegex)      line = g_regex_new (pattern, G_REGEX_RAW | G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo)  info = NULL;

    if (!whole || !g_regex_match (line, response, 0, &info))
        return NULL;
    return g_steal_pointer (&info);
}

static void
replace (gchar      **field,
         GMatchInfo  *info,
         gint         group)
{
    g_free (*field);
    *field = g_match_info_fetch (info, group);
}

/* +CGDCONT: 1,"<type>","<apn>"[,...], a line for each context */
gboolean
ec25_at_parse_context (const gchar  *response,
                       Ec25Context  *context,
                       GError      **error)
{
    g_autoptr(GError)     inner_error = NULL;
    g_autoptr(GMatchInfo) info = NULL;
    g_autofree gchar     *type = NULL;
    guint                 i;

    info = find_line ("+CGDCONT?", "CGDCONT", "^\\+CGDCONT:\\s*1,\\s*\"([^\"]*)\",\\s*\"([^\"]*)\"", response,
                      &inner_error);
    if (inner_error) {
        g_propagate_error (error, g_steal_pointer (&inner_error));
        return FALSE;
    }
    context->families = EC25_FAMILY_NONE;
    if (!info) {
        g_free (context->apn);
        context->apn = g_strdup ("");
        return TRUE;
    }
    type = g_match_info_fetch (info, 1);
    replace (&context->apn, info, 2);
    for (i = EC25_FAMILY_IPV4; i < G_N_ELEMENTS (type_names); i++) {
        if (g_ascii_strcasecmp (type, type_names[i]) == 0)
            context->families = i;
    }
    return TRUE;
}

/* +QICSGP: <type>,"<apn>","<user>","<password>",<authentication> */
gboolean
ec25_at_parse_credentials (const gchar  *response,
                           Ec25Context  *context,
                           GError      **error)
{
    g_autoptr(GMatchInfo) info = NULL;
    g_autofree gchar     *authentication = NULL;

    /* Without the error of ec25_at_match(), which would show the password. */
    info = ec25_at_match ("+QICSGP=1",
                          "^\\s*\\+QICSGP:\\s*[0-3],\\s*\"[^\"]*\",\\s*\"([^\"]*)\",\\s*\"([^\"]*)\",\\s*([0-3])\\s*$",
                          response, NULL);
    if (!info) {
        g_set_error (error, EC25_ERROR, EC25_ERROR_PARSE, "+QICSGP=1: cannot make sense of the answer");
        return FALSE;
    }
    replace (&context->user, info, 1);
    replace (&context->password, info, 2);
    authentication = g_match_info_fetch (info, 3);
    context->authentication = g_ascii_digit_value (authentication[0]);
    return TRUE;
}

/* +CGACT: 1,<0|1>, a line for each context */
gboolean
ec25_at_parse_activation (const gchar  *response,
                          gboolean     *active,
                          GError      **error)
{
    g_autoptr(GError)     inner_error = NULL;
    g_autoptr(GMatchInfo) info = NULL;
    g_autofree gchar     *state = NULL;

    info = find_line ("+CGACT?", "CGACT", "^\\+CGACT:\\s*1,\\s*([01])\\s*$", response, &inner_error);
    if (inner_error) {
        g_propagate_error (error, g_steal_pointer (&inner_error));
        return FALSE;
    }
    state = info ? g_match_info_fetch (info, 1) : NULL;
    *active = state && state[0] == '1';
    return TRUE;
}

static Ec25Families
family_of (const gchar *address)
{
    g_auto(GStrv) numbers = g_strsplit (address, ".", -1);
    guint         n = g_strv_length (numbers);
    gboolean      zero = TRUE;
    guint         i;

    for (i = 0; i < n; i++)
        zero = zero && g_ascii_strtoull (numbers[i], NULL, 10) == 0;
    if (zero)
        return EC25_FAMILY_NONE;
    return n == 4 ? EC25_FAMILY_IPV4 : n == 16 ? EC25_FAMILY_IPV6 : EC25_FAMILY_NONE;
}

/* +CGPADDR: 1[,"<address>"[,"<address>"]] */
gboolean
ec25_at_parse_addresses (const gchar   *response,
                         Ec25Families  *families,
                         GError       **error)
{
    g_autoptr(GError)     inner_error = NULL;
    g_autoptr(GMatchInfo) info = NULL;
    Ec25Families          found = EC25_FAMILY_NONE;
    gint                  group;

    info = find_line ("+CGPADDR=1", "CGPADDR",
                      "^\\+CGPADDR:\\s*1(?:,\\s*\"?([0-9.]+)\"?)?(?:,\\s*\"?([0-9.]+)\"?)?\\s*$", response,
                      &inner_error);
    if (inner_error) {
        g_propagate_error (error, g_steal_pointer (&inner_error));
        return FALSE;
    }
    for (group = 1; info && group <= 2; group++) {
        g_autofree gchar *address = g_match_info_fetch (info, group);

        if (address)
            found |= family_of (address);
    }
    *families = found;
    return TRUE;
}

/* +CGCONTRDP: 1,<bearer>,"<apn>"[,...]; nothing but OK without a bearer */
gchar *
ec25_at_parse_active_apn (const gchar  *response,
                          GError      **error)
{
    g_autoptr(GError)     inner_error = NULL;
    g_autoptr(GMatchInfo) info = NULL;

    info = find_line ("+CGCONTRDP=1", "CGCONTRDP", "^\\+CGCONTRDP:\\s*1,\\s*\\d*,\\s*\"?([^\",\\r\\n]*)\"?", response,
                      &inner_error);
    if (inner_error) {
        g_propagate_error (error, g_steal_pointer (&inner_error));
        return NULL;
    }
    return info ? g_match_info_fetch (info, 1) : g_strdup ("");
}

gboolean
ec25_apn_matches (const gchar *wanted,
                  const gchar *active)
{
    gsize length = strlen (wanted);

    if (!length)
        return TRUE;
    return g_ascii_strncasecmp (active, wanted, length) == 0 &&
           (active[length] == '\0' || g_ascii_strncasecmp (active + length, ".mnc", 4) == 0);
}

static guint
find_cause (const gchar *response,
            const gchar *name)
{
    const gchar *found = strstr (response, name);
    guint64      cause = found ? g_ascii_strtoull (found + strlen (name), NULL, 10) : 0;

    return cause <= 255 ? cause : 0;
}

void
ec25_at_parse_causes (const gchar *response,
                      guint       *emm,
                      guint       *esm)
{
    *emm = response ? find_cause (response, "EMM cause ") : 0;
    *esm = response ? find_cause (response, "ESM cause ") : 0;
}
