/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that others wrote. */

#include "ec25-text.h"

#include <string.h>

#define REPLACED "\357\277\275" /* U+FFFD: bytes that are not UTF-8 */

static const struct {
    const gchar *text, *shown;
} texts[] = {
    { NULL, NULL },
    { "", "" },
    { "Vodafone", "Vodafone" },
    { "größer Ελλάς 中国移动", "größer Ελλάς 中国移动" },
    { "100% %s%n%n", "100% %s%n%n" },
    { "\033[31mred\033[0m", "?[31mred?[0m" },
    { "\033]0;title\a", "?]0;title?" },
    { "one\ntwo\r\nthree\tfour", "one?two??three?four" },
    { "\177\b\v\f\001\037", "??????" },
    { "\302\233" "31m \302\205", "?31m ?" },         /* C1 as UTF-8: CSI, NEL */
    { "\233" "31m", REPLACED "31m" },                /* C1 as a byte */
    { "a\342\200\256b\342\201\246c", "a?b?c" },      /* U+202E, U+2066: direction */
    { "a\342\200\250b\342\200\251c", "a?b?c" },      /* U+2028, U+2029: lines */
    { "\xff\xfeok", REPLACED REPLACED "ok" },
    { "\xc3", REPLACED },
    { "\xed\xa0\x80", REPLACED REPLACED REPLACED },  /* a surrogate */
    { "\xc0\xaf", REPLACED REPLACED },               /* a slash, too long */
};

static void
test_texts (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (texts); i++) {
        g_autofree gchar *shown = ec25_text_printable (texts[i].text);

        g_assert_cmpstr (shown, ==, texts[i].shown);
        g_assert_true (!shown || g_utf8_validate (shown, -1, NULL));
    }
}

static void
test_every_character (void)
{
    gunichar c;

    for (c = 1; c <= 0x10ffff; c++) {
        gchar             text[7] = "";
        g_autofree gchar *shown = NULL;

        if (!g_unichar_validate (c))
            continue;
        g_unichar_to_utf8 (c, text);
        shown = ec25_text_printable (text);
        g_assert_true (g_str_equal (shown, text) || g_str_equal (shown, "?"));
        g_assert_false (g_unichar_iscntrl (g_utf8_get_char (shown)));
    }
}

static void
test_long (void)
{
    g_autofree gchar *fits = g_strnfill (1024, 'x');
    g_autofree gchar *longer = g_strnfill (1025, 'x');
    g_autofree gchar *huge = g_strnfill (64 * 1024, '\233');
    g_autofree gchar *cut = g_strconcat (fits, "…", NULL);
    g_autofree gchar *shown_fits = ec25_text_printable (fits);
    g_autofree gchar *shown_longer = ec25_text_printable (longer);
    g_autofree gchar *shown_huge = ec25_text_printable (huge);

    g_assert_cmpstr (shown_fits, ==, fits);
    g_assert_cmpstr (shown_longer, ==, cut);
    g_assert_cmpint (g_utf8_strlen (shown_huge, -1), ==, 1025);
    g_assert_true (g_str_has_suffix (shown_huge, "…"));
}

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/text/texts", test_texts);
    g_test_add_func ("/text/every-character", test_every_character);
    g_test_add_func ("/text/long", test_long);
    return g_test_run ();
}
