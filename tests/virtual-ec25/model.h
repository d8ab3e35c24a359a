/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module itself: its state, and what makes it change. No input or output of its own. */

#pragma once

#include <glib.h>

#include "composition.h"
#include "network.h"
#include "nvram.h"
#include "pdp-context.h"
#include "profile.h"
#include "sim.h"
#include "timers.h"

typedef struct _Model Model;

typedef enum {
    POWER_OFF,
    POWER_BOOTING, /* not on the bus yet */
    POWER_RUNNING,
} Power;

/* Functionality: AT+CFUN and DMS operating mode are two views of it. */
typedef enum {
    MODE_MINIMUM,
    MODE_ONLINE,
    MODE_LOW_POWER,
    MODE_OFFLINE,
} Mode;

/* The numbers of +CREG (3GPP TS 27.007, 7.2). */
typedef enum {
    REGISTRATION_NONE = 0,
    REGISTRATION_HOME = 1,
    REGISTRATION_SEARCHING = 2,
    REGISTRATION_DENIED = 3,
    REGISTRATION_ROAMING = 5,
} Registration;

/* AT+QINISTAT */
enum {
    INIT_SIM = 1 << 0,
    INIT_SMS = 1 << 1,
    INIT_PHONEBOOK = 1 << 2,
    INIT_DONE = INIT_SIM | INIT_SMS | INIT_PHONEBOOK,
};

typedef struct {
    int rsrp, rsrq, rssi, snr; /* dBm, dB, dBm, tenths of dB */
} Signal;

typedef struct {
    guint64 packets, bytes;
} Traffic;

/* A data session of one IP family, alive as long as one of its handles. */
typedef struct {
    guint family; /* 4 or 6 */
    GArray *handles; /* of guint32 */
    char *apn;
    Traffic sent, received, dropped;
    EsmCause end_cause; /* of the last session */
    gboolean ended_by_network;
} Session;

typedef struct {
    gboolean on;
    double latitude, longitude;
} Gnss;

typedef enum {
    MODEL_ATTACHED,
    MODEL_DETACHED,
    MODEL_URC,          /* detail: the text */
    MODEL_MODE,
    MODEL_SIM,
    MODEL_REGISTRATION,
    MODEL_SIGNAL,
    MODEL_TIME,
    MODEL_SESSION,      /* detail: the Session */
    MODEL_CONTEXT,      /* detail: the context's number as pointer */
    MODEL_GNSS,
    MODEL_UNPOWERED,    /* after MODEL_DETACHED */
    MODEL_N_EVENTS,
} ModelEvent;

typedef void (*ModelListener) (Model *model, ModelEvent event, gconstpointer detail, gpointer user_data);

struct _Model {
    const Profile *profile;
    Nvram *nvram;
    Timers *timers;  /* of the running firmware: dropped when it stops */
    Sim *sim;

    Power power;
    Composition composition; /* running */
    gboolean broken; /* the boot loader found no firmware; until the power is taken away */
    gboolean sticks; /* does not come back from a restart; until the power is taken away */
    Mode mode;
    guint init;
    gboolean sim_urc_enabled, sim_detection; /* as at boot */

    Registration network_answer; /* what the network says to who asks */
    guint reject_cause;          /* EMM cause that goes with a denial */
    guint attach_cause;          /* EMM cause of the last denial */
    Registration registration;
    EsmCause last_cause;         /* why the last attach or call of context 1 failed */
    gboolean detached;           /* from packet service, by request */
    PdpContext *attach_context;  /* context 1 as the network knows it; nullable */
    gboolean raw_ip;             /* link layer protocol of the data function; else 802.3 */
    Signal signal;
    Session sessions[2];
    guint32 last_handle;
    gboolean blackhole;
    gboolean blackhole_fades; /* with the next session */
    gboolean link_held; /* somebody takes the link up again faster than anybody can write raw_ip */

    gint64 time;     /* seconds since 1970 that the network told, 0: none yet */
    gint64 time_set; /* monotonic microseconds when it did */
    int time_zone;   /* quarters of an hour */
    Gnss gnss;
    guint gnss_clock; /* source: a fix a second while it is on */

    GArray *listeners;
};

/* profile and nvram stay the caller's and must live as long. */
Model *model_new  (const Profile *profile, Nvram *nvram, double time_scale);
void   model_free (Model *self);

void   model_listen (Model *self, ModelListener listener, gpointer user_data);
void   model_urc    (Model *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Power. */
void   model_start     (Model *self); /* the first time */
void   model_plug      (Model *self); /* a cold boot */
void   model_unplug    (Model *self); /* power gone, at once */
void   model_restart   (Model *self); /* ordered: AT+CFUN=1,1, DMS reset */
void   model_crash     (Model *self); /* the same unannounced */
void   model_break     (Model *self); /* restarts and does not get beyond its boot loader */
void   model_power_off (Model *self); /* ordered: AT+QPOWD */
void   model_set_mode  (Model *self, Mode mode);

/* SIM. Results as those of sim.h; states that depend on the SIM follow. */
void     model_sim_insert      (Model *self, const char *iccid, const char *imsi);
void     model_sim_remove      (Model *self);
gboolean model_sim_verify_pin  (Model *self, const char *pin);
gboolean model_sim_unblock_pin (Model *self, const char *puk, const char *new_pin);
SimState model_sim_state       (const Model *self); /* as the firmware sees it */

/* Network. */
void     model_set_network_answer (Model *self, Registration answer, guint reject_cause);
void     model_search             (Model *self); /* again, as after a manual selection */
void     model_set_detached       (Model *self, gboolean detached);
gboolean model_is_registered      (const Model *self);
void     model_set_signal         (Model *self, Signal signal);
void     model_set_time           (Model *self, gint64 time, int time_zone);
gint64   model_get_time           (const Model *self); /* now, by the network's time; 0: not known */
void     model_set_gnss           (Model *self, gboolean on);
void     model_set_position       (Model *self, double latitude, double longitude);

/* The router of ECM and RNDIS mode. */
gboolean model_is_router      (const Model *self);
gboolean model_router_is_up   (Model *self);
EsmCause model_router_dial    (Model *self);
void     model_router_hang_up (Model *self);

/* To be called when PDP contexts have been written. */
void     model_context_changed    (Model *self, guint cid);

/* Data sessions. */
Session *model_session       (Model *self, guint family);
gboolean session_is_up       (const Session *self);
EsmCause model_session_start (Model *self, const NetworkRequest *request, guint32 *handle);
gboolean model_session_stop  (Model *self, guint32 handle);
gboolean model_has_call      (Model *self, guint32 handle); /* FALSE once stopped or ended by the network */
void     model_session_drop  (Model *self, guint family, EsmCause cause); /* by the network */
void     model_session_lose  (Model *self, guint family); /* and nobody is told */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Model, model_free)
