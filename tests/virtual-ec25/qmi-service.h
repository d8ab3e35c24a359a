/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a QMI service is made of, for the files that implement them. */

#pragma once

#include <libqmi-glib.h>

#include "model.h"
#include "qmi-codec.h"
#include "qmi-endpoint.h"

/* A client of one service. */
typedef struct {
    QmiService service;
    guint8 id;
    guint32 events; /* bits of the service's own: what it wants indications of */
    guint family;   /* WDS: the IP family it dials */
    GArray *handles; /* WDS: its calls, of guint32 */
} QmiPeer;

typedef struct {
    QmiEndpoint *endpoint;
    Model *model;
    QmiPeer *peer;           /* NULL in CTL */
    QmiMessage *request;
    QmiMessage *response;    /* a handler puts TLVs into it, whether it succeeds or not */
    double delay;            /* modem seconds until the response */
    GPtrArray *indications;  /* of QmiMessage: sent a moment after the response, unless that is delayed */
} QmiCall;

typedef QmiProtocolError (*QmiHandler) (QmiCall *call);

/* A method without handler succeeds and does nothing. */
typedef struct {
    guint16 message;
    const char *name;
    QmiHandler handler;
} QmiMethod;

typedef struct {
    QmiService service;
    const char *name;
    const QmiMethod *methods;
    void (*on_model) (QmiEndpoint *endpoint, Model *model, ModelEvent event, gconstpointer detail);
    void (*on_release) (Model *model, QmiPeer *peer);
} QmiServiceType;

extern const QmiServiceType qmi_ctl, qmi_wds, qmi_dms, qmi_nas, qmi_wms, qmi_voice, qmi_uim, qmi_loc, qmi_sar,
    qmi_wda, qmi_pdc, qmi_dsd;

/* A method for messages that this firmware answers with NotSupported (94). */
QmiProtocolError qmi_not_supported (QmiCall *call);

/* Clients. */
QmiPeer *qmi_endpoint_allocate (QmiEndpoint *self, QmiService service); /* NULL: none left */
gboolean qmi_endpoint_release  (QmiEndpoint *self, QmiService service, guint8 id);
void     qmi_endpoint_release_all (QmiEndpoint *self);
gboolean qmi_endpoint_has_service (QmiEndpoint *self, QmiService service);

/* Sends an indication to each client of the service that wants one of those events and, where family
 * is not 0, dials that IP family; fill puts the TLVs into it. */
typedef void (*QmiFill) (QmiMessage *message, Model *model, gconstpointer detail);

typedef struct {
    QmiService service;
    guint16 message;
    guint32 events; /* 0: no registration needed */
    guint family;
    QmiFill fill;
} QmiIndication;

void qmi_endpoint_indicate (QmiEndpoint *self, const QmiIndication *indication, gconstpointer detail);

/* An indication to the caller alone, a moment after the response. */
QmiMessage *qmi_call_indicate (QmiCall *call, guint16 message);

/* Sets or clears a bit of the caller's events as that boolean TLV says, if it is there. */
void qmi_call_register (QmiCall *call, guint8 type, guint32 event);
