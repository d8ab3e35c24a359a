/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The carrier's side: whom it lets in. */

#pragma once

#include <glib.h>

#include "profile.h"

/* EPS session management causes (3GPP TS 24.301, 9.9.4.4). */
typedef enum {
    ESM_ACCEPTED = 0,
    ESM_UNKNOWN_APN = 27,
    ESM_AUTHENTICATION_FAILED = 29,
    ESM_REGULAR_DEACTIVATION = 36,
    ESM_NETWORK_FAILURE = 38,
    ESM_IPV4_ONLY = 50,
    ESM_IPV6_ONLY = 51,
} EsmCause;

/* EPS mobility management cause (3GPP TS 24.301, 9.9.3.9): the module would do, but its PDN request was refused. */
#define EMM_ESM_FAILURE 19

typedef struct {
    const char *apn; /* empty: whichever the network thinks fit */
    const char *username;
    const char *password;
    guint family; /* 4 or 6 */
} NetworkRequest;

/* Whether the carrier opens a connection, or why it does not. */
EsmCause network_admit (const Profile *profile, const NetworkRequest *request);

/* Whether that address is one that the carrier routes to this subscriber; both in network order. */
gboolean network_owns_address (const Profile *profile, guint family, gconstpointer address);
