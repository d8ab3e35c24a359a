/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What comes back from the internet to the monitor's questions: echoes, names, pages. */

#include "fuzz.h"

#include "lm-packet.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static const guint8 cookie[LM_COOKIE_SIZE] = { 1, 2, 3 };
    guint8 query[LM_QUERY_MAX];
    gsize length = lm_packet_make_query (0x1234, "example.org", query);
    guint16 sequence;

    lm_packet_is_echo_reply (LF_IPV4, data, size, 0x1234, cookie, &sequence);
    lm_packet_is_echo_reply (LF_IPV6, data, size, 0x1234, cookie, &sequence);
    lm_packet_is_answer (data, size, query, length);
    lm_packet_judge_page ((const char *) data, size, TRUE, 200, "online");
    lm_packet_judge_page ((const char *) data, size, FALSE, 200, "");
    return 0;
}
