/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small texts: targets of probes, sizes, names of modes, the list of packet sockets in /proc, firmware profiles. */

#include "fuzz.h"

#include "ec25-link-holder.h"
#include "lf-target.h"
#include "profile.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    g_autofree char *text = fuzz_text (data, size);
    const char *texts[] = { text, NULL }, *names[] = { "fuzz", NULL };
    g_autoptr (LfTarget) target = lf_target_new (text);
    g_autoptr (GArray) sockets = ec25_packet_sockets_parse (text, 3);
    g_autoptr (GError) error = NULL;
    g_autoptr (Profile) profile = profile_parse (texts, names, NULL, &error);

    return 0;
}
