/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The USB interfaces of the module in each of its network modes. */

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

/* What AT+QCFG="usbcfg" switches, in its order; Android's debugger and audio, which come behind, stay off. */
typedef enum {
    FUNCTION_DIAG = 1 << 0,
    FUNCTION_NMEA = 1 << 1,
    FUNCTION_AT = 1 << 2,
    FUNCTION_MODEM = 1 << 3,
    FUNCTION_NET = 1 << 4,
    FUNCTION_ALL = (1 << 5) - 1,
} Function;

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

typedef struct {
    Usbnet mode;
    gboolean broken; /* nothing but the boot loader's one interface */
    guint n_interfaces;
    Interface interfaces[8];
} Composition;

/* functions: of Function. Interfaces are numbered one after the other: without one function the next move up. */
void composition_init        (Composition *self, Usbnet mode, guint functions);
void composition_init_broken (Composition *self);

const char *composition_mode_name (Usbnet mode);

/* In ECM and RNDIS mode the module is a router, with the host in its local network. */
gboolean composition_is_router (Usbnet mode);

/* What the module calls itself. */
const char *composition_manufacturer (const Composition *self, const Profile *profile);
const char *composition_product      (const Composition *self, const Profile *profile);

/* The classes of the interfaces as udev's ID_USB_INTERFACES has them: ":ffffff:ff0000:". */
char *composition_classes (const Composition *self);

/* One line of JSON. net: the network interface's name, or NULL if there is none. */
char *composition_describe (const Composition *self, const Profile *profile, const char *net);
