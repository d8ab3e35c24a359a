/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lm-packet.h"

#include <string.h>

static const guint8 cookie[LM_COOKIE_SIZE] = { 1, 2, 3, 4, 5, 6, 7, 8 };

/* What comes back for an echo request, as a raw socket delivers it. */
static gsize
make_reply (LfFamily family, guint8 reply[64])
{
    gsize header = family == LF_IPV4 ? 20 : 0;

    memset (reply, 0, 64);
    reply[0] = 0x45;
    lm_packet_make_echo (family, 0xabcd, 513, cookie, reply + header);
    reply[header] = family == LF_IPV4 ? 0 : 129;
    return header + LM_ECHO_SIZE;
}

static void
test_echo (void)
{
    guint8  reply[64];
    guint16 sequence = 0;
    guint   family;
    gsize   length, cut;

    for (family = 0; family < LF_N_FAMILIES; family++) {
        length = make_reply (family, reply);
        g_assert_true (lm_packet_is_echo_reply (family, reply, length, 0xabcd, cookie, &sequence));
        g_assert_cmpuint (sequence, ==, 513);
        g_assert_false (lm_packet_is_echo_reply (family, reply, length, 0xabce, cookie, &sequence));
        for (cut = 0; cut < length; cut++)
            g_assert_false (lm_packet_is_echo_reply (family, reply, cut, 0xabcd, cookie, &sequence));
        reply[length - 1]++;
        g_assert_false (lm_packet_is_echo_reply (family, reply, length, 0xabcd, cookie, &sequence));
    }
    /* A header that says it is longer than the packet. */
    length = make_reply (LF_IPV4, reply);
    reply[0] = 0x4f;
    g_assert_false (lm_packet_is_echo_reply (LF_IPV4, reply, length, 0xabcd, cookie, &sequence));
}

/* RFC 1071: the sum over everything, checksum included, is all ones. */
static void
test_checksum (void)
{
    guint8  packet[LM_ECHO_SIZE];
    guint32 sum = 0;
    guint   i;

    lm_packet_make_echo (LF_IPV4, 0xffff, 0xfffe, cookie, packet);
    for (i = 0; i < sizeof packet; i += 2)
        sum += packet[i] << 8 | packet[i + 1];
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    g_assert_cmpuint (sum, ==, 0xffff);
}

static void
test_query (void)
{
    static const guint8 expected[] = { 0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 2, 'b', 'c', 0, 0, 1, 0, 1 };
    static const guint8 root[] = { 0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 1 };
    g_autofree gchar   *huge = g_strnfill (300, 'a');
    guint8              query[LM_QUERY_MAX];
    gsize               length = lm_packet_make_query (0x1234, "a.bc", query);

    g_assert_cmpmem (query, length, expected, sizeof expected);
    length = lm_packet_make_query (0x1234, "", query);
    g_assert_cmpmem (query, length, root, sizeof root);
    g_assert_cmpuint (lm_packet_make_query (1, huge, query), ==, 0);
}

static void
test_answer (void)
{
    static const struct {
        guint8   code;
        gboolean answer;
    } codes[] = { { 0, TRUE }, { 3, TRUE }, { 2, FALSE }, { 5, FALSE } };
    guint8 query[LM_QUERY_MAX], data[LM_QUERY_MAX + 4] = { 0 };
    gsize  length = lm_packet_make_query (7, "example.com", query), cut;
    guint  i;

    memcpy (data, query, length);
    g_assert_false (lm_packet_is_answer (data, length, query, length)); /* our own words */
    data[2] |= 0x80;
    for (i = 0; i < G_N_ELEMENTS (codes); i++) {
        data[3] = 0x80 | codes[i].code;
        g_assert_cmpint (lm_packet_is_answer (data, length + 4, query, length), ==, codes[i].answer);
    }
    data[3] = 0;
    for (cut = 0; cut < length; cut++)
        g_assert_false (lm_packet_is_answer (data, cut, query, length));
    data[1]++;
    g_assert_false (lm_packet_is_answer (data, length, query, length));
    data[1]--;
    data[14]++;
    g_assert_false (lm_packet_is_answer (data, length, query, length));
}

static void
test_answer_for_the_root (void)
{
    static const struct {
        const gchar *what;
        guint8       code, count;
        guint8       record[16];
        gsize        length;
        gboolean     answer;
    } cases[] = {
        { "the root, in full", 0, 1, { 0, 0, 6, 0, 1, 0, 0, 0, 9, 0, 2, 'x', 'y' }, 13, TRUE },
        { "the root, by a pointer", 0, 1, { 0xc0, 12, 0, 6, 0, 1, 0, 0, 0, 9, 0, 0 }, 12, TRUE },
        { "a pointer to elsewhere", 0, 1, { 0xc0, 13, 0, 6, 0, 1, 0, 0, 0, 9, 0, 0 }, 12, FALSE },
        { "an address of its own", 0, 1, { 0, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 10, 0, 0, 1 }, 15, FALSE },
        { "of another class", 0, 1, { 0, 0, 6, 0, 3, 0, 0, 0, 9, 0, 0 }, 11, FALSE },
        { "nothing", 0, 0, { 0 }, 0, FALSE },
        { "nothing, with something behind it", 0, 0, { 0, 0, 6, 0, 1, 0, 0, 0, 9, 0, 0 }, 11, FALSE },
        { "no such name", 3, 1, { 0, 0, 6, 0, 1, 0, 0, 0, 9, 0, 0 }, 11, FALSE },
    };
    guint8 query[LM_QUERY_MAX], data[LM_QUERY_MAX];
    gsize  length = lm_packet_make_query (7, "", query), cut;
    guint  i;

    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        memcpy (data, query, length);
        data[2] |= 0x80;
        data[3] = 0x80 | cases[i].code;
        data[7] = cases[i].count;
        memcpy (data + length, cases[i].record, cases[i].length);
        g_test_message ("%s", cases[i].what);
        g_assert_cmpint (lm_packet_is_answer (data, length + cases[i].length, query, length), ==, cases[i].answer);
        for (cut = 0; cut < length + MIN (cases[i].length, 11); cut++)
            g_assert_false (lm_packet_is_answer (data, cut, query, length));
    }
}

static const struct {
    const gchar *data;
    gboolean     complete;
    guint        status;
    const gchar *body;
    LmPage       page;
} pages[] = {
    { "", FALSE, 200, "", LM_PAGE_INCOMPLETE },
    { "", TRUE, 200, "", LM_PAGE_OTHER },
    { "HTTP/1.1 2", FALSE, 200, "", LM_PAGE_INCOMPLETE },
    { "HTTP/1.1 200 OK\r\n", FALSE, 200, "", LM_PAGE_EXPECTED },
    { "HTTP/1.1 204 No Content\r\n\r\n", TRUE, 204, "", LM_PAGE_EXPECTED },
    { "HTTP/1.1 302 Found\r\nLocation: http://portal/\r\n\r\n", TRUE, 200, "", LM_PAGE_OTHER },
    { "HTTP/1.1 200 OK\r\nX: y\r\n\r\nNetworkManager is online", FALSE, 200, "NetworkManager", LM_PAGE_EXPECTED },
    { "HTTP/1.1 200 OK\r\nX: y\r\n\r\nNetwork", FALSE, 200, "NetworkManager", LM_PAGE_INCOMPLETE },
    { "HTTP/1.1 200 OK\r\nX: y\r\n\r\nNetwork", TRUE, 200, "NetworkManager", LM_PAGE_OTHER },
    { "HTTP/1.1 200 OK\r\n\r\n<html>Welcome to our hotel", FALSE, 200, "NetworkManager", LM_PAGE_OTHER },
    { "SSH-2.0-OpenSSH_9.2\r\n", FALSE, 200, "", LM_PAGE_OTHER },
    { "\xff\xfe\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0d", TRUE, 200, "", LM_PAGE_OTHER },
};

static void
test_page (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (pages); i++)
        g_assert_cmpint (lm_packet_judge_page (pages[i].data, strlen (pages[i].data), pages[i].complete,
                                               pages[i].status, pages[i].body), ==, pages[i].page);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/packet/echo", test_echo);
    g_test_add_func ("/packet/checksum", test_checksum);
    g_test_add_func ("/packet/query", test_query);
    g_test_add_func ("/packet/answer", test_answer);
    g_test_add_func ("/packet/answer for the root", test_answer_for_the_root);
    g_test_add_func ("/packet/page", test_page);
    return g_test_run ();
}
