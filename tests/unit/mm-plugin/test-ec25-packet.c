/* SPDX-License-Identifier: GPL-2.0-or-later */

#include <string.h>

#include "ec25-error.h"
#include "ec25-packet.h"

static const struct {
    const gchar  *response;
    gboolean      right;
    Ec25Families  families;
    const gchar  *apn;
} contexts[] = {
    { "+CGDCONT: 1,\"IP\",\"internet\",\"0.0.0.0\",0,0,0,0", TRUE, EC25_FAMILY_IPV4, "internet" },
    { "\r\n+CGDCONT: 1,\"IPV4V6\",\"\",\"0.0.0.0\",0,0\r\n+CGDCONT: 2,\"IPV4V6\",\"ims\"\r\n", TRUE, EC25_FAMILY_BOTH, "" },
    { "+CGDCONT: 11,\"IP\",\"eleven\"\r\n+CGDCONT: 1,\"IPV6\",\"one\"", TRUE, EC25_FAMILY_IPV6, "one" },
    { "+CGDCONT: 2,\"IPV4V6\",\"ims\"", TRUE, EC25_FAMILY_NONE, "" },
    { "", TRUE, EC25_FAMILY_NONE, "" },
    { "+CGDCONT: 1,\"PPP\",\"old\"", TRUE, EC25_FAMILY_NONE, "old" },
    { "+CGDCO", FALSE },
    { "1,\"IP\",\"internet\"", FALSE },
    { "\001\377garbage", FALSE },
    { NULL, FALSE },
};

static void
test_contexts (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (contexts); i++) {
        g_autoptr(Ec25Context) context = ec25_context_new ();
        g_autoptr(GError)      error = NULL;

        context->families = EC25_FAMILY_BOTH;
        g_assert_true (ec25_at_parse_context (contexts[i].response, context, &error) == contexts[i].right);
        if (contexts[i].right) {
            g_assert_cmpuint (context->families, ==, contexts[i].families);
            g_assert_cmpstr (context->apn, ==, contexts[i].apn);
        } else {
            g_assert_error (error, EC25_ERROR, EC25_ERROR_PARSE);
            g_assert_cmpuint (context->families, ==, EC25_FAMILY_BOTH);
        }
    }
}

static const struct {
    const gchar *response;
    gboolean     right;
    const gchar *user, *password;
    guint        authentication;
} credentials[] = {
    { "+QICSGP: 1,\"UNINET\",\"\",\"\",1", TRUE, "", "", 1 },
    { "\r\n+QICSGP: 3,\"a\",\"user\",\"s,e c\",3\r\n", TRUE, "user", "s,e c", 3 },
    { "+QICSGP: 0,\"\",\"\",\"\",0", TRUE, "", "", 0 },
    { "+QICSGP: 1,\"UNINET\",\"\",\"\",4", FALSE },
    { "+QICSGP: 1,\"UNINET\",\"us", FALSE },
    { "+QICSGP: 1,\"UNINET\",\"\",\"\",1\r\n+CREG: 1", FALSE },
    { "", FALSE },
};

static void
test_credentials (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (credentials); i++) {
        g_autoptr(Ec25Context) context = ec25_context_new ();

        g_assert_true (ec25_at_parse_credentials (credentials[i].response, context, NULL) == credentials[i].right);
        if (!credentials[i].right)
            continue;
        g_assert_cmpstr (context->user, ==, credentials[i].user);
        g_assert_cmpstr (context->password, ==, credentials[i].password);
        g_assert_cmpuint (context->authentication, ==, credentials[i].authentication);
    }
}

static const struct {
    const gchar *response;
    gboolean     right, active;
} activations[] = {
    { "+CGACT: 1,1", TRUE, TRUE },
    { "+CGACT: 1,0\r\n+CGACT: 2,1", TRUE, FALSE },
    { "+CGACT: 2,1\r\n+CGACT: 1,1\r\n", TRUE, TRUE },
    { "+CGACT: 11,1", TRUE, FALSE },
    { "+CREG: 1\r\n+CGACT: 1,1\r\n+QIND: SMS DONE\r\n", TRUE, TRUE },
    { "+CREG: 1", FALSE },
    { "", TRUE, FALSE },
    { "+CGAC", FALSE },
    { "%&/", FALSE },
};

static void
test_activations (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (activations); i++) {
        gboolean active = FALSE;

        g_assert_true (ec25_at_parse_activation (activations[i].response, &active, NULL) == activations[i].right);
        g_assert_true (active == activations[i].active);
    }
}

static const struct {
    const gchar  *response;
    gboolean      right;
    Ec25Families  families;
} addresses[] = {
    { "+CGPADDR: 1,\"10.76.51.180\"", TRUE, EC25_FAMILY_IPV4 },
    { "+CGPADDR: 1,10.76.51.180", TRUE, EC25_FAMILY_IPV4 },
    { "+CGPADDR: 1,\"10.1.2.3\",\"32.1.13.184.0.3.0.0.0.0.0.0.0.0.0.2\"", TRUE, EC25_FAMILY_BOTH },
    { "+CGPADDR: 1,\"32.1.13.184.0.3.0.0.0.0.0.0.0.0.0.2\"", TRUE, EC25_FAMILY_IPV6 },
    { "+CGPADDR: 1,\"0.0.0.0\",\"32.1.13.184.0.3.0.0.0.0.0.0.0.0.0.2\"", TRUE, EC25_FAMILY_IPV6 },
    { "+CGPADDR: 1,\"0.0.0.0\"", TRUE, EC25_FAMILY_NONE },
    { "+CGPADDR: 1", TRUE, EC25_FAMILY_NONE },
    { "", TRUE, EC25_FAMILY_NONE },
    { "+CGPADD", FALSE },
};

static void
test_addresses (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (addresses); i++) {
        Ec25Families families = EC25_FAMILY_NONE;

        g_assert_true (ec25_at_parse_addresses (addresses[i].response, &families, NULL) == addresses[i].right);
        g_assert_cmpuint (families, ==, addresses[i].families);
    }
}

static const struct {
    const gchar *wanted, *response;
    gboolean     right, matches;
} apns[] = {
    { "super", "+CGCONTRDP: 1,5,\"super\",\"10.0.0.1.255.255.255.0\",\"gw\",\"dns1\",\"dns2\"", TRUE, TRUE },
    { "super", "+CGCONTRDP: 1,5,\"SUPER.mnc001.mcc262.gprs\"", TRUE, TRUE },
    { "super", "+CGCONTRDP: 1,5,\"superb\"", TRUE, FALSE },
    { "super", "+CGCONTRDP: 1,5,\"\"", TRUE, FALSE },
    { "super", "+CGCONTRDP: 1,5,super,\"10.0.0.1\"", TRUE, TRUE },
    { "super", "", TRUE, FALSE },
    { "", "+CGCONTRDP: 1,5,\"whichever\"", TRUE, TRUE },
    { "super", "+CGCONTR", FALSE, FALSE },
};

static void
test_active_apns (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (apns); i++) {
        g_autofree gchar *active = ec25_at_parse_active_apn (apns[i].response, NULL);

        g_assert_true ((active != NULL) == apns[i].right);
        if (active)
            g_assert_true (ec25_apn_matches (apns[i].wanted, active) == apns[i].matches);
    }
}

static const struct {
    const gchar *response;
    guint        emm, esm;
} causes[] = {
    { "+CEER: \"EMM cause 19, ESM cause 27\"", 19, 27 },
    { "+CEER: \"ESM cause 29\"", 0, 29 },
    { "+CEER: \"EMM cause 15\"", 15, 0 },
    { "+CEER: \"EMM cause 4096\"", 0, 0 },
    { "+CEER: \"EMM cause -1\"", 0, 0 },
    { "+CEER: \"EMM cause ", 0, 0 },
    { "+CEER: \"No cause information available\"", 0, 0 },
    { "", 0, 0 },
    { NULL, 0, 0 },
};

static void
test_causes (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (causes); i++) {
        guint emm = 1, esm = 1;

        ec25_at_parse_causes (causes[i].response, &emm, &esm);
        g_assert_cmpuint (emm, ==, causes[i].emm);
        g_assert_cmpuint (esm, ==, causes[i].esm);
    }
}

/* Without user and password it makes no difference how they would be sent. */
static void
test_no_credentials (void)
{
    g_autoptr(Ec25Context) stored = ec25_context_new (), wanted = ec25_context_new ();

    stored->authentication = EC25_AUTHENTICATION_PAP;
    g_assert_true (ec25_context_same_credentials (stored, wanted));
    g_free (stored->user);
    stored->user = g_strdup ("me");
    g_assert_false (ec25_context_same_credentials (stored, wanted));
    g_free (wanted->user);
    wanted->user = g_strdup ("me");
    g_assert_false (ec25_context_same_credentials (stored, wanted));
    wanted->authentication = EC25_AUTHENTICATION_PAP;
    g_assert_true (ec25_context_same_credentials (stored, wanted));
}

static void
test_commands (void)
{
    g_autoptr(Ec25Context) context = ec25_context_new ();
    g_autofree gchar      *define = NULL, *authenticate = NULL;

    context->families = EC25_FAMILY_BOTH;
    g_free (context->apn);
    context->apn = g_strdup ("super");
    g_free (context->user);
    context->user = g_strdup ("me");
    context->authentication = EC25_AUTHENTICATION_EITHER;
    define = ec25_at_build_context (context);
    authenticate = ec25_at_build_credentials (context);
    g_assert_cmpstr (define, ==, "+CGDCONT=1,\"IPV4V6\",\"super\"");
    g_assert_cmpstr (authenticate, ==, "+QICSGP=1,3,\"super\",\"me\",\"\",3");
}

static void
test_unspeakable (void)
{
    g_autofree gchar  *long_text = g_strnfill (101, 'a');
    const gchar       *wrong[] = { "su\"per", "su\rper", "su\nAT+CFUN=0", "s\303\274per", "\001", long_text };
    guint              i;

    for (i = 0; i < G_N_ELEMENTS (wrong); i++) {
        g_autoptr(Ec25Context) context = ec25_context_new ();
        g_autoptr(GError)      error = NULL;

        g_assert_true (ec25_context_check (context, NULL));
        g_free (context->apn);
        context->apn = g_strdup (wrong[i]);
        g_assert_false (ec25_context_check (context, &error));
        g_assert_error (error, EC25_ERROR, EC25_ERROR_UNSUPPORTED);
        g_assert_nonnull (strstr (error->message, "APN"));
    }
}

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/packet/contexts", test_contexts);
    g_test_add_func ("/packet/credentials", test_credentials);
    g_test_add_func ("/packet/activations", test_activations);
    g_test_add_func ("/packet/addresses", test_addresses);
    g_test_add_func ("/packet/active-apns", test_active_apns);
    g_test_add_func ("/packet/causes", test_causes);
    g_test_add_func ("/packet/no-credentials", test_no_credentials);
    g_test_add_func ("/packet/commands", test_commands);
    g_test_add_func ("/packet/unspeakable", test_unspeakable);
    return g_test_run ();
}
