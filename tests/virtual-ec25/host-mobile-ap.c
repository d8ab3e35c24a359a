/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plays the router that the module is in ECM and RNDIS mode. */

#include "host-mobile-ap.h"
#include "ec25-error.h"
#include "netns.h"
#include "web-page.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* As an EC25's: /etc/mobileap_cfg.xml of its firmware. */
#define LAN         "bridge0"
#define LAN_ADDRESS "192.168.225.1/24"
#define LEASES      "192.168.225.20,192.168.225.60,12h"
#define UPLINK      "rmnet0"

/* The router's part of the /64 that the carrier gives; the host makes its own. */
#define LAN_INTERFACE_ID "225"

struct _HostMobileAp {
    Model *model;
    AirLink *air;
    char *netdev;
    pid_t holder;  /* a process that does nothing but live in the router's namespace */
    int namespace; /* file descriptor of it */
    int uplink;    /* TUN: what the router sends to the carrier */
    guint uplink_source;
    pid_t dnsmasq;
    int lan;       /* TAP: the router's end of the way to a host that has no interface here; or -1 */
    guint lan_source;
    HostMobileApSink sink;
    gpointer user_data;
    GSocketService *web;
    gboolean routed[2]; /* IPv4, IPv6 */
    gboolean attached;
};

/* Commands, in the router's namespace or in the host's */

static void
end_with_parent (gpointer user_data)
{
    prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
enter_namespace (gpointer user_data)
{
    HostMobileAp *self = user_data;

    end_with_parent (NULL);
    if (setns (self->namespace, CLONE_NEWNET) < 0)
        _exit (127);
}

static gboolean
run (HostMobileAp *self, gboolean inside, const char *const *argv)
{
    g_autofree char *line = g_strjoinv (" ", (char **) argv);
    g_autofree char *complaint = NULL;
    g_autoptr (GError) error = NULL;
    int status = 0;

    if (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL,
                      inside ? enter_namespace : end_with_parent, self, NULL, &complaint, &status, &error) &&
        g_spawn_check_wait_status (status, &error))
        return TRUE;
    g_warning ("%s: %s %s", line, error->message, complaint ? g_strstrip (complaint) : "");
    return FALSE;
}

#define INSIDE(...)  run (self, TRUE, (const char *const[]) { __VA_ARGS__, NULL })
#define OUTSIDE(...) run (self, FALSE, (const char *const[]) { __VA_ARGS__, NULL })

/* The namespace */

static void
hold_namespace (int ready)
{
    prctl (PR_SET_PDEATHSIG, SIGKILL);
    if (unshare (CLONE_NEWNET) < 0 || write (ready, "", 1) != 1)
        _exit (1);
    for (;;)
        pause ();
}

static gboolean
make_namespace (HostMobileAp *self, GError **error)
{
    g_autofree char *path = NULL;
    int ready[2];
    char byte;

    if (!g_unix_open_pipe (ready, FD_CLOEXEC, error))
        return FALSE;
    self->holder = fork ();
    if (self->holder == 0)
        hold_namespace (ready[1]);
    close (ready[1]);
    path = g_strdup_printf ("/proc/%d/ns/net", (int) self->holder);
    if (self->holder > 0 && read (ready[0], &byte, 1) == 1)
        self->namespace = open (path, O_RDONLY | O_CLOEXEC);
    close (ready[0]);
    if (self->namespace >= 0)
        return TRUE;
    g_set_error (error, EC25_ERROR, EC25_ERROR_HOST,
                 "a network namespace for the module's router cannot be made: %s. It takes root", g_strerror (errno));
    return FALSE;
}

/* Opens an interface there: its name is none of the host's, where another module may be about to use it. */
static int
open_inside (HostMobileAp *self, int (*open_interface) (const char *, GError **), const char *name, GError **error)
{
    int home = netns_enter (self->namespace, error), fd;

    if (home < 0)
        return -1;
    fd = open_interface (name, error);
    netns_leave (home);
    return fd;
}

/* The uplink */

static gboolean
from_router (int fd, GIOCondition condition, gpointer user_data)
{
    HostMobileAp *self = user_data;
    guint8 packet[65536];

    for (guint i = 0; i < 64; i++) {
        gssize size = read (fd, packet, sizeof (packet));

        if (size <= 0)
            break;
        air_link_send (self->air, packet, size, TRUE);
    }
    return G_SOURCE_CONTINUE;
}

static gboolean
to_router (gconstpointer packet, gsize size, gpointer user_data)
{
    HostMobileAp *self = user_data;

    return write (self->uplink, packet, size) >= 0;
}

/* Without the data call there is no default route: the router answers "network unreachable". */
static void
route4 (HostMobileAp *self, gboolean up)
{
    if (up) {
        INSIDE ("ip", "address", "add", self->model->profile->address4, "dev", UPLINK);
        INSIDE ("ip", "route", "add", "default", "dev", UPLINK);
    } else {
        INSIDE ("ip", "-4", "route", "delete", "default", "dev", UPLINK);
        INSIDE ("ip", "-4", "address", "flush", "dev", UPLINK);
    }
}

/* The carrier's prefix is handed on to the host by router advertisements. */
static char *
lan_address6 (HostMobileAp *self)
{
    g_auto (GStrv) parts = g_strsplit (self->model->profile->address6, "/", 2);
    char *end = strstr (parts[0], "::");

    if (end)
        *end = '\0';
    return g_strdup_printf ("%s::" LAN_INTERFACE_ID "/64", parts[0]);
}

static void
route6 (HostMobileAp *self, gboolean up)
{
    g_autofree char *address = lan_address6 (self);

    if (up) {
        INSIDE ("ip", "-6", "route", "add", "default", "dev", UPLINK);
        INSIDE ("ip", "address", "add", address, "dev", LAN, "nodad");
    } else {
        INSIDE ("ip", "address", "delete", address, "dev", LAN);
        INSIDE ("ip", "-6", "route", "delete", "default", "dev", UPLINK);
    }
}

static void
follow_sessions (HostMobileAp *self)
{
    static void (*const route[]) (HostMobileAp *, gboolean) = { route4, route6 };

    for (guint i = 0; i < G_N_ELEMENTS (route); i++) {
        gboolean up = self->attached && session_is_up (&self->model->sessions[i]);

        if (up != self->routed[i])
            route[i](self, up);
        self->routed[i] = up;
    }
}

/* The local network */

/* Leases, names and router advertisements, whether there is a data call or not. */
static void
start_dnsmasq (HostMobileAp *self)
{
    g_auto (GStrv) servers = g_strdupv (self->model->profile->dns4);
    g_autofree char *server = g_strconcat ("--server=", servers[0] ? servers[0] : "0.0.0.0", NULL);
    const char *const argv[] = {
        "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-hosts", "--no-resolv", "--no-ping",
        "--bind-dynamic", "--interface=" LAN, "--leasefile-ro", "--log-facility=-", "--pid-file=", "--user=root",
        "--dhcp-range=" LEASES, "--enable-ra", "--dhcp-range=::,constructor:" LAN ",ra-only",
        "--ra-param=" LAN ",5,1800", server, NULL,
    };
    g_autoptr (GError) error = NULL;
    GPid pid;

    if (g_spawn_async (NULL, (char **) argv, NULL,
                       G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
                           G_SPAWN_STDERR_TO_DEV_NULL,
                       enter_namespace, self, &pid, &error))
        self->dnsmasq = pid;
    else
        g_warning ("the module's router gives no leases: %s", error->message);
}

static void
start_web (HostMobileAp *self)
{
    g_autoptr (GError) error = NULL;

    self->web = web_page_new (self->namespace, &error);
    if (!self->web)
        g_warning ("the module's router has no web interface: %s", error->message);
}

static void
stop_web (HostMobileAp *self)
{
    if (!self->web)
        return;
    g_socket_service_stop (self->web); /* one that is not stopped goes on accepting at a closed socket, all the time */
    g_socket_listener_close (G_SOCKET_LISTENER (self->web));
    g_clear_object (&self->web);
}

static void
end_process (pid_t *pid)
{
    if (*pid > 0) {
        kill (*pid, SIGKILL);
        waitpid (*pid, NULL, 0);
    }
    *pid = 0;
}

static char *
random_hardware_address (void)
{
    return g_strdup_printf ("%02x:%02x:%02x:%02x:%02x:%02x", (g_random_int () & 0xfc) | 0x02, g_random_int () & 0xff,
                            g_random_int () & 0xff, g_random_int () & 0xff, g_random_int () & 0xff,
                            g_random_int () & 0xff);
}

static gboolean
from_lan (int fd, GIOCondition condition, gpointer user_data)
{
    HostMobileAp *self = user_data;
    guint8 frame[65536];

    for (guint i = 0; i < 64; i++) {
        gssize size = read (fd, frame, sizeof (frame));

        if (size <= 0)
            break;
        if (self->sink)
            self->sink (frame, size, self->user_data);
    }
    return G_SOURCE_CONTINUE;
}

void
host_mobile_ap_set_sink (HostMobileAp *self, HostMobileApSink sink, gpointer user_data)
{
    self->sink = sink;
    self->user_data = user_data;
}

void
host_mobile_ap_send (HostMobileAp *self, gconstpointer frame, gsize size)
{
    if (self->lan >= 0 && write (self->lan, frame, size) < 0 && errno != EIO) /* EIO: it is not up */
        g_warning ("the module's router takes no frame of %" G_GSIZE_FORMAT " bytes: %s", size, g_strerror (errno));
}

/* The cable between the host and the router. */
static void
connect_host (HostMobileAp *self)
{
    g_autofree char *address = random_hardware_address ();
    g_autofree char *holder = g_strdup_printf ("%d", (int) self->holder);
    g_autoptr (GError) error = NULL;

    if (self->netdev) {
        OUTSIDE ("ip", "link", "add", self->netdev, "address", address, "type", "veth", "peer", "name", LAN, "netns",
                 holder);
        return;
    }
    self->lan = open_inside (self, tap_open, LAN, &error);
    if (self->lan < 0) {
        g_warning ("%s", error->message);
        return;
    }
    self->lan_source = g_unix_fd_add (self->lan, G_IO_IN, from_lan, self);
}

static void
disconnect_host (HostMobileAp *self)
{
    if (self->netdev) {
        OUTSIDE ("ip", "link", "delete", self->netdev);
        return;
    }
    g_clear_handle_id (&self->lan_source, g_source_remove);
    if (self->lan >= 0)
        close (self->lan);
    self->lan = -1;
}

static void
attach (HostMobileAp *self)
{
    connect_host (self);
    INSIDE ("ip", "address", "add", LAN_ADDRESS, "dev", LAN);
    INSIDE ("ip", "link", "set", LAN, "up");
    start_dnsmasq (self);
    start_web (self);
    self->attached = TRUE;
    air_link_set_sink (self->air, to_router, self);
}

static void
detach (HostMobileAp *self)
{
    if (!self->attached)
        return;
    self->attached = FALSE;
    follow_sessions (self);
    stop_web (self);
    end_process (&self->dnsmasq);
    disconnect_host (self);
}

static void
on_model (Model *model, ModelEvent event, gconstpointer detail, gpointer user_data)
{
    HostMobileAp *self = user_data;

    if (event == MODEL_ATTACHED && model_is_router (model))
        attach (self);
    else if (event == MODEL_DETACHED)
        detach (self);
    else if (event == MODEL_SESSION)
        follow_sessions (self);
}

static gboolean
set_up_router (HostMobileAp *self, GError **error)
{
    self->uplink = open_inside (self, tun_open, UPLINK, error);
    if (self->uplink < 0)
        return FALSE;
    if (INSIDE ("ip", "link", "set", "lo", "up") && INSIDE ("ip", "link", "set", UPLINK, "up") &&
        INSIDE ("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1",
                "net.ipv6.conf.default.accept_dad=0", "net.ipv6.conf." UPLINK ".addr_gen_mode=1") &&
        INSIDE ("nft", "add table ip nat; add chain ip nat out { type nat hook postrouting priority 100; };"
                       "add rule ip nat out oif " UPLINK " masquerade"))
        return TRUE;
    g_set_error (error, EC25_ERROR, EC25_ERROR_HOST,
                 "the module's router cannot be set up: it takes root, iproute2, nftables and dnsmasq");
    return FALSE;
}

HostMobileAp *
host_mobile_ap_new (Model *model, AirLink *air, const char *netdev, GError **error)
{
    g_autoptr (HostMobileAp) self = g_new0 (HostMobileAp, 1);

    self->model = model;
    self->air = air;
    self->netdev = g_strdup (netdev);
    self->namespace = self->uplink = self->lan = -1;
    if (!make_namespace (self, error) || !set_up_router (self, error))
        return NULL;
    self->uplink_source = g_unix_fd_add (self->uplink, G_IO_IN, from_router, self);
    model_listen (model, on_model, self);
    return g_steal_pointer (&self);
}

void
host_mobile_ap_free (HostMobileAp *self)
{
    g_clear_handle_id (&self->uplink_source, g_source_remove);
    detach (self);
    end_process (&self->dnsmasq);
    end_process (&self->holder);
    if (self->uplink >= 0)
        close (self->uplink);
    if (self->namespace >= 0)
        close (self->namespace);
    g_free (self->netdev);
    g_free (self);
}
