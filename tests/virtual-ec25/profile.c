/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads firmware profiles. */

#include "profile.h"
#include "ec25-error.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

typedef enum {
    TEXT,
    DIGITS,
    LIST,
    FLAG,
    NUMBER,
    SIGNED,
    SECONDS,
    ADDRESS4,
    ADDRESS6,
    ADDRESSES4,
    ADDRESSES6,
    PREFIXED4, /* address/length */
    PREFIXED6,
    SERVICES,  /* SERVICE:MAJOR.MINOR */
} Form;

typedef struct {
    const char *group;
    const char *key;
    Form form;
    gsize offset;
} Field;

#define FIELD(group, key, form, member) { group, key, form, G_STRUCT_OFFSET (Profile, member) }

static const Field fields[] = {
    FIELD ("identity", "manufacturer", TEXT, manufacturer),
    FIELD ("identity", "model", TEXT, model),
    FIELD ("identity", "revision", TEXT, revision),
    FIELD ("identity", "full-revision", TEXT, full_revision),
    FIELD ("identity", "imei", DIGITS, imei),
    FIELD ("identity", "qmi-manufacturer", TEXT, qmi_manufacturer),
    FIELD ("identity", "qmi-model", TEXT, qmi_model),
    FIELD ("identity", "hardware-revision", TEXT, hardware_revision),
    FIELD ("identity", "carrier-config", TEXT, carrier_config),
    FIELD ("identity", "carrier-config-version", NUMBER, carrier_config_version),
    FIELD ("usb", "manufacturer", TEXT, usb_manufacturer),
    FIELD ("usb", "product", TEXT, usb_product),
    FIELD ("usb", "bcd-device", TEXT, bcd_device),
    FIELD ("usb", "usbnet", NUMBER, usbnet),
    FIELD ("qmi", "services", SERVICES, services),
    FIELD ("radio", "lte-bands", LIST, lte_bands),
    FIELD ("mbim", "hollow", TEXT, mbim_hollow),
    FIELD ("quirks", "profile-events", FLAG, profile_events),
    FIELD ("quirks", "autoconnect", FLAG, autoconnect),
    FIELD ("quirks", "accepts-802-3", FLAG, accepts_802_3),
    FIELD ("quirks", "qcfg-usbnet", FLAG, qcfg_usbnet),
    FIELD ("quirks", "keeps-usbnet", FLAG, keeps_usbnet),
    FIELD ("quirks", "fastboot", FLAG, fastboot),
    FIELD ("quirks", "attach-checks-apn", FLAG, attach_checks_apn),
    FIELD ("quirks", "contexts-at-boot", FLAG, contexts_at_boot),
    FIELD ("quirks", "redials", FLAG, redials),
    FIELD ("quirks", "powered-down-urc", FLAG, powered_down_urc),
    FIELD ("boot", "cold-start", FLAG, cold_start),
    FIELD ("boot", "detach-delay", SECONDS, detach_delay),
    FIELD ("boot", "boot-time", SECONDS, boot_time),
    FIELD ("boot", "ready-time", SECONDS, ready_time),
    FIELD ("boot", "sim-time", SECONDS, sim_time),
    FIELD ("boot", "sms-time", SECONDS, sms_time),
    FIELD ("boot", "phonebook-time", SECONDS, phonebook_time),
    FIELD ("boot", "registration-time", SECONDS, registration_time),
    FIELD ("boot", "power-down-time", SECONDS, power_down_time),
    FIELD ("boot", "scan-time", SECONDS, scan_time),
    FIELD ("boot", "dial-time", SECONDS, dial_time),
    FIELD ("boot", "redial-time", SECONDS, redial_time),
    FIELD ("contexts", "defined", LIST, contexts),
    FIELD ("sim", "present", FLAG, sim_present),
    FIELD ("sim", "iccid", DIGITS, iccid),
    FIELD ("sim", "imsi", DIGITS, imsi),
    FIELD ("sim", "mnc-length", NUMBER, mnc_length),
    FIELD ("sim", "spn", TEXT, spn),
    FIELD ("sim", "gid1", TEXT, gid1),
    FIELD ("sim", "msisdn", DIGITS, msisdn),
    FIELD ("sim", "pin", DIGITS, pin),
    FIELD ("network", "registration", TEXT, registration),
    FIELD ("network", "mcc", DIGITS, mcc),
    FIELD ("network", "mnc", DIGITS, mnc),
    FIELD ("network", "long-name", TEXT, long_name),
    FIELD ("network", "short-name", TEXT, short_name),
    FIELD ("network", "tracking-area", NUMBER, tracking_area),
    FIELD ("network", "cell", NUMBER, cell),
    FIELD ("network", "physical-cell", NUMBER, physical_cell),
    FIELD ("network", "band", NUMBER, band),
    FIELD ("network", "channel", NUMBER, channel),
    FIELD ("network", "rsrp", SIGNED, rsrp),
    FIELD ("network", "rsrq", SIGNED, rsrq),
    FIELD ("network", "rssi", SIGNED, rssi),
    FIELD ("network", "snr", SIGNED, snr),
    FIELD ("network", "time-zone", SIGNED, time_zone),
    FIELD ("network", "apns", LIST, apns),
    FIELD ("network", "username", TEXT, username),
    FIELD ("network", "password", TEXT, password),
    FIELD ("network", "ipv4", FLAG, ipv4),
    FIELD ("network", "ipv6", FLAG, ipv6),
    FIELD ("network", "address4", PREFIXED4, address4),
    FIELD ("network", "gateway4", ADDRESS4, gateway4),
    FIELD ("network", "dns4", ADDRESSES4, dns4),
    FIELD ("network", "address6", PREFIXED6, address6),
    FIELD ("network", "gateway6", ADDRESS6, gateway6),
    FIELD ("network", "dns6", ADDRESSES6, dns6),
    FIELD ("network", "mtu", NUMBER, mtu),
};

static const Field *
find_field (const char *group, const char *key)
{
    for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
        if (g_str_equal (fields[i].group, group) && g_str_equal (fields[i].key, key))
            return &fields[i];
    return NULL;
}

static gboolean
is_address (int family, const char *text)
{
    guint8 address[16];

    return inet_pton (family, text, address) == 1;
}

static gboolean
is_prefixed (int family, const char *text)
{
    g_auto (GStrv) parts = g_strsplit (text, "/", 2);
    guint64 length;

    return g_strv_length (parts) == 2 && is_address (family, parts[0]) &&
           g_ascii_string_to_unsigned (parts[1], 10, 1, family == AF_INET ? 32 : 128, &length, NULL);
}

static gboolean
is_digits (const char *text)
{
    return text[strspn (text, "0123456789")] == '\0';
}

static gboolean
are_addresses (int family, char **list)
{
    for (guint i = 0; list[i]; i++)
        if (!is_address (family, list[i]))
            return FALSE;
    return TRUE;
}

/* A text with escapes as in C, \\033 in the file: for bytes that a key file cannot hold. */
static char *
get_bytes (GKeyFile *file, const Field *field, GError **error)
{
    g_autofree char *text = g_key_file_get_string (file, field->group, field->key, error);

    return text ? g_strcompress (text) : NULL;
}

static char *
get_text (GKeyFile *file, const Field *field, GError **error)
{
    g_autofree char *text = g_key_file_get_string (file, field->group, field->key, error);
    gboolean good;

    if (!text)
        return NULL;
    switch (field->form) {
    case DIGITS:
        good = is_digits (text);
        break;
    case ADDRESS4:
        good = is_address (AF_INET, text);
        break;
    case ADDRESS6:
        good = is_address (AF_INET6, text);
        break;
    case PREFIXED4:
        good = is_prefixed (AF_INET, text);
        break;
    case PREFIXED6:
        good = is_prefixed (AF_INET6, text);
        break;
    default:
        good = TRUE;
    }
    if (good)
        return g_steal_pointer (&text);
    g_set_error (error, EC25_ERROR, EC25_ERROR_PROFILE, "“%s” has the wrong form", text);
    return NULL;
}

static char **
get_list (GKeyFile *file, const Field *field, GError **error)
{
    g_auto (GStrv) list = g_key_file_get_string_list (file, field->group, field->key, NULL, error);

    if (!list)
        return NULL;
    if ((field->form == ADDRESSES4 && !are_addresses (AF_INET, list)) ||
        (field->form == ADDRESSES6 && !are_addresses (AF_INET6, list))) {
        g_set_error (error, EC25_ERROR, EC25_ERROR_PROFILE, "not a list of addresses");
        return NULL;
    }
    return g_steal_pointer (&list);
}

static gint64
get_number (GKeyFile *file, const Field *field, GError **error)
{
    g_autofree char *text = g_key_file_get_string (file, field->group, field->key, error);
    gint64 number = 0;
    gboolean hexadecimal;

    if (!text)
        return 0;
    hexadecimal = g_str_has_prefix (text, "0x");
    if (hexadecimal) {
        guint64 positive = 0;

        g_ascii_string_to_unsigned (text + 2, 16, 0, G_MAXUINT32, &positive, error);
        return positive;
    }
    g_ascii_string_to_signed (text, 10, field->form == SIGNED ? G_MININT32 : 0,
                              field->form == SIGNED ? G_MAXINT32 : G_MAXUINT32, &number, error);
    return number;
}

static double
get_seconds (GKeyFile *file, const Field *field, GError **error)
{
    GError *cause = NULL;
    double seconds = g_key_file_get_double (file, field->group, field->key, &cause);

    if (!cause && (seconds < 0 || seconds > 3600))
        cause = g_error_new (EC25_ERROR, EC25_ERROR_PROFILE, "not between 0 and 3600 seconds");
    if (cause)
        g_propagate_error (error, cause);
    return seconds;
}

static GArray *
get_services (GKeyFile *file, const Field *field, GError **error)
{
    g_auto (GStrv) list = g_key_file_get_string_list (file, field->group, field->key, NULL, error);
    g_autoptr (GArray) services = g_array_new (FALSE, FALSE, sizeof (ProfileService));

    for (guint i = 0; list && list[i]; i++) {
        ProfileService service;
        char extra;

        if (sscanf (list[i], "%u:%u.%u%c", &service.service, &service.major, &service.minor, &extra) != 3 ||
            service.service > G_MAXUINT8 || service.major > G_MAXUINT16 || service.minor > G_MAXUINT16) {
            g_set_error (error, EC25_ERROR, EC25_ERROR_PROFILE, "“%s” is not SERVICE:MAJOR.MINOR", list[i]);
            return NULL;
        }
        g_array_append_val (services, service);
    }
    return list ? g_steal_pointer (&services) : NULL;
}

static void
read_field (Profile *self, GKeyFile *file, const Field *field, GError **error)
{
    gpointer member = G_STRUCT_MEMBER_P (self, field->offset);

    switch (field->form) {
    case LIST:
    case ADDRESSES4:
    case ADDRESSES6:
        *(char ***) member = get_list (file, field, error);
        break;
    case FLAG:
        *(gboolean *) member = g_key_file_get_boolean (file, field->group, field->key, error);
        break;
    case NUMBER:
        *(guint *) member = get_number (file, field, error);
        break;
    case SIGNED:
        *(int *) member = get_number (file, field, error);
        break;
    case SECONDS:
        *(double *) member = get_seconds (file, field, error);
        break;
    case SERVICES:
        *(GArray **) member = get_services (file, field, error);
        break;
    case TEXT:
        *(char **) member = get_bytes (file, field, error);
        break;
    default:
        *(char **) member = get_text (file, field, error);
    }
}

/* Values that are well-formed each, but not usable. */
static gboolean
check_sense (const Profile *self, GError **error)
{
    static const char *const registrations[] = { "home", "roaming", "denied", "searching", "none", NULL };
    static const char *const hollows[] = { "no", "open-silent", "open-fails", "connect-fails", "connect-silent", NULL };
    const char *complaint = NULL;

    if (!g_strv_contains (hollows, self->mbim_hollow))
        complaint = "mbim.hollow must be no, open-silent, open-fails, connect-fails or connect-silent";
    else if (!g_strv_contains (registrations, self->registration))
        complaint = "network.registration must be home, roaming, denied, searching or none";
    else if (self->usbnet > 3)
        complaint = "usb.usbnet must be 0 (QMI), 1 (ECM), 2 (MBIM) or 3 (RNDIS)";
    else if (strlen (self->imsi) < 6 || strlen (self->imsi) > 15)
        complaint = "sim.imsi must have 6 to 15 digits";
    else if (strlen (self->iccid) < 18 || strlen (self->iccid) > 20)
        complaint = "sim.iccid must have 18 to 20 digits";
    else if (self->mnc_length != 2 && self->mnc_length != 3)
        complaint = "sim.mnc-length must be 2 or 3";
    else if (*self->pin && (strlen (self->pin) < 4 || strlen (self->pin) > 8))
        complaint = "sim.pin must be empty or have 4 to 8 digits";
    else if (!self->apns[0])
        complaint = "network.apns must name at least one";
    if (complaint)
        g_set_error_literal (error, EC25_ERROR, EC25_ERROR_PROFILE, complaint);
    return !complaint;
}

static Profile *
profile_from_keys (GKeyFile *file, GError **error)
{
    g_autoptr (Profile) self = g_new0 (Profile, 1);

    for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
        GError *cause = NULL;

        read_field (self, file, &fields[i], &cause);
        if (cause) {
            g_propagate_prefixed_error (error, cause, "[%s] %s: ", fields[i].group, fields[i].key);
            return NULL;
        }
    }
    return check_sense (self, error) ? g_steal_pointer (&self) : NULL;
}

static gboolean
lay_over (GKeyFile *base, GKeyFile *upper, GError **error)
{
    g_auto (GStrv) groups = g_key_file_get_groups (upper, NULL);

    for (guint i = 0; groups[i]; i++) {
        g_auto (GStrv) keys = g_key_file_get_keys (upper, groups[i], NULL, NULL);

        for (guint j = 0; keys && keys[j]; j++) {
            g_autofree char *value = g_key_file_get_value (upper, groups[i], keys[j], NULL);

            if (!find_field (groups[i], keys[j])) {
                g_set_error (error, EC25_ERROR, EC25_ERROR_PROFILE, "[%s] %s: no such key", groups[i],
                             keys[j]);
                return FALSE;
            }
            g_key_file_set_value (base, groups[i], keys[j], value);
        }
    }
    return TRUE;
}

static gboolean
lay_setting_over (GKeyFile *base, const char *setting, GError **error)
{
    const char *dot = strchr (setting, '.');
    const char *equals = dot ? strchr (dot, '=') : NULL;
    g_autofree char *group = NULL, *key = NULL;

    if (!equals) {
        g_set_error (error, EC25_ERROR, EC25_ERROR_PROFILE, "setting “%s” is not GROUP.KEY=VALUE", setting);
        return FALSE;
    }
    group = g_strndup (setting, dot - setting);
    key = g_strndup (dot + 1, equals - dot - 1);
    if (!find_field (group, key)) {
        g_set_error (error, EC25_ERROR, EC25_ERROR_PROFILE, "setting “%s”: no such key", setting);
        return FALSE;
    }
    g_key_file_set_value (base, group, key, equals + 1);
    return TRUE;
}

Profile *
profile_parse (const char *const *texts, const char *const *names, const char *const *settings,
               GError **error)
{
    g_autoptr (GKeyFile) keys = g_key_file_new ();
    Profile *self;

    for (guint i = 0; texts[i]; i++) {
        g_autoptr (GKeyFile) layer = g_key_file_new ();

        if (!g_key_file_load_from_data (layer, texts[i], -1, G_KEY_FILE_NONE, error) ||
            !lay_over (keys, layer, error)) {
            g_prefix_error (error, "profile %s: ", names[i]);
            return NULL;
        }
    }
    for (guint i = 0; settings && settings[i]; i++)
        if (!lay_setting_over (keys, settings[i], error))
            return NULL;
    self = profile_from_keys (keys, error);
    if (!self)
        g_prefix_error (error, "profile: ");
    return self;
}

void
profile_free (Profile *self)
{
    for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
        gpointer member = G_STRUCT_MEMBER_P (self, fields[i].offset);

        switch (fields[i].form) {
        case FLAG:
        case NUMBER:
        case SIGNED:
        case SECONDS:
            break;
        case LIST:
        case ADDRESSES4:
        case ADDRESSES6:
            g_strfreev (*(char ***) member);
            break;
        case SERVICES:
            g_clear_pointer ((GArray **) member, g_array_unref);
            break;
        default:
            g_free (*(char **) member);
        }
    }
    g_free (self);
}
