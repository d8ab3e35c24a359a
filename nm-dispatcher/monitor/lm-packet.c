/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lm-packet.h"

#include <string.h>

#define ICMP_ECHO_REPLY      0
#define ICMP_ECHO_REQUEST    8
#define ICMPV6_ECHO_REQUEST  128
#define ICMPV6_ECHO_REPLY    129

#define DNS_HEADER_SIZE 12
#define DNS_RECORD_SIZE 10 /* without name and data */
#define DNS_POINTER     0xc000
#define ROOT_QUERY_SIZE (DNS_HEADER_SIZE + 5)
#define DNS_TYPE_A      1
#define DNS_TYPE_SOA    6
#define DNS_CLASS_IN    1
#define DNS_NO_ERROR    0
#define DNS_NO_NAME     3

static void
put_u16 (guint8 *at, guint16 value)
{
    at[0] = value >> 8;
    at[1] = value & 0xff;
}

static guint16
get_u16 (const guint8 *at)
{
    return at[0] << 8 | at[1];
}

/* RFC 1071. */
static guint16
checksum (const guint8 *data, gsize length)
{
    guint32 sum = 0;
    gsize   i;

    for (i = 0; i + 1 < length; i += 2)
        sum += get_u16 (data + i);
    sum = (sum & 0xffff) + (sum >> 16);
    return ~(sum + (sum >> 16));
}

void
lm_packet_make_echo (LfFamily family, guint16 id, guint16 sequence, const guint8 cookie[LM_COOKIE_SIZE],
                     guint8 packet[LM_ECHO_SIZE])
{
    memset (packet, 0, LM_ECHO_SIZE);
    packet[0] = family == LF_IPV4 ? ICMP_ECHO_REQUEST : ICMPV6_ECHO_REQUEST;
    put_u16 (packet + 4, id);
    put_u16 (packet + 6, sequence);
    memcpy (packet + 8, cookie, LM_COOKIE_SIZE);
    if (family == LF_IPV4)
        put_u16 (packet + 2, checksum (packet, LM_ECHO_SIZE));
}

gboolean
lm_packet_is_echo_reply (LfFamily family, const guint8 *data, gsize length, guint16 id,
                         const guint8 cookie[LM_COOKIE_SIZE], guint16 *sequence)
{
    gsize header = family == LF_IPV4 && length > 0 ? (data[0] & 0xf) * 4 : 0;

    if (length < header + LM_ECHO_SIZE)
        return FALSE;
    data += header;
    if (data[0] != (family == LF_IPV4 ? ICMP_ECHO_REPLY : ICMPV6_ECHO_REPLY) || get_u16 (data + 4) != id ||
        memcmp (data + 8, cookie, LM_COOKIE_SIZE) != 0)
        return FALSE;
    *sequence = get_u16 (data + 6);
    return TRUE;
}

gsize
lm_packet_make_query (guint16 id, const gchar *name, guint8 query[LM_QUERY_MAX])
{
    g_auto(GStrv) labels = g_strsplit (name, ".", -1);
    gsize         length = DNS_HEADER_SIZE;
    guint         i;

    memset (query, 0, LM_QUERY_MAX);
    put_u16 (query, id);
    query[2] = 1; /* recursion desired */
    put_u16 (query + 4, 1);
    for (i = 0; labels[i] && *labels[i]; i++) {
        gsize size = strlen (labels[i]);

        if (length + size + 6 > LM_QUERY_MAX)
            return 0;
        query[length++] = size;
        memcpy (query + length, labels[i], size);
        length += size;
    }
    query[length++] = 0;
    put_u16 (query + length, *name ? DNS_TYPE_A : DNS_TYPE_SOA);
    put_u16 (query + length + 2, DNS_CLASS_IN);
    return length + 4;
}

/* The root has a start of authority, and only a server that knows the internet knows it: RFC 1035, 4.1.3. */
static gboolean
begins_with_authority (const guint8 *data, gsize length, gsize at)
{
    /* The root's name is a zero, or a pointer to the question's. */
    gsize name = length > at && data[at] == 0 ? 1 : 2;

    return get_u16 (data + 6) > 0 && length >= at + name + DNS_RECORD_SIZE &&
           (name == 1 || get_u16 (data + at) == (DNS_POINTER | DNS_HEADER_SIZE)) &&
           get_u16 (data + at + name) == DNS_TYPE_SOA && get_u16 (data + at + name + 2) == DNS_CLASS_IN;
}

gboolean
lm_packet_is_answer (const guint8 *data, gsize length, const guint8 *query, gsize query_length)
{
    guint8 code;

    if (length < query_length || query_length < DNS_HEADER_SIZE || memcmp (data, query, 2) != 0)
        return FALSE;
    if (!(data[2] & 0x80) || get_u16 (data + 4) != 1 ||
        memcmp (data + DNS_HEADER_SIZE, query + DNS_HEADER_SIZE, query_length - DNS_HEADER_SIZE) != 0)
        return FALSE;
    code = data[3] & 0xf;
    if (query_length == ROOT_QUERY_SIZE)
        return code == DNS_NO_ERROR && begins_with_authority (data, length, query_length);
    return code == DNS_NO_ERROR || code == DNS_NO_NAME;
}

LmPage
lm_packet_judge_page (const gchar *data, gsize length, gboolean complete, guint status, const gchar *body)
{
    g_autofree gchar *text = g_strndup (data, length);
    g_autofree gchar *expected = g_strdup_printf ("%u", status);
    const gchar      *begin;

    /* "HTTP/1.x NNN": RFC 9112, 4. */
    if (strlen (text) < 12)
        return complete ? LM_PAGE_OTHER : LM_PAGE_INCOMPLETE;
    if (!g_str_has_prefix (text, "HTTP/1.") || text[8] != ' ' || strncmp (text + 9, expected, 3) != 0)
        return LM_PAGE_OTHER;
    if (!*body)
        return LM_PAGE_EXPECTED;
    begin = strstr (text, "\r\n\r\n");
    if (!begin || strlen (begin + 4) < strlen (body))
        return complete ? LM_PAGE_OTHER : LM_PAGE_INCOMPLETE;
    return g_str_has_prefix (begin + 4, body) ? LM_PAGE_EXPECTED : LM_PAGE_OTHER;
}
