/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ec25-at-line.h"
#include "ec25-error.h"
#include "ec25-signal.h"

static const struct {
    const gchar *text;
    const gchar *tag;
    guint        n_fields;
    const gchar *fields[5];
} lines[] = {
    { "+X: 1,2", "+X:", 2, { "1", "2" } },
    { "\r\n+X: \"a,b\" , c\r\n", "+X:", 2, { "a,b", "c" } },
    { "+CREG: 1\r\n+X: 1", "+X:", 1, { "1" } },
    { "+X:", "+X:", 1, { "" } },
    { "+X: 1,,\"\"", "+X:", 3, { "1", "", "" } },
    { "+X: \"open,1", "+X:", 1, { "\"open,1" } },
    { "+X: \001\002", "+X:", 1, { "\001\002" } },
    { "+XY: 1", "+X:", 0 },
    { "a +X: 1", "+X:", 0 },
    { "\r\n\r\n", "+X:", 0 },
    { "", "+X:", 0 },
    { NULL, "+X:", 0 },
};

static void
test_lines (void)
{
    guint i, j;

    for (i = 0; i < G_N_ELEMENTS (lines); i++) {
        const gchar   *cursor = lines[i].text;
        g_auto(GStrv)  fields = ec25_at_next_line (&cursor, lines[i].tag);

        g_assert_cmpuint (fields ? g_strv_length (fields) : 0, ==, lines[i].n_fields);
        for (j = 0; j < lines[i].n_fields; j++)
            g_assert_cmpstr (fields[j], ==, lines[i].fields[j]);
        g_assert_cmpstr (ec25_at_field (fields, lines[i].n_fields), ==, "");
    }
}

static void
test_second_line (void)
{
    const gchar *cursor = "+X: 1\r\nOTHER\r\n+X: 2\r\n";
    guint        i;

    for (i = 1; i <= 2; i++) {
        g_auto(GStrv) fields = ec25_at_next_line (&cursor, "+X:");
        gint64        number = 0;

        g_assert_true (ec25_at_field_number (fields, 0, 0, 9, &number));
        g_assert_cmpint (number, ==, i);
    }
    g_assert_null (ec25_at_next_line (&cursor, "+X:"));
}

static void
test_over_long_line (void)
{
    g_autofree gchar *filling = g_strnfill (2000, '1');
    g_autofree gchar *text = g_strdup_printf ("+X: %s\r\n+X: 7\r\n", filling);
    const gchar      *cursor = text;
    g_auto(GStrv)     fields = ec25_at_next_line (&cursor, "+X:");

    g_assert_cmpstr (ec25_at_field (fields, 0), ==, "7");
}

static const struct {
    const gchar *text;
    gboolean     right;
    Ec25Signal   signal;
} signals[] = {
    { "+QCSQ: \"LTE\",-69,-102,150,-12", TRUE, { EC25_RAT_LTE, -69, -102, -12, 10 } },
    { "+QCSQ: \"LTE\",-69,-102,0,-12\r\n", TRUE, { EC25_RAT_LTE, -69, -102, -12, -20 } },
    { "+CREG: 1\r\n+QCSQ: \"LTE\",-69,-102,250,-12", TRUE, { EC25_RAT_LTE, -69, -102, -12, 30 } },
    { "+QCSQ: \"WCDMA\",-70,-80,-5", TRUE, { EC25_RAT_UMTS, -70, -80, -5, 0 } },
    { "+QCSQ: \"GSM\",-90", TRUE, { EC25_RAT_GSM, -90, 0, 0, 0 } },
    { "+QCSQ: \"NOSERVICE\"", TRUE, { EC25_RAT_NONE, 0, 0, 0, 0 } },
    { "+QCSQ: \"LTE\",-69,-102,150", FALSE },
    { "+QCSQ: \"LTE\",-69,-102,251,-12", FALSE },
    { "+QCSQ: \"LTE\",-69,102,150,-12", FALSE },
    { "+QCSQ: \"LTE\",-69,-1e9,150,-12", FALSE },
    { "+QCSQ: \"5G\",-69", FALSE },
    { "+QCSQ:", FALSE },
    { "garbage\001", FALSE },
    { "", FALSE },
    { NULL, FALSE },
};

static void
test_signals (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (signals); i++) {
        g_autoptr(GError) error = NULL;
        Ec25Signal        signal = { EC25_RAT_NONE, 1, 1, 1, 1 };

        g_assert_true (ec25_signal_parse_qcsq (signals[i].text, &signal, &error) == signals[i].right);
        if (!signals[i].right) {
            g_assert_error (error, EC25_ERROR, EC25_ERROR_PARSE);
            g_assert_cmpfloat (signal.rssi, ==, 1);
            continue;
        }
        g_assert_cmpuint (signal.rat, ==, signals[i].signal.rat);
        g_assert_cmpfloat (signal.rssi, ==, signals[i].signal.rssi);
        g_assert_cmpfloat (signal.rsrp, ==, signals[i].signal.rsrp);
        g_assert_cmpfloat (signal.rsrq, ==, signals[i].signal.rsrq);
        g_assert_cmpfloat (signal.snr, ==, signals[i].signal.snr);
    }
}

static const struct {
    const gchar    *text;
    gboolean        right;
    Ec25Technology  technology;
    const gchar    *code;
} networks[] = {
    { "+QNWINFO: \"FDD LTE\",\"732101\",\"LTE BAND 3\",1650", TRUE, EC25_TECHNOLOGY_LTE, "732101" },
    { "+QNWINFO: \"TDD LTE\",46001,\"LTE BAND 39\",38400", TRUE, EC25_TECHNOLOGY_LTE, "46001" },
    { "+QNWINFO: \"HSPA+\",\"00101\",\"WCDMA 2100\",10700", TRUE, EC25_TECHNOLOGY_HSPA_PLUS, "00101" },
    { "+QNWINFO: \"WCDMA\",\"00101\",\"WCDMA 2100\",10700", TRUE, EC25_TECHNOLOGY_UMTS, "00101" },
    { "+QNWINFO: \"EDGE\",\"1\",\"GSM 900\",1", TRUE, EC25_TECHNOLOGY_EDGE, NULL },
    { "+QNWINFO: No Service", TRUE, EC25_TECHNOLOGY_UNKNOWN, NULL },
    { "+QNWINFO: \"WARP\",\"00101\"", FALSE },
    { "+QNWINF", FALSE },
    { "", FALSE },
};

static void
test_networks (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (networks); i++) {
        Ec25Technology    technology = EC25_TECHNOLOGY_GSM;
        g_autofree gchar *code = NULL;
        g_autoptr(GError) error = NULL;

        g_assert_true (ec25_signal_parse_qnwinfo (networks[i].text, &technology, &code, &error) == networks[i].right);
        g_assert_cmpuint (technology, ==, networks[i].right ? networks[i].technology : EC25_TECHNOLOGY_GSM);
        g_assert_cmpstr (code, ==, networks[i].code);
        g_assert_true ((error == NULL) == networks[i].right);
    }
}

static const struct {
    const gchar *text;
    const gchar *name;
} names[] = {
    { "+QSPN: \"CHN-UNICOM\",\"UNICOM\",\"\",0,\"46001\"", "CHN-UNICOM" },
    { "+QSPN: \"\",\"UNICOM\",\"\",0,\"46001\"", "UNICOM" },
    { "+QSPN: \"004300480049004E\",\"\",\"\",1,\"46001\"", NULL },
    { "+QSPN: \"\",\"\",\"\",0,\"\"", NULL },
    { "+QSPN: \"\377\376\",\"\",\"\",0,\"\"", NULL },
    { "+QSPN:", NULL },
    { "", NULL },
    { NULL, NULL },
};

static void
test_names (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autofree gchar *name = ec25_signal_parse_qspn (names[i].text);

        g_assert_cmpstr (name, ==, names[i].name);
    }
}

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/signal/lines", test_lines);
    g_test_add_func ("/signal/second-line", test_second_line);
    g_test_add_func ("/signal/over-long-line", test_over_long_line);
    g_test_add_func ("/signal/qcsq", test_signals);
    g_test_add_func ("/signal/qnwinfo", test_networks);
    g_test_add_func ("/signal/qspn", test_names);
    return g_test_run ();
}
