/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What listens and speaks behind the module's ports. */

#include "ports.h"
#include "nmea.h"

#include <string.h>

struct _Ports {
    Model *model;
    PortsWrite write;
    gpointer user_data;
    AtEngine *at[2]; /* primary, secondary */
    QmiEndpoint *qmi;
    MbimEndpoint *mbim;
};

static void
write_at_primary (gconstpointer data, gsize size, gpointer user_data)
{
    Ports *self = user_data;

    self->write (ROLE_AT_PRIMARY, data, size, self->user_data);
}

static void
write_at_secondary (gconstpointer data, gsize size, gpointer user_data)
{
    Ports *self = user_data;

    self->write (ROLE_AT_SECONDARY, data, size, self->user_data);
}

static void
write_qmi (gconstpointer data, gsize size, gpointer user_data)
{
    Ports *self = user_data;

    self->write (ROLE_QMI, data, size, self->user_data);
}

static void
write_mbim (gconstpointer data, gsize size, gpointer user_data)
{
    Ports *self = user_data;

    self->write (ROLE_MBIM, data, size, self->user_data);
}

void
ports_feed (Ports *self, Role role, gconstpointer data, gsize size)
{
    switch (role) {
    case ROLE_AT_PRIMARY:
        at_engine_feed (self->at[0], data, size);
        break;
    case ROLE_AT_SECONDARY:
        at_engine_feed (self->at[1], data, size);
        break;
    case ROLE_QMI:
        qmi_endpoint_feed (self->qmi, data, size);
        break;
    case ROLE_MBIM:
        mbim_endpoint_feed (self->mbim, data, size);
        break;
    default:
        break;
    }
}

static void
emit_nmea (Ports *self)
{
    g_autofree char *outport = nvram_get_string (self->model->nvram, "gnss", "outport", "usbnmea");
    const Gnss *gnss = &self->model->gnss;
    g_auto (GStrv) sentences = NULL;

    if (!gnss->on || !g_str_equal (outport, "usbnmea"))
        return;
    sentences = nmea_sentences (gnss->latitude, gnss->longitude, g_get_real_time () / G_USEC_PER_SEC);
    for (guint i = 0; sentences[i]; i++)
        self->write (ROLE_GPS, sentences[i], strlen (sentences[i]), self->user_data);
}

static void
on_model (Model *model, ModelEvent event, gconstpointer detail, gpointer user_data)
{
    if (event == MODEL_GNSS)
        emit_nmea (user_data);
}

QmiEndpoint *
ports_qmi (Ports *self)
{
    return self->qmi;
}

MbimEndpoint *
ports_mbim (Ports *self)
{
    return self->mbim;
}

AtEngine *
ports_at (Ports *self)
{
    return self->at[0];
}

void
ports_set_at_hang (Ports *self, Hang hang, gboolean secondary_too)
{
    at_engine_set_hang (self->at[0], hang);
    if (secondary_too)
        at_engine_set_hang (self->at[1], hang);
}

gboolean
ports_is_hung (const Ports *self)
{
    return at_engine_is_hung (self->at[0]) || at_engine_is_hung (self->at[1]) || qmi_endpoint_is_hung (self->qmi) ||
           mbim_endpoint_is_hung (self->mbim);
}

Ports *
ports_new (Model *model, Faults *faults, Journal *journal, PortsWrite write, gpointer user_data)
{
    Ports *self = g_new0 (Ports, 1);
    AtEngineConfig primary = { "usbat", model, faults, journal, write_at_primary, self };
    AtEngineConfig secondary = { "usbmodem", model, faults, journal, write_at_secondary, self };
    QmiEndpointConfig qmi = { model, faults, journal, write_qmi, self };
    MbimEndpointConfig mbim = { model, faults, journal, write_mbim, self };

    self->model = model;
    self->write = write;
    self->user_data = user_data;
    model_listen (model, on_model, self);
    self->at[0] = at_engine_new (&primary);
    self->at[1] = at_engine_new (&secondary);
    self->qmi = qmi_endpoint_new (&qmi);
    self->mbim = mbim_endpoint_new (&mbim);
    return self;
}

void
ports_free (Ports *self)
{
    at_engine_free (self->at[0]);
    at_engine_free (self->at[1]);
    qmi_endpoint_free (self->qmi);
    mbim_endpoint_free (self->mbim);
    g_free (self);
}
