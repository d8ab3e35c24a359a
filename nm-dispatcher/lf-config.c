/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-config.h"

#include <arpa/inet.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "lf-error.h"
#include "lf-file.h"
#include "lf-text.h"

#define GROUP_FAILOVER "failover"
#define GROUP_UPLINK   "uplink "
#define GROUP_DNS      "dns"
#define GROUP_CONNECTIONS "connections"
#define GROUP_MONITOR  "monitor"
#define GROUP_STANDBY  "standby"
#define GROUP_BUDGET   "budget"

#define MAX_TARGETS 32
#define MAX_NETWORKS 64

/*
 * Public name servers of three operators, which answer echoes as well, each under one address everywhere. The
 * uplink's own gateway is not among them: it answers also if nothing is behind it.
 */
#define DEFAULT_TARGETS                                                                                               \
    "icmp:1.1.1.1;icmp:8.8.8.8;icmp:9.9.9.9;tcp:1.1.1.1:443;dns:8.8.8.8;"                                             \
    "icmp:2606:4700:4700::1111;icmp:2001:4860:4860::8888;icmp:2620:fe::fe;tcp:[2606:4700:4700::1111]:443;"            \
    "dns:2001:4860:4860::8888"

/* Nobody writes that much by hand; /dev/zero does. */
#define MAX_FILE_SIZE (64 * 1024)

static void
rule_free (gpointer data)
{
    LfUplinkRule *rule = data;

    g_clear_pointer (&rule->name, g_pattern_spec_free);
    g_free (rule);
}

/* NULL if one of them is no target; @bad is then that one's text. */
static GPtrArray *
targets_new (const gchar *value, gchar **bad)
{
    g_autoptr(GPtrArray) targets = g_ptr_array_new_with_free_func ((GDestroyNotify) lf_target_free);
    g_auto(GStrv)        words = g_strsplit (value, ";", -1);
    guint                i;

    for (i = 0; words[i]; i++) {
        LfTarget *target;

        if (!*g_strstrip (words[i]))
            continue;
        target = lf_target_new (words[i]);
        if (!target) {
            if (bad)
                *bad = g_strdup (words[i]);
            return NULL;
        }
        g_ptr_array_add (targets, target);
    }
    return g_steal_pointer (&targets);
}

LfConfig *
lf_config_new (void)
{
    LfConfig *self = g_new0 (LfConfig, 1);

    self->order = g_strsplit ("ethernet;wifi;lte", ";", -1);
    self->linkdown = TRUE;
    self->metric_min = 51; /* NetworkManager gives a VPN 50 */
    self->rules = g_ptr_array_new_with_free_func (rule_free);
    self->targets = targets_new (DEFAULT_TARGETS, NULL);
    self->health = lf_health_default_limits;
    self->http_status = 200;
    self->http_body = g_strdup ("");
    self->dns_follow = TRUE;
    self->reset = TRUE;
    self->drain = TRUE;
    self->drain_time = 600;
    self->conntrack = TRUE;
    self->mptcp = TRUE;
    self->standby_linger = 120 * (gint64) G_USEC_PER_SEC;
    self->budget_warn = 80;
    self->budget_day = 1;
    self->allow = g_ptr_array_new_with_free_func (g_free);
    return self;
}

void
lf_config_free (LfConfig *self)
{
    g_strfreev (self->order);
    g_ptr_array_unref (self->rules);
    g_ptr_array_unref (self->targets);
    g_ptr_array_unref (self->allow);
    g_free (self->http_body);
    g_free (self);
}

/* Where a message is about. */
typedef struct {
    const gchar *file;
    const gchar *group;
    const gchar *key;
} Place;

static gboolean
refuse (const Place *place, const gchar *value, const gchar *allowed, GError **error)
{
    g_autofree gchar *shown = g_strescape (value, NULL);

    g_set_error (error, LF_ERROR, LF_ERROR_CONFIG, _("%s: [%s] %s=%s: %s; nothing of this file is used"),
                 place->file, place->group, place->key, shown, allowed);
    return FALSE;
}

static gboolean
parse_boolean (const Place *place, const gchar *value, gboolean *result, GError **error)
{
    if (g_str_equal (value, "true") || g_str_equal (value, "false")) {
        *result = g_str_equal (value, "true");
        return TRUE;
    }
    return refuse (place, value, _("must be true or false"), error);
}

static gboolean
parse_order (const Place *place, const gchar *value, gchar ***result, GError **error)
{
    g_autoptr(GStrvBuilder) kept = g_strv_builder_new ();
    g_auto(GStrv)           words = g_strsplit (value, ";", -1);
    g_auto(GStrv)           order = NULL;
    guint                   i;

    for (i = 0; words[i]; i++) {
        g_strstrip (words[i]);
        if (strpbrk (words[i], " \t,/") || strlen (words[i]) >= IFNAMSIZ || g_str_equal (words[i], "other"))
            return refuse (place, value, _("must be classes (ethernet, wifi, lte) and interface names, best first, "
                                         "separated by semicolons"), error);
        if (*words[i])
            g_strv_builder_add (kept, words[i]);
    }
    order = g_strv_builder_end (kept);
    if (!order[0])
        return refuse (place, value, _("must name at least one class or interface"), error);
    g_strfreev (*result);
    *result = g_steal_pointer (&order);
    return TRUE;
}

static gboolean
parse_metric (const Place *place, const gchar *value, guint *result, GError **error)
{
    guint64 number;

    if (!g_ascii_string_to_unsigned (value, 10, 1, 10000, &number, NULL))
        return refuse (place, value, _("must be a number from 1 to 10000"), error);
    *result = number;
    return TRUE;
}

static gboolean
parse_class (const Place *place, const gchar *value, LfClass *result, GError **error)
{
    if (lf_class_from_string (value, result))
        return TRUE;
    return refuse (place, value, _("must be ethernet, wifi, lte or other"), error);
}

static gboolean
merge_failover_key (LfConfig *self, const Place *place, const gchar *value, GError **error)
{
    if (g_str_equal (place->key, "order"))
        return parse_order (place, value, &self->order, error);
    if (g_str_equal (place->key, "linkdown"))
        return parse_boolean (place, value, &self->linkdown, error);
    if (g_str_equal (place->key, "metric-min"))
        return parse_metric (place, value, &self->metric_min, error);
    return refuse (place, value, _("unknown key; known are order, linkdown and metric-min"), error);
}

static gboolean
parse_drain_time (const Place *place, const gchar *value, guint *result, GError **error)
{
    guint64 number;

    if (!g_ascii_string_to_unsigned (value, 10, 1, 86400, &number, NULL))
        return refuse (place, value, _("must be a number of seconds from 1 to 86400"), error);
    *result = number;
    return TRUE;
}

static gboolean
merge_dns_key (LfConfig *self, const Place *place, const gchar *value, GError **error)
{
    if (g_str_equal (place->key, "follow"))
        return parse_boolean (place, value, &self->dns_follow, error);
    return refuse (place, value, _("unknown key; known is follow"), error);
}

static gboolean
merge_connections_key (LfConfig *self, const Place *place, const gchar *value, GError **error)
{
    if (g_str_equal (place->key, "reset"))
        return parse_boolean (place, value, &self->reset, error);
    if (g_str_equal (place->key, "drain"))
        return parse_boolean (place, value, &self->drain, error);
    if (g_str_equal (place->key, "drain-time"))
        return parse_drain_time (place, value, &self->drain_time, error);
    if (g_str_equal (place->key, "conntrack"))
        return parse_boolean (place, value, &self->conntrack, error);
    if (g_str_equal (place->key, "mptcp"))
        return parse_boolean (place, value, &self->mptcp, error);
    return refuse (place, value, _("unknown key; known are reset, drain, drain-time, conntrack and mptcp"), error);
}

static gboolean
parse_number (const Place *place, const gchar *value, guint min, guint max, guint *result, GError **error)
{
    g_autofree gchar *allowed = g_strdup_printf (_("must be a number from %u to %u"), min, max);
    guint64           number;

    if (!g_ascii_string_to_unsigned (value, 10, min, max, &number, NULL))
        return refuse (place, value, allowed, error);
    *result = number;
    return TRUE;
}

static gboolean
parse_targets (const Place *place, const gchar *value, GPtrArray **result, GError **error)
{
    g_autofree gchar     *bad = NULL;
    g_autoptr(GPtrArray)  targets = targets_new (value, &bad);

    if (!targets)
        return refuse (place, bad, _("must be icmp:ADDRESS, tcp:ADDRESS:PORT, dns:ADDRESS/NAME or "
                                   "http://ADDRESS/PATH, several separated by semicolons"), error);
    if (targets->len == 0 || targets->len > MAX_TARGETS)
        return refuse (place, value, _("must be from 1 to 32 targets"), error);
    g_ptr_array_unref (*result);
    *result = g_steal_pointer (&targets);
    return TRUE;
}

static const struct {
    const gchar *suffix;
    gint64       unit; /* µs */
} duration_units[] = {
    { "ms", 1000 },
    { "min", 60 * G_USEC_PER_SEC },
    { "s", G_USEC_PER_SEC },
    { "", G_USEC_PER_SEC },
};

/* "250ms", "2s", "5min"; without a unit it is seconds. In µs; -1 if it is none. */
static gint64
duration_from_string (const gchar *value)
{
    g_autofree gchar *digits = NULL;
    guint64           number;
    guint             i = 0;

    while (!g_str_has_suffix (value, duration_units[i].suffix))
        i++;
    digits = g_strndup (value, strlen (value) - strlen (duration_units[i].suffix));
    return g_ascii_string_to_unsigned (digits, 10, 0, G_MAXUINT32, &number, NULL)
        ? (gint64) number * duration_units[i].unit : -1;
}

static gboolean
parse_duration (const Place *place, const gchar *value, gint64 min, gint64 max, gint64 *result, GError **error)
{
    g_autofree gchar *allowed = g_strdup_printf (_("must be a time from %u ms to %u s, such as 500ms, 2s or 5min"),
                                                 (guint) (min / 1000), (guint) (max / (gint64) G_USEC_PER_SEC));
    gint64            duration = duration_from_string (value);

    if (duration < min || duration > max)
        return refuse (place, value, allowed, error);
    *result = duration;
    return TRUE;
}

#define DURATION(key, field, min_ms, max_s)                                                                           \
    { key, G_STRUCT_OFFSET (LfHealthLimits, field), (min_ms) * (gint64) 1000, (max_s) * (gint64) G_USEC_PER_SEC }

static const struct {
    const gchar *key;
    gsize        offset;
    gint64       min, max;
} durations[] = {
    DURATION ("interval", interval, 250, 60),
    DURATION ("doubt-interval", doubt_interval, 100, 60),
    DURATION ("dead-after", dead_after, 500, 600),
    DURATION ("return-after", return_after, 0, 3600),
    DURATION ("return-max", return_max, 0, 86400),
    DURATION ("flap-window", flap_window, 1000, 86400),
    DURATION ("standby-interval", standby_interval, 1000, 3600),
    DURATION ("metered-interval", metered_interval, 1000, 86400),
    DURATION ("latency-max", latency_max, 0, 60),
};

static gboolean
merge_monitor_key (LfConfig *self, const Place *place, const gchar *value, GError **error)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (durations); i++) {
        if (g_str_equal (place->key, durations[i].key))
            return parse_duration (place, value, durations[i].min, durations[i].max,
                                   G_STRUCT_MEMBER_P (&self->health, durations[i].offset), error);
    }
    if (g_str_equal (place->key, "targets"))
        return parse_targets (place, value, &self->targets, error);
    if (g_str_equal (place->key, "loss-max"))
        return parse_number (place, value, 0, 99, &self->health.loss_max, error);
    if (g_str_equal (place->key, "http-status"))
        return parse_number (place, value, 100, 599, &self->http_status, error);
    if (g_str_equal (place->key, "http-body")) {
        g_free (self->http_body);
        self->http_body = g_strdup (value);
        return TRUE;
    }
    return refuse (place, value, _("unknown key; known are targets, interval, doubt-interval, dead-after, return-after, "
                                 "return-max, flap-window, standby-interval, metered-interval, loss-max, latency-max, "
                                 "http-status and http-body"), error);
}

static gboolean
merge_standby_key (LfConfig *self, const Place *place, const gchar *value, GError **error)
{
    if (g_str_equal (place->key, "linger"))
        return parse_duration (place, value, 0, 86400 * (gint64) G_USEC_PER_SEC, &self->standby_linger, error);
    if (!g_str_equal (place->key, "lte"))
        return refuse (place, value, _("unknown key; known are lte and linger"), error);
    if (!g_str_equal (value, "hot") && !g_str_equal (value, "cold"))
        return refuse (place, value, _("must be hot or cold"), error);
    self->standby_cold = g_str_equal (value, "cold");
    return TRUE;
}

/* "500M", "2G"; powers of ten, as operators count. */
static gboolean
parse_bytes (const Place *place, const gchar *value, guint64 *result, GError **error)
{
    static const gchar  suffixes[] = "kMGT";
    gsize               length = strlen (value);
    const gchar        *suffix = length ? strchr (suffixes, value[length - 1]) : NULL;
    g_autofree gchar   *digits = g_strndup (value, suffix ? length - 1 : length);
    guint64             number, unit = 1;

    for (; suffix && suffix >= suffixes; suffix--)
        unit *= 1000;
    if (!g_ascii_string_to_unsigned (digits, 10, 0, 1000000000000000 / unit, &number, NULL))
        return refuse (place, value, _("must be a number of bytes such as 500M or 2G, or 0"), error);
    *result = number * unit;
    return TRUE;
}

static gboolean
parse_policy (const Place *place, const gchar *value, LfBudgetPolicy *result, GError **error)
{
    static const gchar *const policies[] = {
        [LF_BUDGET_THEN_WARN] = "warn",
        [LF_BUDGET_THEN_ALLOWED] = "allowed",
        [LF_BUDGET_THEN_STOP] = "stop",
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (policies); i++) {
        if (g_str_equal (value, policies[i])) {
            *result = i;
            return TRUE;
        }
    }
    return refuse (place, value, _("must be warn, allowed or stop"), error);
}

/* "192.0.2.0/24", "2001:db8::1"; NULL if it is neither. Bits behind the prefix have to be 0. */
static LfNetwork *
network_new (const gchar *text)
{
    g_auto(GStrv)         parts = g_strsplit (text, "/", 2);
    g_autofree LfNetwork *self = g_new0 (LfNetwork, 1);
    guint64               prefix;
    guint                 bits, bit;

    if (!parts[0])
        return NULL;
    self->family = strchr (parts[0], ':') ? LF_IPV6 : LF_IPV4;
    bits = self->family == LF_IPV6 ? 128 : 32;
    prefix = bits;
    if (inet_pton (self->family == LF_IPV6 ? AF_INET6 : AF_INET, parts[0], self->bytes) != 1 ||
        (parts[1] && !g_ascii_string_to_unsigned (parts[1], 10, 1, bits, &prefix, NULL)))
        return NULL;
    self->prefix = prefix;
    for (bit = prefix; bit < bits; bit++) {
        if (self->bytes[bit / 8] & 0x80 >> bit % 8)
            return NULL;
    }
    return g_steal_pointer (&self);
}

static gboolean
parse_networks (const Place *place, const gchar *value, GPtrArray **result, GError **error)
{
    g_autoptr(GPtrArray) networks = g_ptr_array_new_with_free_func (g_free);
    g_auto(GStrv)        words = g_strsplit (value, ";", -1);
    guint                i;

    for (i = 0; words[i]; i++) {
        LfNetwork *network;

        if (!*g_strstrip (words[i]))
            continue;
        network = network_new (words[i]);
        if (!network || networks->len == MAX_NETWORKS) {
            g_free (network);
            return refuse (place, words[i], _("must be at most 64 addresses or networks such as 192.0.2.0/24 or "
                                            "2001:db8::/32, separated by semicolons"), error);
        }
        g_ptr_array_add (networks, network);
    }
    g_ptr_array_unref (*result);
    *result = g_steal_pointer (&networks);
    return TRUE;
}

static gboolean
merge_budget_key (LfConfig *self, const Place *place, const gchar *value, GError **error)
{
    if (g_str_equal (place->key, "monthly"))
        return parse_bytes (place, value, &self->budget, error);
    if (g_str_equal (place->key, "warn"))
        return parse_number (place, value, 1, 100, &self->budget_warn, error);
    if (g_str_equal (place->key, "day"))
        return parse_number (place, value, 1, 28, &self->budget_day, error);
    if (g_str_equal (place->key, "then"))
        return parse_policy (place, value, &self->budget_then, error);
    if (g_str_equal (place->key, "allow"))
        return parse_networks (place, value, &self->allow, error);
    return refuse (place, value, _("unknown key; known are monthly, warn, day, then and allow"), error);
}

static gboolean
merge_uplink_key (LfUplinkRule *rule, const Place *place, const gchar *value, GError **error)
{
    if (g_str_equal (place->key, "class")) {
        rule->has_class = TRUE;
        return parse_class (place, value, &rule->class, error);
    }
    if (g_str_equal (place->key, "use"))
        return parse_boolean (place, value, &rule->use, error);
    if (g_str_equal (place->key, "check"))
        return parse_boolean (place, value, &rule->check, error);
    return refuse (place, value, _("unknown key; known are class, use and check"), error);
}

/* The rule that a group [uplink NAME] fills in, or NULL if it is another group. */
static LfUplinkRule *
add_rule (LfConfig *self, const gchar *group)
{
    LfUplinkRule *rule;

    if (!g_str_has_prefix (group, GROUP_UPLINK) || !group[strlen (GROUP_UPLINK)])
        return NULL;
    rule = g_new0 (LfUplinkRule, 1);
    rule->name = g_pattern_spec_new (group + strlen (GROUP_UPLINK));
    rule->use = TRUE;
    rule->check = TRUE;
    g_ptr_array_add (self->rules, rule);
    return rule;
}

typedef gboolean (*MergeKey) (LfConfig *self, const Place *place, const gchar *value, GError **error);

static MergeKey
find_merge (const gchar *group)
{
    if (g_str_equal (group, GROUP_FAILOVER))
        return merge_failover_key;
    if (g_str_equal (group, GROUP_DNS))
        return merge_dns_key;
    if (g_str_equal (group, GROUP_CONNECTIONS))
        return merge_connections_key;
    if (g_str_equal (group, GROUP_MONITOR))
        return merge_monitor_key;
    if (g_str_equal (group, GROUP_STANDBY))
        return merge_standby_key;
    if (g_str_equal (group, GROUP_BUDGET))
        return merge_budget_key;
    return NULL;
}

static gboolean
merge_group (LfConfig *self, const gchar *file, GKeyFile *key_file, const gchar *group, GError **error)
{
    g_auto(GStrv)  keys = g_key_file_get_keys (key_file, group, NULL, NULL);
    LfUplinkRule  *rule = add_rule (self, group);
    MergeKey       merge = find_merge (group);
    guint          i;

    if (!rule && !merge) {
        g_set_error (error, LF_ERROR, LF_ERROR_CONFIG,
                     _("%s: [%s]: unknown group; known are [failover], [uplink NAME], [monitor], [dns], "
                     "[connections], [standby] and [budget]; "
                     "nothing of this file is used"), file, group);
        return FALSE;
    }
    for (i = 0; keys && keys[i]; i++) {
        g_autofree gchar *value = g_key_file_get_value (key_file, group, keys[i], NULL);
        Place             place = { file, group, keys[i] };

        g_strchomp (value);
        if (!(rule ? merge_uplink_key (rule, &place, value, error) : merge (self, &place, value, error)))
            return FALSE;
    }
    return TRUE;
}

static LfConfig *
copy (const LfConfig *self)
{
    LfConfig *other = lf_config_new ();
    guint     i;

    g_strfreev (other->order);
    other->order = g_strdupv (self->order);
    other->linkdown = self->linkdown;
    other->metric_min = self->metric_min;
    g_ptr_array_unref (other->targets);
    other->targets = g_ptr_array_ref (self->targets);
    other->health = self->health;
    other->http_status = self->http_status;
    g_free (other->http_body);
    other->http_body = g_strdup (self->http_body);
    other->dns_follow = self->dns_follow;
    other->reset = self->reset;
    other->drain = self->drain;
    other->drain_time = self->drain_time;
    other->conntrack = self->conntrack;
    other->mptcp = self->mptcp;
    other->standby_cold = self->standby_cold;
    other->standby_linger = self->standby_linger;
    other->budget = self->budget;
    other->budget_warn = self->budget_warn;
    other->budget_day = self->budget_day;
    other->budget_then = self->budget_then;
    g_ptr_array_unref (other->allow);
    other->allow = g_ptr_array_ref (self->allow);
    for (i = 0; i < self->rules->len; i++) {
        const LfUplinkRule *rule = self->rules->pdata[i];
        LfUplinkRule       *duplicate = g_memdup2 (rule, sizeof *rule);

        duplicate->name = g_pattern_spec_copy (rule->name);
        g_ptr_array_add (other->rules, duplicate);
    }
    return other;
}

static void
swap (LfConfig *self, LfConfig *other)
{
    LfConfig kept = *self;

    *self = *other;
    *other = kept;
}

gboolean
lf_config_merge (LfConfig *self, const gchar *file, const gchar *data, gsize length, GError **error)
{
    g_autoptr(GKeyFile) key_file = g_key_file_new ();
    g_autoptr(LfConfig) merged = copy (self);
    g_autoptr(GError)   syntax = NULL;
    g_auto(GStrv)       groups = NULL;
    guint               i;

    if (!g_utf8_validate (data, length, NULL) ||
        !g_key_file_load_from_data (key_file, data, length, G_KEY_FILE_NONE, &syntax)) {
        g_set_error (error, LF_ERROR, LF_ERROR_CONFIG, _("%s: not a key file: %s; nothing of this file is used"),
                     file, syntax ? syntax->message : _("it is not UTF-8 text"));
        return FALSE;
    }
    groups = g_key_file_get_groups (key_file, NULL);
    for (i = 0; groups[i]; i++) {
        if (!merge_group (merged, file, key_file, groups[i], error))
            return FALSE;
    }
    swap (self, merged);
    return TRUE;
}

/* Neither a device nor a pipe: they may never end, or never begin. */
static gboolean
read_small_file (const gchar *file, gchar **data, gsize *length, GError **error)
{
    GStatBuf status;

    if (g_stat (file, &status) == 0 && (!S_ISREG (status.st_mode) || status.st_size > MAX_FILE_SIZE)) {
        g_set_error (error, LF_ERROR, LF_ERROR_CONFIG, _("%s: not a file of at most %d bytes; it is not used"), file,
                     MAX_FILE_SIZE);
        return FALSE;
    }
    return g_file_get_contents (file, data, length, error);
}

gboolean
lf_config_merge_file (LfConfig *self, const gchar *file, GError **error)
{
    g_autofree gchar *data = NULL;
    gsize             length = 0;

    return read_small_file (file, &data, &length, error) && lf_config_merge (self, file, data, length, error);
}

/* NULL if there is nothing to say. Owned by the caller. */
static gchar *
merge_if_there (LfConfig *self, const gchar *file)
{
    g_autoptr(GError) error = NULL;

    if (g_access (file, F_OK) < 0 || lf_config_merge_file (self, file, &error))
        return NULL;
    return lf_text_printable (error->message);
}

/* Written by us, so that it has to be as we write files. */
static gboolean
merge_kept (LfConfig *self, const gchar *file)
{
    g_autofree gchar *data = NULL;
    gsize             length;

    return lf_file_read (file, &data, &length, NULL) && lf_config_merge (self, file, data, length, NULL);
}

LfConfig *
lf_config_load (const gchar *vendor_file, const gchar *admin_file, const gchar *kept_file, GPtrArray *problems)
{
    LfConfig          *self = lf_config_new ();
    gchar             *vendor = merge_if_there (self, vendor_file);
    g_autofree gchar  *admin = merge_if_there (self, admin_file);

    if (vendor)
        g_ptr_array_add (problems, vendor);
    if (!admin)
        return self;
    if (merge_kept (self, kept_file))
        g_ptr_array_add (problems, g_strdup_printf (_("%s; what it said before stays in force"), admin));
    else
        g_ptr_array_add (problems, g_steal_pointer (&admin));
    return self;
}

gboolean
lf_config_keep (const gchar *admin_file, const gchar *kept_file, GError **error)
{
    g_autofree gchar *now = NULL, *kept = NULL;
    gsize             n_now = 0, n_kept = 0;
    GStatBuf          status;

    if (g_stat (admin_file, &status) < 0) {
        g_unlink (kept_file);
        return TRUE;
    }
    if (!read_small_file (admin_file, &now, &n_now, NULL) ||
        (lf_file_read (kept_file, &kept, &n_kept, NULL) && n_now == n_kept && memcmp (now, kept, n_now) == 0))
        return TRUE;
    return lf_file_replace (kept_file, now, n_now, status.st_mode & 0755, error);
}

void
lf_config_apply_classes (const LfConfig *self, LfSnapshot *snapshot)
{
    guint i, j;

    for (i = 0; i < snapshot->links->len; i++) {
        LfLink *link = &g_array_index (snapshot->links, LfLink, i);

        for (j = 0; j < self->rules->len; j++) {
            const LfUplinkRule *rule = self->rules->pdata[j];

            if (rule->has_class && g_pattern_spec_match_string (rule->name, link->name))
                link->class = rule->class;
        }
    }
}

gboolean
lf_config_checks (const LfConfig *self, const LfLink *link)
{
    gboolean check = TRUE;
    guint    i;

    for (i = 0; i < self->rules->len; i++) {
        const LfUplinkRule *rule = self->rules->pdata[i];

        if (g_pattern_spec_match_string (rule->name, link->name))
            check = rule->check;
    }
    return check;
}

gboolean
lf_config_uses (const LfConfig *self, const LfLink *link)
{
    gboolean use = TRUE;
    guint    i;

    for (i = 0; i < self->rules->len; i++) {
        const LfUplinkRule *rule = self->rules->pdata[i];

        if (g_pattern_spec_match_string (rule->name, link->name))
            use = rule->use;
    }
    return use;
}

gint
lf_config_rank (const LfConfig *self, const LfLink *link)
{
    guint i;

    if (!lf_config_uses (self, link) || link->spent)
        return -1;
    for (i = 0; self->order[i]; i++) {
        LfClass class;

        if (lf_class_from_string (self->order[i], &class) ? link->class == class
                                                          : g_pattern_match_simple (self->order[i], link->name))
            return i;
    }
    return -1;
}
