/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that others wrote. */

#include "lf-text.h"

static const struct {
    const gchar *text, *shown;
} texts[] = {
    { NULL, NULL },
    { "", "" },
    { "wlan0 größer 中国", "wlan0 größer 中国" },
    { "100% %s%n", "100% %s%n" },
    { "\033[31mred\033]0;title\a", "?[31mred?]0;title?" },
    { "one\ntwo\rthree\tfour\177", "one?two?three?four?" },
    { "\302\233" "31m", "?31m" },               /* C1 */
    { "a\342\200\256b\342\200\250c", "a?b?c" }, /* direction, line */
    { "\xff\xc3", "\357\277\275\357\277\275" },
};

static void
test_texts (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (texts); i++) {
        g_autofree gchar *shown = lf_text_printable (texts[i].text);

        g_assert_cmpstr (shown, ==, texts[i].shown);
    }
}

static void
test_long (void)
{
    g_autofree gchar *huge = g_strnfill (64 * 1024, '\033');
    g_autofree gchar *shown = lf_text_printable (huge);

    g_assert_cmpint (g_utf8_strlen (shown, -1), ==, 1025);
    g_assert_true (g_str_has_suffix (shown, "?…"));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/text/texts", test_texts);
    g_test_add_func ("/text/long", test_long);
    return g_test_run ();
}
