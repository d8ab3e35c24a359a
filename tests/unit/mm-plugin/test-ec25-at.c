/* SPDX-License-Identifier: GPL-2.0-or-later */
/* AT text: unsolicited codes and responses, good and bad. */

#include <string.h>

#include "ec25-at.h"
#include "ec25-error.h"

#define UNTOUCHED 99

/*****************************************************************************/

typedef struct {
    const gchar *name;
    const gchar *pattern;
    const gchar *text;
    const gchar *left;
} UrcCase;

/* What is left of the text once the code has been taken out; the same text if it must not match. */
static const UrcCase urc_cases[] = {
    { "gnss",               EC25_URC_GNSS,    "\r\n+QGPSURC: \"xtra\",0\r\n\r\nOK\r\n", "\r\nOK\r\n" },
    { "gnss/empty",         EC25_URC_GNSS,    "\r\n+QGPSURC:\r\n",           "" },
    { "gnss/arriving",      EC25_URC_GNSS,    "\r\n+QGPSURC: \"xtra",        "\r\n+QGPSURC: \"xtra" },
    { "lwm2m",              EC25_URC_LWM2M,   "\r\n+QLWURC: \"ping\",0\r\n", "" },
    { "ready",              EC25_URC_READY,   "\r\nRDY\r\n",                 "" },
    { "ready/arriving",     EC25_URC_READY,   "\r\nRDY",                     "\r\nRDY" },
    { "ready/other word",   EC25_URC_READY,   "\r\nRDYX\r\n",                "\r\nRDYX\r\n" },
    { "ready/in a word",    EC25_URC_READY,   "\r\n+CPIN: NOT RDY\r\n",      "\r\n+CPIN: NOT RDY\r\n" },
    { "dtmf",               EC25_URC_DTMF,    "\r\n+QTONEDET: 49\r\n",       "" },
    { "dtmf/no number",     EC25_URC_DTMF,    "\r\n+QTONEDET: x\r\n",        "\r\n+QTONEDET: x\r\n" },
    { "dtmf/too long",      EC25_URC_DTMF,    "\r\n+QTONEDET: 4949\r\n",     "\r\n+QTONEDET: 4949\r\n" },
    { "usim",               EC25_URC_USIM,    "\r\n+QUSIM: 1\r\n",           "" },
    { "usim/sim",           EC25_URC_USIM,    "\r\n+QUSIM:0\r\n",            "" },
    { "usim/out of range",  EC25_URC_USIM,    "\r\n+QUSIM: 2\r\n",           "\r\n+QUSIM: 2\r\n" },
    { "usim/arriving",      EC25_URC_USIM,    "\r\n+QUSIM: 1",               "\r\n+QUSIM: 1" },
    { "simstat",            EC25_URC_SIMSTAT, "\r\n+QSIMSTAT: 1,0\r\n",      "" },
    { "simstat/one number", EC25_URC_SIMSTAT, "\r\n+QSIMSTAT: 1\r\n",        "\r\n+QSIMSTAT: 1\r\n" },
    { "no card",            EC25_URC_NO_CARD, "\r\n+CPIN: NOT READY\r\n",    "" },
    { "no card/ready",      EC25_URC_NO_CARD, "\r\n+CPIN: READY\r\n",        "\r\n+CPIN: READY\r\n" },
    { "among others",       EC25_URC_USIM,
      "\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\n+QUSIM: 1\r\n\r\n+QIND: SMS DONE\r\n",
      "\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\n+QIND: SMS DONE\r\n" },
    { "binary",             EC25_URC_READY,   "\xff\x01\r\nRDY\r\n\x7f",     "\xff\x01\x7f" },
};

static void
test_urc (gconstpointer data)
{
    const UrcCase     *c = data;
    g_autoptr(GRegex)  regex = NULL;
    g_autofree gchar  *left = NULL;
    g_autoptr(GError)  error = NULL;

    regex = g_regex_new (c->pattern, G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, &error);
    g_assert_no_error (error);
    left = g_regex_replace_literal (regex, c->text, -1, 0, "", 0, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (left, ==, c->left);
}

static void
test_urc_with_nul (void)
{
    static const gchar text[] = "\r\n+QGPSURC: a\0b\r\nrest";
    g_autoptr(GRegex)  regex = g_regex_new (EC25_URC_GNSS, G_REGEX_RAW, 0, NULL);
    g_autofree gchar  *left = g_regex_replace_literal (regex, text, sizeof (text) - 1, 0, "", 0, NULL);

    g_assert_cmpstr (left, ==, "rest");
}

/*****************************************************************************/

typedef struct {
    const gchar *response;
    gint         enabled;
    gint         presence;
} SimstatCase;

static const SimstatCase simstat_cases[] = {
    { "+QSIMSTAT: 0,2",         FALSE,     EC25_SIM_UNKNOWN },
    { "+QSIMSTAT: 1,0",         TRUE,      EC25_SIM_REMOVED },
    { "\r\n+QSIMSTAT:1, 1\r\n", TRUE,      EC25_SIM_INSERTED },
    { NULL,                     UNTOUCHED, UNTOUCHED },
    { "",                       UNTOUCHED, UNTOUCHED },
    { "+QSIMSTAT:",             UNTOUCHED, UNTOUCHED },
    { "+QSIMSTAT: 1",           UNTOUCHED, UNTOUCHED },
    { "+QSIMSTAT: 1,",          UNTOUCHED, UNTOUCHED },
    { "+QSIMSTAT: 1,3",         UNTOUCHED, UNTOUCHED },
    { "+QSIMSTAT: 2,1",         UNTOUCHED, UNTOUCHED },
    { "+QSIMSTAT: -1,1",        UNTOUCHED, UNTOUCHED },
    { "+QSIMSTAT: 1,11",        UNTOUCHED, UNTOUCHED },
    { "+QSIMDET: 1,1",          UNTOUCHED, UNTOUCHED },
    { "x+QSIMSTAT: 1,1",        UNTOUCHED, UNTOUCHED },
    { "+QSIMSTAT: 1,1\x01",     UNTOUCHED, UNTOUCHED },
    { "\xff\xfe\x80",           UNTOUCHED, UNTOUCHED },
};

static void
test_simstat (gconstpointer data)
{
    const SimstatCase *c = data;
    gboolean           enabled = UNTOUCHED;
    Ec25SimPresence    presence = UNTOUCHED;
    g_autoptr(GError)  error = NULL;
    gboolean           ok = ec25_at_parse_simstat (c->response, &enabled, &presence, &error);

    g_assert_cmpint (ok, ==, c->presence != UNTOUCHED);
    g_assert_cmpint (enabled, ==, c->enabled);
    g_assert_cmpint ((gint) presence, ==, c->presence);
    if (!ok)
        g_assert_error (error, EC25_ERROR, EC25_ERROR_PARSE);
}

/*****************************************************************************/

typedef struct {
    const gchar *response;
    guint        mode;
    gint         code;
} TimeZoneCase;

static const TimeZoneCase choose_cases[] = {
    { "+CTZU: (0,1,3)",       3,         0 },
    { "+CTZU: (0,1)",         1,         0 },
    { "+CTZU:(3)",            3,         0 },
    { "+CTZU: ( 0, 1 )\r\n",  UNTOUCHED, EC25_ERROR_PARSE },
    { "+CTZU: (0)",           UNTOUCHED, EC25_ERROR_UNSUPPORTED },
    { "+CTZU: (0,2)",         UNTOUCHED, EC25_ERROR_UNSUPPORTED },
    { "+CTZU: ()",            UNTOUCHED, EC25_ERROR_PARSE },
    { "+CTZU: (,)",           UNTOUCHED, EC25_ERROR_PARSE },
    { "+CTZU: (0,1",          UNTOUCHED, EC25_ERROR_PARSE },
    { "+CTZU: (0,13)",        UNTOUCHED, EC25_ERROR_PARSE },
    { "+CTZU: 3",             UNTOUCHED, EC25_ERROR_PARSE },
    { "+CTZR: (0,1,3)",       UNTOUCHED, EC25_ERROR_PARSE },
    { "",                     UNTOUCHED, EC25_ERROR_PARSE },
    { NULL,                   UNTOUCHED, EC25_ERROR_PARSE },
};

static const TimeZoneCase current_cases[] = {
    { "+CTZU: 3",     3,         0 },
    { "+CTZU:0\r\n",  0,         0 },
    { "+CTZU: (0,1)", UNTOUCHED, EC25_ERROR_PARSE },
    { "+CTZU: 31",    UNTOUCHED, EC25_ERROR_PARSE },
    { "+CTZU:",       UNTOUCHED, EC25_ERROR_PARSE },
    { "+CTZU: x",     UNTOUCHED, EC25_ERROR_PARSE },
    { NULL,           UNTOUCHED, EC25_ERROR_PARSE },
};

static void
check_time_zone_mode (const TimeZoneCase *c,
                      gboolean            ok,
                      guint               mode,
                      GError             *error)
{
    g_assert_cmpuint (mode, ==, c->mode);
    if (c->mode == UNTOUCHED)
        g_assert_error (error, EC25_ERROR, c->code);
    else
        g_assert_no_error (error);
    g_assert_cmpint (ok, ==, c->mode != UNTOUCHED);
}

static void
test_choose_time_zone (gconstpointer data)
{
    const TimeZoneCase *c = data;
    guint               mode = UNTOUCHED;
    g_autoptr(GError)   error = NULL;
    gboolean            ok = ec25_at_choose_time_zone_mode (c->response, &mode, &error);

    check_time_zone_mode (c, ok, mode, error);
}

static void
test_current_time_zone (gconstpointer data)
{
    const TimeZoneCase *c = data;
    guint               mode = UNTOUCHED;
    g_autoptr(GError)   error = NULL;
    gboolean            ok = ec25_at_parse_time_zone_mode (c->response, &mode, &error);

    check_time_zone_mode (c, ok, mode, error);
}

/*****************************************************************************/

typedef struct {
    const gchar *response;
    const gchar *model;
} ModelCase;

static const ModelCase model_cases[] = {
    { "Quectel\r\nEC25\r\nRevision: EC25EFAR02A09M4G",             "EC25" },
    { "Quectel\r\r\nEG25\r\r\nRevision: EG25GGBR07A08M2G\r\r\n",   "EG25" },
    { "Quectel\nEC25-AF\nRevision: EC25AFFAR07A14M4G",             "EC25-AF" },
    { "Quectel\r\n\r\nEC25\r\n\r\nRevision: EC25EFAR06A11M4G",     "EC25" },
    { "Quectel\r\nEC25",                                           NULL },
    { "Quectel",                                                   NULL },
    { "",                                                          NULL },
    { NULL,                                                        NULL },
    { "Quectel\r\nEC25&NAME_x\r\nRevision: x",                     NULL },
    { "Quectel\r\n\r\nRevision: EC25EFAR02A09M4G",                 NULL },
    { "Quectel\r\nEC\x01""25\r\nRevision: x",                      NULL },
    { "Quectel\r\nABCDEFGHIJABCDEFGHIJABCDEFGHIJABC\r\nRevision:", NULL },
};

static void
test_model (gconstpointer data)
{
    const ModelCase   *c = data;
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *model = ec25_at_parse_model (c->response, &error);

    g_assert_cmpstr (model, ==, c->model);
    if (!c->model)
        g_assert_error (error, EC25_ERROR, EC25_ERROR_PARSE);
}

/*****************************************************************************/

static void
test_over_long (void)
{
    g_autofree gchar  *digits = g_strnfill (100000, '1');
    g_autofree gchar  *spaces = g_strnfill (100000, ' ');
    g_autofree gchar  *response = g_strconcat ("+CTZU:", spaces, "3", NULL);
    g_autofree gchar  *other = g_strconcat ("+QSIMSTAT: 1,", digits, NULL);
    guint              mode = UNTOUCHED;
    gboolean           enabled;
    Ec25SimPresence    presence;
    g_autoptr(GError)  error = NULL;

    g_assert_false (ec25_at_parse_time_zone_mode (response, &mode, &error));
    g_assert_error (error, EC25_ERROR, EC25_ERROR_PARSE);
    g_assert_cmpuint (strlen (error->message), <, 200);
    g_assert_false (ec25_at_parse_simstat (other, &enabled, &presence, NULL));
}

static void
test_error_is_printable (void)
{
    guint             mode;
    g_autoptr(GError) error = NULL;

    g_assert_false (ec25_at_parse_time_zone_mode ("\x1b[2J+CTZU\xff", &mode, &error));
    g_assert_true (g_str_is_ascii (error->message));
    g_assert_null (strchr (error->message, '\x1b'));
}

#define ADD_CASES(path, cases, function)                                               \
    for (i = 0; i < G_N_ELEMENTS (cases); i++) {                                       \
        g_autofree gchar *name = g_strdup_printf ("%s/%" G_GSIZE_FORMAT, path, i);     \
                                                                                       \
        g_test_add_data_func (name, &cases[i], function);                              \
    }

int
main (int    argc,
      char **argv)
{
    gsize i;

    g_test_init (&argc, &argv, NULL);

    for (i = 0; i < G_N_ELEMENTS (urc_cases); i++) {
        g_autofree gchar *path = g_strconcat ("/at/urc/", urc_cases[i].name, NULL);

        g_test_add_data_func (path, &urc_cases[i], test_urc);
    }
    g_test_add_func ("/at/urc/with NUL", test_urc_with_nul);
    ADD_CASES ("/at/simstat", simstat_cases, test_simstat);
    ADD_CASES ("/at/time-zone/choose", choose_cases, test_choose_time_zone);
    ADD_CASES ("/at/time-zone/current", current_cases, test_current_time_zone);
    ADD_CASES ("/at/model", model_cases, test_model);
    g_test_add_func ("/at/over-long", test_over_long);
    g_test_add_func ("/at/error-is-printable", test_error_is_printable);

    return g_test_run ();
}
