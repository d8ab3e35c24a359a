/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What probes say, and whether what comes back is the answer. Pure. */

#pragma once

#include "lf-snapshot.h"

#define LM_ECHO_SIZE 16
#define LM_COOKIE_SIZE 8
#define LM_QUERY_MAX 280

/* An ICMP or ICMPv6 echo request (RFC 792, RFC 4443). The kernel fills in the checksum of ICMPv6. */
void lm_packet_make_echo (LfFamily family, guint16 id, guint16 sequence, const guint8 cookie[LM_COOKIE_SIZE],
                          guint8 packet[LM_ECHO_SIZE]);

/* TRUE if @data, as a raw socket delivers it (IPv4 with its header), answers such a request; which, in @sequence. */
gboolean lm_packet_is_echo_reply (LfFamily family, const guint8 *data, gsize length, guint16 id,
                                  const guint8 cookie[LM_COOKIE_SIZE], guint16 *sequence);

/* A DNS query (RFC 1035) for the address of @name, or for the start of authority of the root if it is empty. */
gsize lm_packet_make_query (guint16 id, const gchar *name, guint8 query[LM_QUERY_MAX]);

/*
 * TRUE if @data is a server's answer to @query. That there is no such name is an answer; that the server failed
 * or refuses is none: so says the one of a dead line, too. Asked for the root's start of authority it has to come with
 * one: a captive portal answers everything, with its own address or with nothing.
 */
gboolean lm_packet_is_answer (const guint8 *data, gsize length, const guint8 *query, gsize query_length);

typedef enum {
    LM_PAGE_INCOMPLETE, /* the rest has not come yet */
    LM_PAGE_EXPECTED,
    LM_PAGE_OTHER,
} LmPage;

/* Whether a page has the expected status, and begins with @body. @complete: nothing more will come. */
LmPage lm_packet_judge_page (const gchar *data, gsize length, gboolean complete, guint status, const gchar *body);
