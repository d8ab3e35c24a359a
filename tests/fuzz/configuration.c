/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration as an administrator may leave it. One that is refused must leave what was before as it was. */

#include "fuzz.h"

#include "lf-config.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    g_autoptr (LfConfig) config = lf_config_new ();
    g_autoptr (GError) error = NULL;

    if (!lf_config_merge (config, "fuzz.conf", (const char *) data, size, &error))
        g_assert (error && error->message && *error->message);
    return 0;
}
