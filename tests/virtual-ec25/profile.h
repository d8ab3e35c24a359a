/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A firmware profile: everything that differs from one module, firmware or carrier to another, as data. */

#pragma once

#include <glib.h>

typedef struct {
    guint service;
    guint major, minor;
} ProfileService;

/* Groups and keys of the file have the names of the fields, with '-' for '_'. */
typedef struct {
    /* [identity] */
    char *manufacturer;
    char *model;
    char *revision;
    char *full_revision;
    char *imei;
    char *qmi_manufacturer;
    char *qmi_model;
    char *hardware_revision;
    char *carrier_config;
    guint carrier_config_version;

    /* [usb] */
    char *usb_manufacturer;
    char *usb_product;
    char *bcd_device;
    guint usbnet; /* factory setting of AT+QCFG="usbnet" */

    /* [qmi] */
    GArray *services; /* of ProfileService */

    /* [mbim] */
    char *mbim_hollow; /* whether the function has nothing behind it, and how that shows */

    /* [radio] */
    char **lte_bands;

    /* [quirks] */
    gboolean profile_events;
    gboolean autoconnect;
    gboolean accepts_802_3;
    gboolean qcfg_usbnet;
    gboolean keeps_usbnet;
    gboolean fastboot;
    gboolean attach_checks_apn;
    gboolean contexts_at_boot;
    gboolean redials;
    gboolean powered_down_urc;

    /* [boot], in seconds */
    gboolean cold_start;
    double detach_delay;
    double boot_time;
    double ready_time;
    double sim_time;
    double sms_time;
    double phonebook_time;
    double registration_time;
    double power_down_time;
    double scan_time;
    double dial_time;
    double redial_time;

    /* [contexts] */
    char **contexts; /* "CID,TYPE,APN" */

    /* [sim] */
    gboolean sim_present;
    char *iccid;
    char *imsi;
    guint mnc_length;
    char *spn;
    char *gid1;
    char *msisdn;
    char *pin;

    /* [network] */
    char *registration;
    char *mcc;
    char *mnc;
    char *long_name;
    char *short_name;
    guint tracking_area;
    guint cell;
    guint physical_cell;
    guint band;
    guint channel;
    int rsrp, rsrq, rssi, snr; /* dBm, dB, dBm, tenths of dB */
    int time_zone;             /* quarters of an hour east of Greenwich */
    char **apns;               /* the first is given to who asks for none */
    char *username;            /* empty: anybody is let in */
    char *password;
    gboolean ipv4, ipv6;
    char *address4, *gateway4, *address6, *gateway6;
    char **dns4, **dns6;
    guint mtu;
} Profile;

/**
 * profile_parse:
 * @texts: (array zero-terminated=1): key files, each laid over the one before; the first must be complete.
 * @names: what to call each of them in an error.
 * @settings: (nullable): "group.key=value" laid over all of them.
 *
 * Any key that no profile knows, and any value of the wrong form, is an error that names it.
 */
Profile *profile_parse (const char *const *texts,
                        const char *const *names,
                        const char *const *settings,
                        GError           **error);
void     profile_free  (Profile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Profile, profile_free)
