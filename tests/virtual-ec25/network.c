/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The carrier's side. */

#include "network.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

EsmCause
network_admit (const Profile *profile, const NetworkRequest *request)
{
    gboolean known = FALSE;

    for (guint i = 0; profile->apns[i] && !known; i++)
        known = g_ascii_strcasecmp (profile->apns[i], request->apn) == 0;
    if (!known && *request->apn)
        return ESM_UNKNOWN_APN;
    if (*profile->username && (!g_str_equal (profile->username, request->username) ||
                               !g_str_equal (profile->password, request->password)))
        return ESM_AUTHENTICATION_FAILED;
    if (request->family == 6 && !profile->ipv6)
        return ESM_IPV4_ONLY;
    if (request->family == 4 && !profile->ipv4)
        return ESM_IPV6_ONLY;
    return ESM_ACCEPTED;
}

/* IPv4: the very address. IPv6: anything in the prefix, as a phone may choose its interface identifier. */
gboolean
network_owns_address (const Profile *profile, guint family, gconstpointer address)
{
    g_auto (GStrv) parts = g_strsplit (family == 4 ? profile->address4 : profile->address6, "/", 2);
    guint8 own[16];

    if (inet_pton (family == 4 ? AF_INET : AF_INET6, parts[0], own) != 1)
        return FALSE;
    if (family == 4)
        return memcmp (own, address, 4) == 0;
    return memcmp (own, address, MIN (atoi (parts[1]), 64) / 8) == 0;
}
