/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bearer of an EC25 that is a router on USB (ECM and RNDIS mode).
 *
 * The module dials PDP context 1 by itself and always hands out a lease: to
 * connect is to see to it that context 1 is the one that the user wants and
 * that it is up. What is right already is left alone. What differs is written
 * while the radio is off, because an active context cannot be changed and an
 * LTE attach takes the context as it finds it. What the network refuses is
 * taken back, so that the module stays registered.
 */

#include "mm-broadband-bearer-ec25.h"

#include "core/ec25-packet.h"
#include "mm-base-modem-at.h"
#include "mm-iface-modem-3gpp.h"
#include "mm-log-printable.h"
#include "mm-shared-ec25-mode.h"
#include "mm-shared-ec25.h"

/* Seconds. The manual's own limits are 15 for +CFUN and 150 for +CGACT=1, of which a user waits for no more than 60. */
#define ANSWER_TIMEOUT       10
#define RADIO_TIMEOUT        15
#define ACTIVATION_TIMEOUT   60
#define REGISTRATION_TIMEOUT 45
#define ADDRESS_TIMEOUT      8

/* The only context of a module that is a router. */
#define CID 1

/* A network may refuse in passing, while the module tries one cell after the other. */
#define DENIED_FOR_GOOD 3

struct _MMBroadbandBearerEc25 {
    MMBaseBearer parent;
};

G_DEFINE_FINAL_TYPE (MMBroadbandBearerEc25, mm_broadband_bearer_ec25, MM_TYPE_BASE_BEARER)

typedef void (*Answered) (GTask        *task,
                          const gchar  *response,
                          const GError *error);

typedef struct {
    MMBroadbandModem *modem;
    MMPort           *data;
    Ec25Context      *stored;
    Ec25Context      *wanted;
    /* One of the two while the radio is off for it. */
    Ec25Context      *to_write;
    Ec25Families    families;
    Answered          answered;
    gboolean          tried;
    gboolean          credentials_known;
    gboolean          active;
    gboolean          radio_off;
    gboolean          cycled;
    gboolean          written;
    gboolean          blind_to_registration;
    guint             seconds;
    guint             denials;
    guint             radio_on_attempts;
    /* Why connecting has failed, while what was stored before is put back. */
    GError           *failure;
} Connect;

static void
connect_free (Connect *context)
{
    g_clear_object (&context->modem);
    g_clear_object (&context->data);
    g_clear_pointer (&context->stored, ec25_context_free);
    g_clear_pointer (&context->wanted, ec25_context_free);
    g_clear_error (&context->failure);
    g_free (context);
}

static void switch_radio_off (GTask *task);
static void switch_radio_on (GTask *task);
static void ensure_active (GTask *task);
static void check_address (GTask *task);

/*****************************************************************************/
/* The end */

/* The parent class gives a connect up when the modem is no longer registered: not while it is we who see to that. */
static void
be_blind_to_registration (GTask    *task,
                          gboolean  blind)
{
    Connect *context = g_task_get_task_data (task);
    gpointer bearer = g_task_get_source_object (task);

    if (context->blind_to_registration == blind)
        return;
    context->blind_to_registration = blind;
    if (blind)
        g_signal_handlers_block_matched (context->modem, G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL, bearer);
    else
        g_signal_handlers_unblock_matched (context->modem, G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL, bearer);
}

/*
 * NetworkManager asks again at once for another IP version, whatever the reason was, and twice. What has nothing to
 * do with IP versions would fail again, after as long a wait.
 */
#define REPEATED_WITHIN_US (2 * G_USEC_PER_SEC)
#define MAX_REPEATS        2

typedef struct {
    gint64       time;
    guint        repeats;
    Ec25Context *wanted;
    GError      *error;
} Failure;

static void
failure_free (Failure *failure)
{
    ec25_context_free (failure->wanted);
    g_error_free (failure->error);
    g_free (failure);
}

static GQuark
failure_quark (void)
{
    return g_quark_from_static_string ("ec25-connect-failure");
}

static gboolean
depends_on_ip_version (const GError *error)
{
    return error->domain == MM_MOBILE_EQUIPMENT_ERROR &&
           (error->code == MM_MOBILE_EQUIPMENT_ERROR_IPV4_ONLY_ALLOWED ||
            error->code == MM_MOBILE_EQUIPMENT_ERROR_IPV6_ONLY_ALLOWED ||
            error->code == MM_MOBILE_EQUIPMENT_ERROR_UNKNOWN_PDP_ADDRESS_OR_TYPE ||
            error->code == MM_MOBILE_EQUIPMENT_ERROR_ACTIVATION_REJECTED_UNSPECIFIED);
}

static void
remember_failure (Connect      *context,
                  const GError *error)
{
    Failure *failure;

    if (!context->tried || depends_on_ip_version (error) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    failure = g_new0 (Failure, 1);
    failure->time = g_get_monotonic_time ();
    failure->wanted = g_steal_pointer (&context->wanted);
    failure->error = g_error_copy (error);
    g_object_set_qdata_full (G_OBJECT (context->modem), failure_quark (), failure, (GDestroyNotify) failure_free);
}

/* Returns: (transfer full) (nullable): why the same has failed just now. */
static GError *
recall_failure (Connect *context)
{
    Failure *failure = g_object_get_qdata (G_OBJECT (context->modem), failure_quark ());

    if (!failure || failure->repeats == MAX_REPEATS ||
        g_get_monotonic_time () - failure->time > REPEATED_WITHIN_US ||
        g_ascii_strcasecmp (failure->wanted->apn, context->wanted->apn) != 0 ||
        !ec25_context_same_credentials (failure->wanted, context->wanted))
        return NULL;
    failure->repeats++;
    return g_error_copy (failure->error);
}

static void
complete_with_error (GTask  *task,
                     GError *error)
{
    Connect *context = g_task_get_task_data (task);

    be_blind_to_registration (task, FALSE);
    remember_failure (context, error);
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        mm_shared_ec25_report_connection (MM_BASE_MODEM (context->modem), error);
    g_task_return_error (task, error);
    g_object_unref (task);
}

/* With the radio off only after it is on again. */
static void
fail (GTask  *task,
      GError *error)
{
    Connect *context = g_task_get_task_data (task);

    if (context->failure) {
        g_error_free (error);
        error = g_steal_pointer (&context->failure);
    }
    if (!context->radio_off) {
        complete_with_error (task, error);
        return;
    }
    context->failure = error;
    switch_radio_on (task);
}

/* What the network does not want is not kept, if there was something else before. */
static void
fail_and_take_back (GTask  *task,
                    GError *error)
{
    Connect *context = g_task_get_task_data (task);

    if (context->failure || !context->written || context->stored->families == EC25_FAMILY_NONE) {
        fail (task, error);
        return;
    }
    mm_obj_info (MM_BASE_BEARER (g_task_get_source_object (task)), "connecting has failed (%s): "
                 "the module gets back the APN '%s' that it had before", error->message, context->stored->apn);
    context->failure = error;
    context->to_write = context->stored;
    switch_radio_off (task);
}

static MMBearerIpConfig *
new_ip_config (gboolean has_address)
{
    MMBearerIpConfig *config = NULL;

    if (has_address) {
        config = mm_bearer_ip_config_new ();
        mm_bearer_ip_config_set_method (config, MM_BEARER_IP_METHOD_DHCP);
    }
    return config;
}

static void
succeed (GTask          *task,
         Ec25Families  families)
{
    Connect                     *context = g_task_get_task_data (task);
    g_autoptr(MMBearerIpConfig)  ipv4 = new_ip_config (families & EC25_FAMILY_IPV4);
    g_autoptr(MMBearerIpConfig)  ipv6 = new_ip_config (families & EC25_FAMILY_IPV6);
    MMBearerConnectResult       *result = mm_bearer_connect_result_new (context->data, ipv4, ipv6);

    mm_bearer_connect_result_set_profile_id (result, CID);
    be_blind_to_registration (task, FALSE);
    mm_shared_ec25_report_connection (MM_BASE_MODEM (context->modem), NULL);
    g_task_return_pointer (task, result, (GDestroyNotify) mm_bearer_connect_result_unref);
    g_object_unref (task);
}

/*****************************************************************************/
/* Commands and waiting */

/* Whoever cancels a connect gets the radio back as it was. */
static gboolean
is_cancelled (GTask *task)
{
    Connect           *context = g_task_get_task_data (task);
    g_autoptr(GError)  error = NULL;

    if (context->failure || context->radio_off)
        return FALSE;
    if (!mm_base_modem_get_valid (MM_BASE_MODEM (context->modem)))
        error = g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_ABORTED, "the module went away while it was to connect");
    else
        g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error);
    if (!error)
        return FALSE;
    complete_with_error (task, g_steal_pointer (&error));
    return TRUE;
}

static void
command_answered (MMBaseModem  *modem,
                  GAsyncResult *res,
                  GTask        *task)
{
    Connect           *context = g_task_get_task_data (task);
    g_autoptr(GError)  error = NULL;
    const gchar       *response = mm_base_modem_at_command_finish (modem, res, &error);

    if (!is_cancelled (task))
        context->answered (task, response, error);
}

static void
ask (GTask       *task,
     const gchar *command,
     guint        timeout,
     Answered     answered)
{
    Connect *context = g_task_get_task_data (task);

    context->answered = answered;
    mm_base_modem_at_command (MM_BASE_MODEM (context->modem), command, timeout, FALSE,
                              (GAsyncReadyCallback) command_answered, task);
}

static gboolean
second_over (gpointer user_data)
{
    GTask   *task = user_data;
    Connect *context = g_task_get_task_data (task);

    if (!is_cancelled (task))
        context->answered (task, NULL, NULL);
    return G_SOURCE_REMOVE;
}

static void
wait_a_second (GTask    *task,
               Answered  then)
{
    Connect *context = g_task_get_task_data (task);

    context->answered = then;
    context->seconds++;
    g_timeout_add_seconds (1, second_over, task);
}

/* The error of a command, or of a parser, as ModemManager hands it out. */
static GError *
explain (const GError *error,
         const gchar  *what)
{
    if (error->domain == MM_CORE_ERROR || error->domain == MM_MOBILE_EQUIPMENT_ERROR)
        return g_error_new (error->domain, error->code, "%s: %s", what, error->message);
    return g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_FAILED, "%s: %s", what, error->message);
}

static MMModem3gppRegistrationState
registration_of (Connect *context)
{
    MMModem3gppRegistrationState state = MM_MODEM_3GPP_REGISTRATION_STATE_UNKNOWN;

    g_object_get (context->modem, MM_IFACE_MODEM_3GPP_REGISTRATION_STATE, &state, NULL);
    return state;
}

static gboolean
is_registered (Connect *context)
{
    return mm_modem_3gpp_registration_state_is_registered (registration_of (context));
}

/*****************************************************************************/
/* Not registered: why */

static GError *
describe_refusal (guint emm,
                  guint esm)
{
    if (esm == 27 || esm == 33)
        return g_error_new (MM_MOBILE_EQUIPMENT_ERROR, MM_MOBILE_EQUIPMENT_ERROR_MISSING_OR_UNKNOWN_APN,
                            "the network refuses the APN (unknown or not subscribed, ESM cause %u): correct the APN",
                            esm);
    if (esm == 29)
        return g_error_new (MM_MOBILE_EQUIPMENT_ERROR, MM_MOBILE_EQUIPMENT_ERROR_USER_AUTHENTICATION_FAILED,
                            "authentication failed (ESM cause %u): correct user name and password", esm);
    if (esm)
        return g_error_new (MM_MOBILE_EQUIPMENT_ERROR, MM_MOBILE_EQUIPMENT_ERROR_ACTIVATION_REJECTED_UNSPECIFIED,
                            "the network refuses the connection (ESM cause %u): check APN and IP version", esm);
    return g_error_new (MM_MOBILE_EQUIPMENT_ERROR, MM_MOBILE_EQUIPMENT_ERROR_NETWORK_NOT_ALLOWED,
                        "not registered: the network refuses the module (EMM cause %u%s%s)", emm,
                        mm_network_error_get_string (emm) ? ", " : "",
                        mm_network_error_get_string (emm) ? mm_network_error_get_string (emm) : "");
}

static void
registration_explained (GTask        *task,
                        const gchar  *response,
                        const GError *error)
{
    Connect     *context = g_task_get_task_data (task);
    const gchar *state = mm_modem_3gpp_registration_state_get_string (registration_of (context));
    guint        emm, esm;

    ec25_at_parse_causes (response, &emm, &esm);
    if (emm || esm) {
        if (emm && registration_of (context) == MM_MODEM_3GPP_REGISTRATION_STATE_DENIED)
            mm_shared_ec25_tell_rejection (MM_IFACE_MODEM_3GPP (context->modem), emm);
        fail_and_take_back (task, describe_refusal (emm, esm));
        return;
    }
    if (registration_of (context) == MM_MODEM_3GPP_REGISTRATION_STATE_DENIED)
        fail_and_take_back (task, g_error_new (MM_MOBILE_EQUIPMENT_ERROR, MM_MOBILE_EQUIPMENT_ERROR_NETWORK_NOT_ALLOWED,
                                               "not registered: the network refuses the module; check the SIM's "
                                               "contract, the APN and roaming"));
    else
        fail (task, g_error_new (MM_MOBILE_EQUIPMENT_ERROR, MM_MOBILE_EQUIPMENT_ERROR_NO_NETWORK,
                                 "not registered (%s): check antenna, coverage and the SIM's contract", state));
}

static void
explain_registration (GTask *task)
{
    ask (task, "+CEER", ANSWER_TIMEOUT, registration_explained);
}

/*****************************************************************************/
/* Radio off, write, radio on, registered again */

static void registration_queried (MMIfaceModem3gpp *modem,
                                  GAsyncResult     *res,
                                  GTask            *task);

static void
query_registration (GTask        *task,
                    const gchar  *response,
                    const GError *error)
{
    Connect *context = g_task_get_task_data (task);

    mm_iface_modem_3gpp_run_registration_checks (MM_IFACE_MODEM_3GPP (context->modem),
                                                 (GAsyncReadyCallback) registration_queried, task);
}

static void
registration_queried (MMIfaceModem3gpp *modem,
                      GAsyncResult     *res,
                      GTask            *task)
{
    Connect           *context = g_task_get_task_data (task);
    g_autoptr(GError)  error = NULL;

    if (!mm_iface_modem_3gpp_run_registration_checks_finish (modem, res, &error))
        mm_obj_dbg (modem, "cannot tell whether it is registered: %s", error->message);
    if (is_cancelled (task))
        return;
    if (registration_of (context) == MM_MODEM_3GPP_REGISTRATION_STATE_DENIED)
        context->denials++;
    if (is_registered (context) && context->failure)
        complete_with_error (task, g_steal_pointer (&context->failure));
    else if (is_registered (context))
        ensure_active (task);
    else if (context->denials >= DENIED_FOR_GOOD || context->seconds >= REGISTRATION_TIMEOUT)
        explain_registration (task);
    else
        wait_a_second (task, query_registration);
}

static void
radio_is_on (GTask        *task,
             const gchar  *response,
             const GError *error)
{
    Connect *context = g_task_get_task_data (task);

    /* Obeyed or not: whether the module registers will tell. */
    if (error && context->radio_on_attempts < 2) {
        switch_radio_on (task);
        return;
    }
    if (error)
        mm_obj_warn (MM_BASE_BEARER (g_task_get_source_object (task)), "no OK to switching the radio on again "
                     "(AT+CFUN=1): %s; if the module stays unregistered, reset it", error->message);
    context->radio_off = FALSE;
    context->radio_on_attempts = 0;
    context->seconds = context->denials = 0;
    wait_a_second (task, query_registration);
}

static void
switch_radio_on (GTask *task)
{
    Connect *context = g_task_get_task_data (task);

    context->radio_on_attempts++;
    mm_shared_ec25_sim_expect_initialization (MM_IFACE_MODEM (context->modem));
    ask (task, "+CFUN=1", RADIO_TIMEOUT, radio_is_on);
}

static void
credentials_written (GTask        *task,
                     const gchar  *response,
                     const GError *error)
{
    if (error)
        fail (task, explain (error, "the module does not take user name and password (AT+QICSGP)"));
    else
        switch_radio_on (task);
}

static void
context_written (GTask        *task,
                 const gchar  *response,
                 const GError *error)
{
    Connect          *context = g_task_get_task_data (task);
    g_autofree gchar *command = NULL;

    if (error) {
        fail (task, explain (error, "the module does not take the APN (AT+CGDCONT)"));
        return;
    }
    context->written = TRUE;
    if (!context->credentials_known) {
        switch_radio_on (task);
        return;
    }
    command = ec25_at_build_credentials (context->to_write);
    ask (task, command, ANSWER_TIMEOUT, credentials_written);
}

static void
radio_is_off (GTask        *task,
              const gchar  *response,
              const GError *error)
{
    Connect          *context = g_task_get_task_data (task);
    g_autofree gchar *command = NULL;

    if (error) {
        fail (task, explain (error, "the radio cannot be switched off (AT+CFUN=4) to change the APN"));
        return;
    }
    if (!context->to_write) {
        switch_radio_on (task);
        return;
    }
    command = ec25_at_build_context (context->to_write);
    ask (task, command, ANSWER_TIMEOUT, context_written);
}

/* From here on the radio is taken to be off: a command that was not answered may have been obeyed. */
static void
switch_radio_off (GTask *task)
{
    Connect *context = g_task_get_task_data (task);

    be_blind_to_registration (task, TRUE);
    context->radio_off = TRUE;
    context->cycled = TRUE;
    ask (task, "+CFUN=4", RADIO_TIMEOUT, radio_is_off);
}

/*****************************************************************************/
/* Active, with the right APN */

/* device -> APN: modules that were restarted to take an APN. Outlives the modem object, which ends with the restart. */
static GHashTable *restarted;

static gboolean
was_restarted_for (Connect *context)
{
    const gchar *apn;

    apn = restarted ? g_hash_table_lookup (restarted, mm_base_modem_get_device (MM_BASE_MODEM (context->modem))) : NULL;
    return g_strcmp0 (apn, context->wanted->apn) == 0;
}

static void
restart_asked (GTask        *task,
               const gchar  *response,
               const GError *error)
{
    if (error)
        fail (task, explain (error, "the module keeps its old APN and does not restart (AT+CFUN=1,1); reset it"));
    else
        fail (task, g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_RETRY,
                                 "the module restarts to take the APN; it connects again by itself"));
}

static void
restart (GTask *task)
{
    Connect *context = g_task_get_task_data (task);

    if (!restarted)
        restarted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_insert (restarted, g_strdup (mm_base_modem_get_device (MM_BASE_MODEM (context->modem))),
                         g_strdup (context->wanted->apn));
    ask (task, "+CFUN=1,1", RADIO_TIMEOUT, restart_asked);
}

/* A network may connect to another APN than the one asked for: after a restart that is its will. */
static void
apn_told (GTask        *task,
          const gchar  *response,
          const GError *error)
{
    Connect          *context = g_task_get_task_data (task);
    g_autofree gchar *apn = response ? ec25_at_parse_active_apn (response, NULL) : NULL;

    context->seconds = 0;
    /* No answer, or none that says it, is no reason to doubt. */
    if (!apn || !*apn || ec25_apn_matches (context->wanted->apn, apn)) {
        check_address (task);
        return;
    }
    mm_obj_info (MM_BASE_BEARER (g_task_get_source_object (task)), "the module is connected to the APN '%s' and not "
                 "to '%s'", apn, context->wanted->apn);
    if (was_restarted_for (context))
        check_address (task);
    else if (context->cycled)
        restart (task);
    else
        switch_radio_off (task);
}

static void
verify_apn (GTask *task)
{
    ask (task, "+CGCONTRDP=1", ANSWER_TIMEOUT, apn_told);
}

static GError *
explain_activation (const GError *error)
{
    if (error->domain == MM_MOBILE_EQUIPMENT_ERROR &&
        (error->code == MM_MOBILE_EQUIPMENT_ERROR_MISSING_OR_UNKNOWN_APN ||
         error->code == MM_MOBILE_EQUIPMENT_ERROR_SERVICE_OPTION_NOT_SUBSCRIBED))
        return explain (error, "the network refuses the APN; correct it");
    if (error->domain == MM_MOBILE_EQUIPMENT_ERROR &&
        (error->code == MM_MOBILE_EQUIPMENT_ERROR_USER_AUTHENTICATION_FAILED ||
         error->code == MM_MOBILE_EQUIPMENT_ERROR_PDP_AUTH_FAILURE))
        return explain (error, "authentication failed; correct user name and password");
    return explain (error, "the network does not open the connection (AT+CGACT=1,1); check APN, user name and "
                    "password");
}

static void
activated (GTask        *task,
           const gchar  *response,
           const GError *error)
{
    if (!error)
        verify_apn (task);
    else if (mm_shared_ec25_is_silent (error))
        fail (task, explain_activation (error));
    else
        fail_and_take_back (task, explain_activation (error));
}

static void
activation_told (GTask        *task,
                 const gchar  *response,
                 const GError *error)
{
    gboolean active = FALSE;

    if (response && ec25_at_parse_activation (response, &active, NULL) && active)
        verify_apn (task);
    else
        ask (task, "+CGACT=1,1", ACTIVATION_TIMEOUT, activated);
}

static void
ensure_active (GTask *task)
{
    be_blind_to_registration (task, FALSE);
    ask (task, "+CGACT?", ANSWER_TIMEOUT, activation_told);
}

/*****************************************************************************/
/* An address */

static void
address_awaited (GTask        *task,
                 const gchar  *response,
                 const GError *error)
{
    check_address (task);
}

static void
address_told (GTask        *task,
              const gchar  *response,
              const GError *error)
{
    Connect           *context = g_task_get_task_data (task);
    Ec25Families     told = EC25_FAMILY_NONE;
    g_autoptr(GError)  reason = error ? g_error_copy (error) : NULL;

    if (response)
        ec25_at_parse_addresses (response, &told, &reason);
    if (told & context->families)
        succeed (task, told & context->families);
    else if (reason && (mm_shared_ec25_is_silent (reason) || context->seconds > 1))
        fail (task, explain (reason, "the module does not tell whether it has an address (AT+CGPADDR)"));
    else if (context->seconds < ADDRESS_TIMEOUT)
        wait_a_second (task, address_awaited);
    else if (told)
        fail (task, g_error_new (MM_MOBILE_EQUIPMENT_ERROR, told == EC25_FAMILY_IPV4 ?
                                 MM_MOBILE_EQUIPMENT_ERROR_IPV4_ONLY_ALLOWED :
                                 MM_MOBILE_EQUIPMENT_ERROR_IPV6_ONLY_ALLOWED,
                                 "the network gives an address of the other IP version only"));
    else
        fail (task, g_error_new (MM_MOBILE_EQUIPMENT_ERROR, MM_MOBILE_EQUIPMENT_ERROR_ACTIVATION_REJECTED_UNSPECIFIED,
                                 "the network gives the module no address; check the APN"));
}

static void
check_address (GTask *task)
{
    ask (task, "+CGPADDR=1", ANSWER_TIMEOUT, address_told);
}

/*****************************************************************************/
/* What the module has, beside what is wanted */

static void
decide (GTask *task)
{
    Connect  *context = g_task_get_task_data (task);
    gboolean  differs;

    if (!context->families)
        context->families = context->stored->families ? context->stored->families : EC25_FAMILY_BOTH;
    /* A context in use that gives more than is wanted is left alone. */
    context->wanted->families = context->families;
    if (context->active && (context->stored->families & context->families) == context->families)
        context->wanted->families = context->stored->families;

    differs = !ec25_context_same_apn (context->stored, context->wanted) ||
              (context->credentials_known && !ec25_context_same_credentials (context->stored, context->wanted));
    if (differs) {
        mm_obj_info (MM_BASE_BEARER (g_task_get_source_object (task)), "APN, IP version or credentials differ from "
                     "the module's: switching its radio off to write them");
        context->to_write = context->wanted;
        switch_radio_off (task);
    } else if (context->active)
        verify_apn (task);
    else if (is_registered (context))
        ensure_active (task);
    else
        explain_registration (task);
}

static void
activation_read (GTask        *task,
                 const gchar  *response,
                 const GError *error)
{
    Connect           *context = g_task_get_task_data (task);
    g_autoptr(GError)  reason = error ? g_error_copy (error) : NULL;

    if (response && ec25_at_parse_activation (response, &context->active, &reason))
        decide (task);
    else
        fail (task, explain (reason, "the module does not tell whether it is connected (AT+CGACT?)"));
}

static void
credentials_read (GTask        *task,
                  const gchar  *response,
                  const GError *error)
{
    Connect           *context = g_task_get_task_data (task);
    g_autoptr(GError)  reason = error ? g_error_copy (error) : NULL;

    context->credentials_known = response && ec25_at_parse_credentials (response, context->stored, &reason);
    if (!context->credentials_known &&
        (*context->wanted->user || *context->wanted->password || mm_shared_ec25_is_silent (reason)))
        fail (task, explain (reason, "the module does not tell its user name and password (AT+QICSGP)"));
    else
        ask (task, "+CGACT?", ANSWER_TIMEOUT, activation_read);
}

static void
context_read (GTask        *task,
              const gchar  *response,
              const GError *error)
{
    Connect           *context = g_task_get_task_data (task);
    g_autoptr(GError)  reason = error ? g_error_copy (error) : NULL;

    if (!response || !ec25_at_parse_context (response, context->stored, &reason)) {
        fail (task, explain (reason, "the module does not tell its APN (AT+CGDCONT?)"));
        return;
    }
    if (!*context->wanted->apn) {
        g_free (context->wanted->apn);
        context->wanted->apn = g_strdup (context->stored->apn);
    }
    ask (task, "+QICSGP=1", ANSWER_TIMEOUT, credentials_read);
}

/*****************************************************************************/
/* What is wanted */

static Ec25Authentication
read_authentication (MMBearerProperties *config)
{
    MMBearerAllowedAuth allowed = mm_bearer_properties_get_allowed_auth (config);
    Ec25Authentication  authentication = EC25_AUTHENTICATION_NONE;

    if (allowed & MM_BEARER_ALLOWED_AUTH_PAP)
        authentication |= EC25_AUTHENTICATION_PAP;
    if (allowed & MM_BEARER_ALLOWED_AUTH_CHAP)
        authentication |= EC25_AUTHENTICATION_CHAP;
    return allowed == MM_BEARER_ALLOWED_AUTH_UNKNOWN ? EC25_AUTHENTICATION_EITHER : authentication;
}

static gboolean
read_families (MMBearerProperties  *config,
               Ec25Families      *families,
               GError             **error)
{
    switch (mm_bearer_properties_get_ip_type (config)) {
    case MM_BEARER_IP_FAMILY_IPV4:
        *families = EC25_FAMILY_IPV4;
        return TRUE;
    case MM_BEARER_IP_FAMILY_IPV6:
        *families = EC25_FAMILY_IPV6;
        return TRUE;
    case MM_BEARER_IP_FAMILY_IPV4V6:
        *families = EC25_FAMILY_BOTH;
        return TRUE;
    case MM_BEARER_IP_FAMILY_NONE:
    case MM_BEARER_IP_FAMILY_ANY:
        *families = EC25_FAMILY_NONE;
        return TRUE;
    case MM_BEARER_IP_FAMILY_NON_IP:
    default:
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED,
                     "a module that is a router carries IPv4 and IPv6 only; choose one of them or both");
        return FALSE;
    }
}

static void
set_text (gchar       **field,
          const gchar  *text)
{
    g_free (*field);
    *field = g_strdup (text ? text : "");
}

static gboolean
read_config (Connect             *context,
             MMBearerProperties  *config,
             GError             **error)
{
    gint               profile = mm_bearer_properties_get_profile_id (config);
    g_autoptr(GError)  reason = NULL;

    set_text (&context->wanted->apn, mm_bearer_properties_get_apn (config));
    set_text (&context->wanted->user, mm_bearer_properties_get_user (config));
    set_text (&context->wanted->password, mm_bearer_properties_get_password (config));
    if (*context->wanted->user || *context->wanted->password)
        context->wanted->authentication = read_authentication (config);

    if (profile != MM_3GPP_PROFILE_ID_UNKNOWN && profile != CID)
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED,
                     "a module that is a router uses profile 1 only, not %d", profile);
    else if (!ec25_context_check (context->wanted, &reason))
        g_set_error_literal (error, MM_CORE_ERROR, MM_CORE_ERROR_INVALID_ARGS, reason->message);
    else
        return read_families (config, &context->families, error);
    return FALSE;
}

/*****************************************************************************/
/* Bearer class */

static MMBearerConnectResult *
connect_finish (MMBaseBearer  *self,
                GAsyncResult  *res,
                GError       **error)
{
    return g_task_propagate_pointer (G_TASK (res), error);
}

static void
connect_bearer (MMBaseBearer        *self,
                GCancellable        *cancellable,
                GAsyncReadyCallback  callback,
                gpointer             user_data)
{
    GTask   *task = g_task_new (self, cancellable, callback, user_data);
    Connect *context = g_new0 (Connect, 1);
    GError  *error = NULL;

    /* The steps look for themselves: the radio must not be left off. */
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, context, (GDestroyNotify) connect_free);
    context->stored = ec25_context_new ();
    context->wanted = ec25_context_new ();
    g_object_get (self, MM_BASE_BEARER_MODEM, &context->modem, NULL);
    context->data = mm_base_modem_get_best_data_port (MM_BASE_MODEM (context->modem), MM_PORT_TYPE_NET);

    if (!context->data)
        complete_with_error (task, g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_NOT_FOUND,
                                                "the module's network interface is missing; is its driver "
                                                "(cdc_ether, rndis_host) there?"));
    else if (!read_config (context, mm_base_bearer_peek_config (self), &error) ||
             (error = recall_failure (context)))
        complete_with_error (task, error);
    else {
        context->tried = TRUE;
        ask (task, "+CGDCONT?", ANSWER_TIMEOUT, context_read);
    }
}

static gboolean
disconnect_finish (MMBaseBearer  *self,
                   GAsyncResult  *res,
                   GError       **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

/* Nothing is told to the module: without its one context LTE drops the registration. */
static void
disconnect_bearer (MMBaseBearer        *self,
                   GAsyncReadyCallback  callback,
                   gpointer             user_data)
{
    g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);

    g_task_return_boolean (task, TRUE);
}

/*****************************************************************************/
/* Still connected? A drop is also told at once, by +CGEV, to which the modem class listens. */

static MMBearerConnectionStatus
load_status_finish (MMBaseBearer  *self,
                    GAsyncResult  *res,
                    GError       **error)
{
    gssize status = g_task_propagate_int (G_TASK (res), error);

    return status < 0 ? MM_BEARER_CONNECTION_STATUS_UNKNOWN : (MMBearerConnectionStatus) status;
}

static void
status_told (MMBaseModem  *modem,
             GAsyncResult *res,
             GTask        *task)
{
    GError      *error = NULL;
    const gchar *response = mm_base_modem_at_command_finish (modem, res, &error);
    gboolean     active;

    if (response && ec25_at_parse_activation (response, &active, &error))
        g_task_return_int (task, active ? MM_BEARER_CONNECTION_STATUS_CONNECTED :
                                          MM_BEARER_CONNECTION_STATUS_DISCONNECTED);
    else
        g_task_return_error (task, error);
    g_object_unref (task);
}

static void
load_status (MMBaseBearer        *self,
             GAsyncReadyCallback  callback,
             gpointer             user_data)
{
    GTask                  *task = g_task_new (self, NULL, callback, user_data);
    g_autoptr(MMBaseModem)  modem = NULL;

    g_object_get (self, MM_BASE_BEARER_MODEM, &modem, NULL);
    mm_base_modem_at_command (modem, "+CGACT?", ANSWER_TIMEOUT, FALSE, (GAsyncReadyCallback) status_told, task);
}

/*****************************************************************************/

MMBaseBearer *
mm_broadband_bearer_ec25_new (MMBroadbandModem   *modem,
                              MMBearerProperties *config)
{
    MMBaseBearer *bearer = g_object_new (MM_TYPE_BROADBAND_BEARER_EC25,
                                         MM_COMPAT_BIND_TO (modem)
                                         MM_BASE_BEARER_MODEM,  modem,
                                         MM_BASE_BEARER_CONFIG, config,
                                         NULL);

    mm_base_bearer_export (bearer);
    return bearer;
}

static void
mm_broadband_bearer_ec25_init (MMBroadbandBearerEc25 *self)
{
}

static void
mm_broadband_bearer_ec25_class_init (MMBroadbandBearerEc25Class *klass)
{
    MMBaseBearerClass *bearer_class = MM_BASE_BEARER_CLASS (klass);

    bearer_class->connect = connect_bearer;
    bearer_class->connect_finish = connect_finish;
    bearer_class->disconnect = disconnect_bearer;
    bearer_class->disconnect_finish = disconnect_finish;
    bearer_class->load_connection_status = load_status;
    bearer_class->load_connection_status_finish = load_status_finish;
#if defined WITH_SUSPEND_RESUME
    bearer_class->reload_connection_status = load_status;
    bearer_class->reload_connection_status_finish = load_status_finish;
#endif
}
