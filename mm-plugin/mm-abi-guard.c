/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Refuses to run in a ModemManager whose structures have another layout. */

#include "mm-compat.h"

#include "mm-abi-guard.h"
#include "mm-bearer-qmi.h"
#include "mm-broadband-bearer.h"
#include "mm-broadband-modem-mbim.h"
#include "mm-broadband-modem-qmi.h"
#include "mm-log.h"
#include "mm-plugin.h"

typedef struct {
    GType (*get_type) (void);
    gsize class_size;
    gsize instance_size;
} Parent;

#define PARENT(get_type, Type) { get_type, sizeof (Type##Class), sizeof (Type) }

static const Parent parents[] = {
    PARENT (mm_plugin_get_type,               MMPlugin),
    PARENT (mm_base_modem_get_type,           MMBaseModem),
    PARENT (mm_broadband_modem_get_type,      MMBroadbandModem),
    PARENT (mm_broadband_modem_qmi_get_type,  MMBroadbandModemQmi),
    PARENT (mm_broadband_modem_mbim_get_type, MMBroadbandModemMbim),
    PARENT (mm_base_bearer_get_type,          MMBaseBearer),
    PARENT (mm_bearer_qmi_get_type,           MMBearerQmi),
    PARENT (mm_broadband_bearer_get_type,     MMBroadbandBearer),
};

/* The daemon exports no symbol that tells its version, but its program does tell it. */
static gchar *
running_version (void)
{
    const gchar      *argv[] = { "/proc/self/exe", "--version", NULL };
    g_autofree gchar *output = NULL;
    g_auto(GStrv)     words = NULL;

    if (!g_spawn_sync (NULL, (gchar **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                       &output, NULL, NULL, NULL))
        return g_strdup ("unknown");
    words = g_strsplit_set (output, " \n", 3);
    if (g_strv_length (words) < 2 || !g_str_equal (words[0], "ModemManager"))
        return g_strdup ("unknown");
    return g_strdup (words[1]);
}

#define REFUSAL "plugin quectel-ec25 refuses to load: "
#define REMEDY  "; install a plugin that was built for exactly this ModemManager, " \
                "until then ModemManager's own plugin drives the modem"

static void
report_mismatch (const gchar      *running,
                 const Parent     *parent,
                 const GTypeQuery *actual)
{
    mm_obj_err (NULL,
                REFUSAL "this ModemManager (%s) has %s with a class of %u and an instance of %u bytes, the plugin "
                "(built for ModemManager %s) has %" G_GSIZE_FORMAT " and %" G_GSIZE_FORMAT REMEDY,
                running, actual->type_name, actual->class_size, actual->instance_size,
                BUILT_FOR_MODEMMANAGER, parent->class_size, parent->instance_size);
}

/* Sizes do not tell of interfaces and arguments, which change between versions as well. */
static gboolean
version_fits (const gchar *running)
{
    if (g_str_equal (running, BUILT_FOR_MODEMMANAGER) || g_str_equal (running, "unknown"))
        return TRUE;
    mm_obj_err (NULL, REFUSAL "this is ModemManager %s, the plugin was built for %s" REMEDY, running,
                BUILT_FOR_MODEMMANAGER);
    return FALSE;
}

gboolean
mm_abi_guard_check (void)
{
    g_autofree gchar *running = running_version ();
    guint             i;

    for (i = 0; i < G_N_ELEMENTS (parents); i++) {
        GTypeQuery actual = { 0 };

        g_type_query (parents[i].get_type (), &actual);
        if (actual.class_size != parents[i].class_size || actual.instance_size != parents[i].instance_size) {
            report_mismatch (running, &parents[i], &actual);
            return FALSE;
        }
    }
    return version_fits (running);
}
