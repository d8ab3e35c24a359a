/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The dispatcher's entry, called with arguments and, behind an empty line, an environment that nobody promised. The
 * program is the real one; instead of a pass, which looks at none of this, there is a counter. */

#include "fuzz.h"

#include <string.h>
#include <unistd.h>

#define main lte_failover_dispatcher
int lte_failover_dispatcher (int argc, char **argv);
#include "dispatcher.c"
#undef main

static guint passes;

gboolean
lf_pass_apply (GError **error)
{
    passes++;
    return TRUE;
}

static gboolean
looks_like_an_action (const char *text)
{
    return strspn (text, "abcdefghijklmnopqrstuvwxyz-46") == strlen (text);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    g_autofree char *text = fuzz_text (data, size);
    g_auto (GStrv) parts = g_strsplit (text, "\n\n", 2);
    g_auto (GStrv) argv = g_strsplit (parts[0] ? parts[0] : "", "\n", -1);
    g_auto (GStrv) variables = g_strsplit (parts[0] && parts[1] ? parts[1] : "", "\n", -1);
    char **ours = environ;
    int argc = g_strv_length (argv);
    const char *action;

    environ = variables;
    passes = 0;
    lte_failover_dispatcher (argc, argv);
    action = argc > 2 ? argv[2] : getenv ("NM_DISPATCHER_ACTION");
    environ = ours;
    g_assert_true (passes == 0 || (passes == 1 && action && looks_like_an_action (action)));
    return 0;
}
