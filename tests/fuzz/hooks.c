/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the administrator's scripts are made from: names of files, and the arguments of a signal on the bus, whose type
 * is the first line. */

#include "fuzz.h"

#include "lh-scripts.h"
#include "lm-switch.h"

#include <string.h>

#define SIGNAL_TYPE "(ssssuut)"
#define N_VARIABLES 9

static GVariant *
read_arguments (const uint8_t *data, size_t size)
{
    const uint8_t *line_end = size ? memchr (data, '\n', size) : NULL;
    size_t length = line_end ? (size_t) (line_end - data) : 0;
    g_autofree char *type = fuzz_text (data, length);
    g_autoptr (GBytes) bytes = NULL;

    if (!line_end || !g_variant_type_string_is_valid (type) || !g_variant_type_is_definite ((GVariantType *) type))
        return NULL;
    bytes = g_bytes_new (line_end + 1, size - length - 1);
    return g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (type), bytes, FALSE));
}

static void
tell_scripts (GVariant *arguments)
{
    g_auto (GStrv) environment = lh_scripts_environment (arguments);

    g_assert_true (!environment == !g_variant_is_of_type (arguments, G_VARIANT_TYPE (SIGNAL_TYPE)));
    g_assert_true (!environment || g_strv_length (environment) == N_VARIABLES);
    for (guint i = 0; environment && environment[i]; i++)
        g_assert_true (g_str_has_prefix (environment[i], "LTE_FAILOVER_") || i < 2);
}

static void
tell_user (GVariant *arguments)
{
    g_autoptr (LmSwitch) change = lm_switch_from_variant (arguments);
    g_autofree char *words = change ? lm_switch_to_string (change) : NULL;

    g_assert_true (!change || g_utf8_validate (words, -1, NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    g_autofree char *name = fuzz_text (data, size);
    g_autoptr (GVariant) arguments = read_arguments (data, size);

    lh_scripts_is_name (name);
    if (arguments) {
        tell_scripts (arguments);
        tell_user (arguments);
    }
    return 0;
}
