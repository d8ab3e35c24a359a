/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an EC25 firmware revision says about the module. */

#include <string.h>

#include "ec25-firmware.h"
#include "ec25-error.h"

#define MAX_REVISION_LENGTH 64

/* <family: 2 letters, 2 digits><variant: letters>R<2 digits>A<2 digits>... */
gboolean
ec25_revision_parse (const gchar   *text,
                     Ec25Revision  *revision,
                     GError       **error)
{
    g_autoptr(GRegex)     regex = NULL;
    g_autoptr(GMatchInfo) info = NULL;
    g_autofree gchar     *family = NULL;
    g_autofree gchar     *release = NULL;
    g_autofree gchar     *minor = NULL;

    regex = g_regex_new ("^\\s*([A-Z]{2}\\d{2})[A-Z]*R(\\d{2})A(\\d{2})(?!\\d)", G_REGEX_RAW, 0, NULL);
    if (!text || strnlen (text, MAX_REVISION_LENGTH + 1) > MAX_REVISION_LENGTH ||
        !g_regex_match (regex, text, 0, &info)) {
        g_autofree gchar *shown = g_strndup (text ? text : "", MAX_REVISION_LENGTH);
        g_autofree gchar *printable = g_strescape (shown, NULL);

        g_set_error (error, EC25_ERROR, EC25_ERROR_PARSE,
                     "firmware revision '%s' has no release and minor number like R06A10", printable);
        return FALSE;
    }

    family = g_match_info_fetch (info, 1);
    release = g_match_info_fetch (info, 2);
    minor = g_match_info_fetch (info, 3);
    g_strlcpy (revision->family, family, sizeof (revision->family));
    revision->release = (guint) g_ascii_strtoull (release, NULL, 10);
    revision->minor = (guint) g_ascii_strtoull (minor, NULL, 10);
    return TRUE;
}

gboolean
ec25_revision_has_profile_events (const Ec25Revision *revision)
{
    if (!g_str_equal (revision->family, "EC25"))
        return TRUE;
    return revision->release > 6 || (revision->release == 6 && revision->minor >= 10);
}

gboolean
ec25_firmware_version_is_complete (const gchar *version)
{
    g_autofree gchar *stripped = g_strstrip (g_strdup (version));

    return stripped[0] && !g_str_has_suffix (stripped, ".00.000");
}
