/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lm-prober.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/tcp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lm-packet.h"

/* What has not been answered by then never will, or it does not matter any more. */
#define GIVE_UP (5 * G_USEC_PER_SEC)
#define MAX_PAGE 2048

/* A probe under way that has a socket of its own. */
typedef struct {
    LfTarget *target; /* a copy of what it needs, because the configuration may change meanwhile */
    gint64    sent;
    int       fd;
    guint8    query[LM_QUERY_MAX];
    gsize     query_length;
    gboolean  requested; /* the page */
    gchar     page[MAX_PAGE];
    gsize     page_length;
} Exchange;

struct _LmProber {
    gchar      name[IFNAMSIZ];
    LfFamily   family;
    int        icmp;
    guint16    id;
    guint16    sequence;
    guint8     cookie[LM_COOKIE_SIZE];
    gint64     echo_sent[16]; /* by the lowest bits of the sequence number; CLOCK_REALTIME, as the kernel's stamps */
    guint8     echo_target[16][16];
    GPtrArray *exchanges;     /* of Exchange */
    gchar     *preferred;     /* text of the target that answered last */
    gboolean   complained;
};

static const int   socket_families[] = { [LF_IPV4] = AF_INET, [LF_IPV6] = AF_INET6 };
static const gsize address_sizes[] = { [LF_IPV4] = 4, [LF_IPV6] = 16 };

static gint64
real_time (void)
{
    return g_get_real_time ();
}

static void
exchange_free (gpointer data)
{
    Exchange *self = data;

    if (self->fd >= 0)
        close (self->fd);
    lf_target_free (self->target);
    g_free (self);
}

static void
draw_identity (LmProber *self)
{
    guint i;

    self->id = g_random_int ();
    self->sequence = g_random_int ();
    for (i = 0; i < LM_COOKIE_SIZE; i++)
        self->cookie[i] = g_random_int ();
}

LmProber *
lm_prober_new (const gchar *name, LfFamily family)
{
    LmProber *self = g_new0 (LmProber, 1);

    g_strlcpy (self->name, name, sizeof self->name);
    self->family = family;
    self->icmp = -1;
    draw_identity (self);
    self->exchanges = g_ptr_array_new_with_free_func (exchange_free);
    return self;
}

static void
close_icmp (LmProber *self)
{
    if (self->icmp >= 0)
        close (self->icmp);
    self->icmp = -1;
}

void
lm_prober_renew (LmProber *self)
{
    /* Its filter knows the old one. */
    close_icmp (self);
    draw_identity (self);
}

void
lm_prober_free (LmProber *self)
{
    close_icmp (self);
    g_ptr_array_unref (self->exchanges);
    g_free (self->preferred);
    g_free (self);
}

/*****************************************************************************/
/* Sockets */

static socklen_t
fill_address (const LfTarget *target, struct sockaddr_storage *address)
{
    struct sockaddr_in  *v4 = (struct sockaddr_in *) address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *) address;

    memset (address, 0, sizeof *address);
    if (target->family == LF_IPV4) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons (target->port);
        memcpy (&v4->sin_addr, target->address, 4);
        return sizeof *v4;
    }
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons (target->port);
    memcpy (&v6->sin6_addr, target->address, 16);
    return sizeof *v6;
}

/* Bound to the device before anything else: no packet of it may take another way. -1 with errno. */
static int
open_bound (const LmProber *self, int type, int protocol)
{
    int fd = socket (socket_families[self->family], type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);

    if (fd >= 0 && setsockopt (fd, SOL_SOCKET, SO_BINDTODEVICE, self->name, strlen (self->name)) == 0)
        return fd;
    if (fd >= 0) {
        int number = errno;

        close (fd);
        errno = number;
    }
    return -1;
}

/* Other programs' echoes shall neither wake nor crowd us: only replies with our identifier pass. */
static void
filter_echoes (const LmProber *self, int fd)
{
    struct sock_filter v4[] = {
        BPF_STMT (BPF_LDX | BPF_B | BPF_MSH, 0),
        BPF_STMT (BPF_LD | BPF_H | BPF_IND, 4),
        BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, self->id, 0, 1),
        BPF_STMT (BPF_RET | BPF_K, 0xffff),
        BPF_STMT (BPF_RET | BPF_K, 0),
    };
    struct sock_filter v6[] = {
        BPF_STMT (BPF_LD | BPF_H | BPF_ABS, 4),
        BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, self->id, 0, 1),
        BPF_STMT (BPF_RET | BPF_K, 0xffff),
        BPF_STMT (BPF_RET | BPF_K, 0),
    };
    struct sock_fprog programs[] = {
        [LF_IPV4] = { G_N_ELEMENTS (v4), v4 },
        [LF_IPV6] = { G_N_ELEMENTS (v6), v6 },
    };
    struct icmp6_filter types;
    struct icmp_filter  type = { ~(1u << ICMP_ECHOREPLY) };

    setsockopt (fd, SOL_SOCKET, SO_ATTACH_FILTER, &programs[self->family], sizeof programs[0]);
    if (self->family == LF_IPV4) {
        setsockopt (fd, SOL_RAW, ICMP_FILTER, &type, sizeof type);
        return;
    }
    ICMP6_FILTER_SETBLOCKALL (&types);
    ICMP6_FILTER_SETPASS (ICMP6_ECHO_REPLY, &types);
    setsockopt (fd, IPPROTO_ICMPV6, ICMP6_FILTER, &types, sizeof types);
}

static gboolean
open_icmp (LmProber *self)
{
    int on = 1;

    if (self->icmp >= 0)
        return TRUE;
    self->icmp = open_bound (self, SOCK_RAW, self->family == LF_IPV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
    if (self->icmp < 0)
        return FALSE;
    filter_echoes (self, self->icmp);
    setsockopt (self->icmp, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    return TRUE;
}

/*****************************************************************************/
/* Asking */

static gboolean
send_echo (LmProber *self, const LfTarget *target)
{
    struct sockaddr_storage address;
    socklen_t               size = fill_address (target, &address);
    guint8                  packet[LM_ECHO_SIZE];
    guint                   slot = ++self->sequence % G_N_ELEMENTS (self->echo_sent);

    if (!open_icmp (self))
        return FALSE;
    lm_packet_make_echo (self->family, self->id, self->sequence, self->cookie, packet);
    self->echo_sent[slot] = real_time ();
    memcpy (self->echo_target[slot], target->address, sizeof target->address);
    return sendto (self->icmp, packet, sizeof packet, MSG_DONTWAIT, (struct sockaddr *) &address, size) >= 0;
}

static gboolean
open_exchange (LmProber *self, const LfTarget *target, Exchange *exchange)
{
    struct sockaddr_storage address;
    socklen_t               size = fill_address (target, &address);
    struct linger           abort = { .l_onoff = 1 };
    int                     on = 1;

    exchange->fd = open_bound (self, target->kind == LF_TARGET_DNS ? SOCK_DGRAM : SOCK_STREAM, 0);
    if (exchange->fd < 0)
        return FALSE;
    if (target->kind != LF_TARGET_DNS) {
        /* One packet ends it, instead of four. */
        setsockopt (exchange->fd, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
        setsockopt (exchange->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    if (connect (exchange->fd, (struct sockaddr *) &address, size) < 0 && errno != EINPROGRESS &&
        errno != ECONNREFUSED)
        return FALSE;
    if (target->kind != LF_TARGET_DNS)
        return TRUE;
    exchange->query_length = lm_packet_make_query (g_random_int (), target->name, exchange->query);
    return send (exchange->fd, exchange->query, exchange->query_length, 0) >= 0;
}

static gboolean
begin_exchange (LmProber *self, const LfTarget *target)
{
    Exchange *exchange = g_new0 (Exchange, 1);

    exchange->fd = -1;
    exchange->target = lf_target_new (target->text);
    exchange->sent = real_time ();
    if (open_exchange (self, target, exchange)) {
        g_ptr_array_add (self->exchanges, exchange);
        return TRUE;
    }
    {
        int number = errno;

        exchange_free (exchange);
        errno = number;
    }
    return FALSE;
}

static gboolean
ask_target (LmProber *self, const LfTarget *target)
{
    return target->kind == LF_TARGET_ICMP ? send_echo (self, target) : begin_exchange (self, target);
}

static gboolean
is_page (const LfTarget *target)
{
    return target->kind == LF_TARGET_HTTP;
}

gboolean
lm_prober_has_pages (const LmProber *self, const LfConfig *config)
{
    guint i;

    for (i = 0; i < config->targets->len; i++) {
        const LfTarget *target = config->targets->pdata[i];

        if (target->family == self->family && is_page (target))
            return TRUE;
    }
    return FALSE;
}

/* The one that answered last; if it is not among them any more, the first. */
static const LfTarget *
choose_one (const LmProber *self, const LfConfig *config)
{
    const LfTarget *first = NULL;
    guint           i;

    for (i = 0; i < config->targets->len; i++) {
        const LfTarget *target = config->targets->pdata[i];

        if (target->family != self->family || is_page (target))
            continue;
        if (g_strcmp0 (target->text, self->preferred) == 0)
            return target;
        if (!first)
            first = target;
    }
    return first;
}

static guint
ask_many (LmProber *self, const LfConfig *config, gboolean pages)
{
    guint i, left = 0;

    for (i = 0; i < config->targets->len; i++) {
        const LfTarget *target = config->targets->pdata[i];

        if (target->family == self->family && is_page (target) == pages)
            left += ask_target (self, target);
    }
    return left;
}

static void
complain_once (LmProber *self, gboolean failed)
{
    if (failed && !self->complained)
        g_message ("no probe can be sent over %s: %s", self->name, g_strerror (errno));
    self->complained = failed;
}

guint
lm_prober_send (LmProber *self, const LfConfig *config, LmAsk ask)
{
    const LfTarget *one = ask == LM_ASK_ONE ? choose_one (self, config) : NULL;
    guint           left;

    errno = 0;
    if (ask == LM_ASK_ONE)
        left = one && ask_target (self, one);
    else
        left = ask_many (self, config, ask == LM_ASK_PAGES);
    complain_once (self, left == 0 && errno != 0);
    return left;
}

/*****************************************************************************/
/* Answers */

static void
note_answer (LmProber *self, LmAnswer *answer, gint64 latency, const LfTarget *target)
{
    answer->answered = TRUE;
    if (latency > 0 && (answer->latency == 0 || latency < answer->latency))
        answer->latency = latency;
    if (target && !is_page (target) && g_strcmp0 (self->preferred, target->text) != 0) {
        g_free (self->preferred);
        self->preferred = g_strdup (target->text);
    }
}

static gint64
arrival (struct msghdr *message)
{
    struct cmsghdr *control;

    for (control = CMSG_FIRSTHDR (message); control; control = CMSG_NXTHDR (message, control)) {
        if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SO_TIMESTAMPNS) {
            struct timespec stamp;

            memcpy (&stamp, CMSG_DATA (control), sizeof stamp);
            return stamp.tv_sec * G_USEC_PER_SEC + stamp.tv_nsec / 1000;
        }
    }
    return real_time ();
}

static const LfTarget *
find_echo_target (const LmProber *self, const LfConfig *config, const guint8 *address)
{
    guint i;

    for (i = 0; i < config->targets->len; i++) {
        const LfTarget *target = config->targets->pdata[i];

        if (target->kind == LF_TARGET_ICMP && target->family == self->family &&
            memcmp (target->address, address, address_sizes[self->family]) == 0)
            return target;
    }
    return NULL;
}

static const guint8 *
address_bytes (const struct sockaddr_storage *address)
{
    return address->ss_family == AF_INET ? (const guint8 *) &((const struct sockaddr_in *) address)->sin_addr
                                         : (const guint8 *) &((const struct sockaddr_in6 *) address)->sin6_addr;
}

/* FALSE if there is nothing more in the socket. */
static gboolean
receive_echo (LmProber *self, const LfConfig *config, LmAnswer *answer)
{
    struct sockaddr_storage from;
    guint8                  data[256];
    char                    control[128];
    struct iovec            vector = { data, sizeof data };
    struct msghdr           message = { &from, sizeof from, &vector, 1, control, sizeof control };
    ssize_t                 length = recvmsg (self->icmp, &message, MSG_DONTWAIT);
    guint16                 sequence;
    guint                   slot;

    if (length < 0)
        return errno == EINTR;
    if (!lm_packet_is_echo_reply (self->family, data, length, self->id, self->cookie, &sequence))
        return TRUE;
    slot = sequence % G_N_ELEMENTS (self->echo_sent);
    if (memcmp (self->echo_target[slot], address_bytes (&from), address_sizes[self->family]) == 0 &&
        (guint16) (self->sequence - sequence) < G_N_ELEMENTS (self->echo_sent))
        note_answer (self, answer, CLAMP (arrival (&message) - self->echo_sent[slot], 1, GIVE_UP),
                     find_echo_target (self, config, address_bytes (&from)));
    return TRUE;
}

/* TRUE if it is over. */
static gboolean
read_page (Exchange *it, const LfConfig *config, LmAnswer *answer)
{
    ssize_t length = recv (it->fd, it->page + it->page_length, sizeof it->page - it->page_length, 0);
    LmPage  page;

    if (length < 0)
        return errno != EAGAIN && errno != EINTR;
    it->page_length += length;
    page = lm_packet_judge_page (it->page, it->page_length, length == 0 || it->page_length == sizeof it->page,
                                 config->http_status, config->http_body);
    if (page == LM_PAGE_INCOMPLETE)
        return FALSE;
    answer->page = TRUE;
    answer->as_expected = page == LM_PAGE_EXPECTED;
    return TRUE;
}

static gboolean
request_page (Exchange *it)
{
    gchar             address[INET6_ADDRSTRLEN];
    g_autofree gchar *request = NULL;

    inet_ntop (socket_families[it->target->family], it->target->address, address, sizeof address);
    request = g_strdup_printf (it->target->family == LF_IPV6
                                   ? "GET /%s HTTP/1.1\r\nHost: [%s]\r\nConnection: close\r\n\r\n"
                                   : "GET /%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n",
                               it->target->name, address);
    it->requested = TRUE;
    return send (it->fd, request, strlen (request), MSG_NOSIGNAL) >= 0;
}

/* A router on the way refuses by ICMP, also if nothing is behind it; whoever is asked, by a segment of its own. */
static gboolean
refused_by_peer (const Exchange *it, int error)
{
    struct tcp_info info = { 0 };
    socklen_t       size = sizeof info;

    return error == ECONNREFUSED && getsockopt (it->fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
           info.tcpi_segs_in > 0;
}

/* TRUE if it is over. */
static gboolean
follow_stream (LmProber *self, Exchange *it, const LfConfig *config, LmAnswer *answer)
{
    int       error = 0;
    socklen_t size = sizeof error;

    if (!it->requested) {
        getsockopt (it->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0 && !refused_by_peer (it, error))
            return TRUE;
        if (it->target->kind == LF_TARGET_TCP)
            note_answer (self, answer, 0, it->target);
        if (it->target->kind == LF_TARGET_TCP || error != 0)
            return TRUE;
        return !request_page (it);
    }
    return read_page (it, config, answer);
}

/* TRUE if it is over. */
static gboolean
follow_query (LmProber *self, Exchange *it, LmAnswer *answer)
{
    guint8  data[1500];
    ssize_t length = recv (it->fd, data, sizeof data, 0);

    if (length < 0)
        return errno != EAGAIN && errno != EINTR;
    if (!lm_packet_is_answer (data, length, it->query, it->query_length))
        return FALSE;
    note_answer (self, answer, 0, it->target);
    return TRUE;
}

/* TRUE if it is over. */
static gboolean
follow_exchange (LmProber *self, Exchange *it, const LfConfig *config, LmAnswer *answer)
{
    struct pollfd   poll_fd = { it->fd, it->target->kind == LF_TARGET_DNS || it->requested ? POLLIN : POLLOUT, 0 };
    gint64          age = real_time () - it->sent;

    if (poll (&poll_fd, 1, 0) <= 0)
        return age > GIVE_UP || age < 0;
    return it->target->kind == LF_TARGET_DNS ? follow_query (self, it, answer)
                                             : follow_stream (self, it, config, answer);
}

LmAnswer
lm_prober_collect (LmProber *self, const LfConfig *config)
{
    LmAnswer answer = { 0 };
    guint    i;

    while (self->icmp >= 0 && receive_echo (self, config, &answer))
        continue;
    for (i = self->exchanges->len; i > 0; i--) {
        if (follow_exchange (self, self->exchanges->pdata[i - 1], config, &answer))
            g_ptr_array_remove_index_fast (self->exchanges, i - 1);
    }
    return answer;
}
