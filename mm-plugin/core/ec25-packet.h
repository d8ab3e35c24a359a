/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PDP context 1 over AT: in ECM and RNDIS mode it is the one that the module dials by itself (seen on EC25-E and
 * EC25-A; Quectel's notes on network modes), and the one of LTE's attach.
 */

#pragma once

#include <glib.h>

/** Ec25Families: IP families; the numbers are those of a type in AT+QICSGP. */
typedef enum {
    EC25_FAMILY_NONE = 0,
    EC25_FAMILY_IPV4 = 1,
    EC25_FAMILY_IPV6 = 2,
    EC25_FAMILY_BOTH = 3,
} Ec25Families;

/** Ec25Authentication: as AT+QICSGP numbers them. */
typedef enum {
    EC25_AUTHENTICATION_NONE = 0,
    EC25_AUTHENTICATION_PAP = 1,
    EC25_AUTHENTICATION_CHAP = 2,
    EC25_AUTHENTICATION_EITHER = 3,
} Ec25Authentication;

/** Ec25Context: content of context 1. Strings are owned and never %NULL. */
typedef struct {
    Ec25Families        families;
    gchar              *apn;
    gchar              *user;
    gchar              *password;
    Ec25Authentication  authentication;
} Ec25Context;

Ec25Context *ec25_context_new  (void);
void         ec25_context_free (Ec25Context *context);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ec25Context, ec25_context_free)

/**
 * ec25_context_check:
 * @error: %EC25_ERROR_UNSUPPORTED, naming what cannot be said in an AT command: quotes, control characters, text
 *   that is not ASCII or longer than the module takes (APN 100, user and password 127 characters).
 */
gboolean ec25_context_check (const Ec25Context  *context,
                             GError            **error);

/**
 * ec25_at_parse_context:
 * @response: response to AT+CGDCONT?.
 * @context: families and APN are set from the line of context 1; to none and "" if there is no such line.
 * @error: %EC25_ERROR_PARSE; @context is untouched then.
 */
gboolean ec25_at_parse_context (const gchar  *response,
                                Ec25Context  *context,
                                GError      **error);

/**
 * ec25_at_parse_credentials:
 * @response: response to AT+QICSGP=1.
 * @context: user, password and authentication are set; families and APN are left alone.
 * @error: %EC25_ERROR_PARSE; @context is untouched then.
 */
gboolean ec25_at_parse_credentials (const gchar  *response,
                                    Ec25Context  *context,
                                    GError      **error);

/**
 * Whether the two agree in what AT+CGDCONT says, or in what only AT+QICSGP says; without user and password it makes
 * no difference how they would be sent.
 */
gboolean ec25_context_same_apn         (const Ec25Context *a,
                                        const Ec25Context *b);
gboolean ec25_context_same_credentials (const Ec25Context *a,
                                        const Ec25Context *b);

/** (transfer full): the commands that write context 1. */
gchar *ec25_at_build_context     (const Ec25Context *context);
gchar *ec25_at_build_credentials (const Ec25Context *context);

/**
 * ec25_at_parse_activation:
 * @response: response to AT+CGACT?.
 * @active: (out): whether context 1 is up.
 * @error: %EC25_ERROR_PARSE.
 */
gboolean ec25_at_parse_activation (const gchar  *response,
                                   gboolean     *active,
                                   GError      **error);

/**
 * ec25_at_parse_addresses:
 * @response: response to AT+CGPADDR=1.
 * @families: (out): those that context 1 has an address of.
 * @error: %EC25_ERROR_PARSE.
 *
 * An IPv6 address is sixteen decimal numbers (3GPP TS 27.007, 10.1.23).
 */
gboolean ec25_at_parse_addresses (const gchar   *response,
                                  Ec25Families  *families,
                                  GError       **error);

/**
 * ec25_at_parse_active_apn:
 * @response: response to AT+CGCONTRDP=1.
 * @error: %EC25_ERROR_PARSE.
 *
 * Returns: (transfer full): the APN that the network has opened, "" if there is none.
 */
gchar *ec25_at_parse_active_apn (const gchar  *response,
                                 GError      **error);

/**
 * ec25_apn_matches:
 * @wanted: the APN that was asked for; "" is any.
 * @active: what the network calls it: it may add its operator identifier, ".mnc001.mcc262.gprs".
 */
gboolean ec25_apn_matches (const gchar *wanted,
                           const gchar *active);

/**
 * ec25_at_parse_causes:
 * @response: (nullable): response to AT+CEER.
 * @emm: (out): EMM cause of 3GPP TS 24.301, 9.9.3.9; 0 if there is none.
 * @esm: (out): ESM cause of 3GPP TS 24.301, 9.9.4.4; 0 if there is none.
 *
 * The text is the module's own (3GPP TS 27.007, 6.10); "EMM cause N" and "ESM cause N" in it are inferred.
 */
void ec25_at_parse_causes (const gchar *response,
                           guint       *emm,
                           guint       *esm);
