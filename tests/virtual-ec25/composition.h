/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The USB interfaces of the module in each of its network modes, as a table. */

#pragma once

#include <glib.h>

#include "profile.h"

/* The numbers of AT+QCFG="usbnet". */
typedef enum {
    USBNET_QMI,
    USBNET_ECM,
    USBNET_MBIM,
    USBNET_RNDIS,
    USBNET_N_MODES,
} Usbnet;

typedef enum {
    ROLE_NONE,
    ROLE_QCDM,
    ROLE_GPS,
    ROLE_AT_PRIMARY,
    ROLE_AT_SECONDARY,
    ROLE_QMI,
    ROLE_MBIM,
    ROLE_DATA,
    N_ROLES,
} Role;

typedef struct {
    guint number;
    guint8 class, subclass, protocol;
    guint endpoints; /* of the setting that carries data */
    const char *driver;
    Role role;
    const char *node; /* of the character device, NULL: none */
    gboolean net;     /* has the network interface */
} Interface;

/* Ended by an interface without driver. */
const Interface *composition_interfaces (Usbnet mode);
const char      *composition_name       (Usbnet mode);

/* One line of JSON. net: the network interface's name, or NULL if there is none. */
char *composition_describe (Usbnet mode, const Profile *profile, const char *net);
