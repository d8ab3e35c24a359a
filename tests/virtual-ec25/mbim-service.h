/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an MBIM service is made of, for the files that implement them. */

#pragma once

#include <libmbim-glib.h>

#include "mbim-codec.h"
#include "mbim-endpoint.h"
#include "model.h"

/* What the host has set up since it opened the function. */
typedef struct {
    guint32 handles[2]; /* the one IP session's calls, IPv4 and IPv6; 0: none. Only one session: inferred. */
    MbimUuid context_type;
    guint32 signal_interval, rssi_threshold, error_rate_threshold;
    guint32 idle_hint;
} MbimState;

typedef struct {
    MbimEndpoint *endpoint;
    Model *model;
    MbimState *state;
    MbimReader request;
    MbimBuffer *response; /* sent whatever the status: some requests tell by it why they failed */
    double delay;         /* modem seconds until the response */
    gboolean silent;      /* no response */
} MbimCall;

typedef MbimStatusError (*MbimHandler) (MbimCall *call);

/* Without a handler the command is not supported. */
typedef struct {
    guint cid;
    const char *name;
    MbimHandler query, set;
} MbimMethod;

typedef struct {
    MbimService service;
    const char *name;
    const MbimMethod *methods;
    void (*on_model) (MbimEndpoint *endpoint, Model *model, ModelEvent event, gconstpointer detail);
} MbimServiceType;

extern const MbimServiceType mbim_basic_connect, mbim_sms;

/* All services of this firmware, ended by NULL. */
extern const MbimServiceType *const mbim_services[];

/* The handlers of Basic Connect, by what they are about. */
MbimStatusError mbim_device_caps         (MbimCall *call);
MbimStatusError mbim_device_services     (MbimCall *call);
MbimStatusError mbim_subscribe           (MbimCall *call);
MbimStatusError mbim_radio_state         (MbimCall *call);
MbimStatusError mbim_set_radio_state     (MbimCall *call);
MbimStatusError mbim_idle_hint           (MbimCall *call);
MbimStatusError mbim_set_idle_hint       (MbimCall *call);
MbimStatusError mbim_emergency_mode      (MbimCall *call);

MbimStatusError mbim_subscriber_ready    (MbimCall *call);
MbimStatusError mbim_pin                 (MbimCall *call);
MbimStatusError mbim_set_pin             (MbimCall *call);
MbimStatusError mbim_pin_list            (MbimCall *call);

MbimStatusError mbim_home_provider       (MbimCall *call);
MbimStatusError mbim_preferred_providers (MbimCall *call);
MbimStatusError mbim_visible_providers   (MbimCall *call);
MbimStatusError mbim_register_state      (MbimCall *call);
MbimStatusError mbim_set_register_state  (MbimCall *call);
MbimStatusError mbim_packet_service      (MbimCall *call);
MbimStatusError mbim_set_packet_service  (MbimCall *call);
MbimStatusError mbim_signal_state        (MbimCall *call);
MbimStatusError mbim_set_signal_state    (MbimCall *call);

MbimStatusError mbim_connect             (MbimCall *call);
MbimStatusError mbim_set_connect         (MbimCall *call);
MbimStatusError mbim_ip_configuration    (MbimCall *call);
MbimStatusError mbim_packet_statistics   (MbimCall *call);
MbimStatusError mbim_contexts            (MbimCall *call);
MbimStatusError mbim_set_context         (MbimCall *call);

/* Tells the host, if it has subscribed to that; fill writes the buffer. */
void mbim_endpoint_indicate (MbimEndpoint *self, MbimService service, guint cid, MbimHandler fill);

typedef struct {
    MbimUuid service;
    guint32 cid; /* 0: all of that service */
} MbimSubscription;

/* From now on only what list names, of MbimSubscription, is indicated. Takes list. */
void mbim_endpoint_subscribe (MbimEndpoint *self, GArray *list);

MbimState *mbim_endpoint_state (MbimEndpoint *self);

/* The session. */
gboolean mbim_session_is_up (const MbimState *state);
void     mbim_session_end   (MbimState *state, Model *model);
