/* SPDX-License-Identifier: GPL-2.0-or-later */
/* AT commands of V.250 and the general ones of 3GPP TS 27.007. */

#include "at-command.h"


void
at_settings_init (AtSettings *settings)
{
    *settings = (AtSettings) { .echo = TRUE, .verbose = TRUE, .charset = "GSM" };
}

static AtResult
echo (AtCall *call)
{
    guint on;

    if (!at_number (call, 0, 1, &on))
        return AT_ERROR;
    call->settings->echo = on;
    return AT_OK;
}

static AtResult
verbose (AtCall *call)
{
    guint on;

    if (!at_number (call, 0, 1, &on))
        return AT_ERROR;
    call->settings->verbose = on;
    return AT_OK;
}

static AtResult
quiet (AtCall *call)
{
    guint on;

    if (!at_number (call, 0, 1, &on))
        return AT_ERROR;
    call->settings->quiet = on;
    return AT_OK;
}

static AtResult
factory_settings (AtCall *call)
{
    at_settings_init (call->settings);
    return AT_OK;
}

/* The model has no voice and no PPP: nothing answers a dial. */
static AtResult
dial (AtCall *call)
{
    return AT_NO_CARRIER;
}

static AtResult
identify (AtCall *call)
{
    const Profile *profile = call->model->profile;

    at_line (call, "%s", profile->manufacturer);
    at_line (call, "%s", profile->model);
    at_line (call, "Revision: %s", profile->revision);
    at_line (call, "%s", "");
    return AT_OK;
}

static AtResult
manufacturer (AtCall *call)
{
    at_line (call, "%s", call->model->profile->manufacturer);
    return AT_OK;
}

static AtResult
model (AtCall *call)
{
    at_line (call, "%s", call->model->profile->model);
    return AT_OK;
}

static AtResult
revision (AtCall *call)
{
    at_line (call, "%s", call->model->profile->revision);
    return AT_OK;
}

static AtResult
serial_number (AtCall *call)
{
    at_line (call, "%s", call->model->profile->imei);
    return AT_OK;
}

static AtResult
serial_number_of_type (AtCall *call)
{
    guint type;

    if (!at_number (call, 0, 1, &type))
        return CME_INVALID_PARAMETERS;
    if (type == 1)
        at_line (call, "+GSN: %s", call->model->profile->imei);
    else
        at_line (call, "%s", call->model->profile->imei);
    return AT_OK;
}

static AtResult
cmee_read (AtCall *call)
{
    at_line (call, "+CMEE: %u", call->settings->cmee);
    return AT_OK;
}

static AtResult
cmee_set (AtCall *call)
{
    return at_number (call, 0, 2, &call->settings->cmee) ? AT_OK : AT_ERROR;
}

static AtResult
cfun_read (AtCall *call)
{
    static const guint numbers[] = {
        [MODE_MINIMUM] = 0, [MODE_ONLINE] = 1, [MODE_LOW_POWER] = 4, [MODE_OFFLINE] = 4
    };

    at_line (call, "+CFUN: %u", numbers[call->model->mode]);
    return AT_OK;
}

static Mode
function_mode (guint function)
{
    if (function == 0)
        return MODE_MINIMUM;
    return function == 1 ? MODE_ONLINE : MODE_LOW_POWER;
}

static AtResult
cfun_set (AtCall *call)
{
    guint function, reset = 0;

    if (!at_number (call, 0, 4, &function) || (call->n_args > 1 && !at_number (call, 1, 1, &reset)) ||
        (function > 1 && function != 4) || (reset && function != 1))
        return CME_INVALID_PARAMETERS;
    if (reset)
        model_restart (call->model);
    else
        model_set_mode (call->model, function_mode (function));
    return AT_OK;
}

static AtResult
charset_read (AtCall *call)
{
    at_line (call, "+CSCS: \"%s\"", call->settings->charset);
    return AT_OK;
}

static AtResult
charset_set (AtCall *call)
{
    static const char *const charsets[] = { "GSM", "IRA", "UCS2" };
    const char *wanted = at_text (call, 0);

    for (guint i = 0; wanted && i < G_N_ELEMENTS (charsets); i++)
        if (g_str_equal (wanted, charsets[i])) {
            call->settings->charset = charsets[i];
            return AT_OK;
        }
    return CME_INVALID_PARAMETERS;
}

#define CTZU_LOCAL 3
#define GPS_EPOCH  315964800 /* where the clock starts that no network has set */

/* AT+CTZU: 0 leaves the clock alone, 1 sets it to UTC, 3 to local time. */
static AtResult
clock_read (AtCall *call)
{
    Model *self = call->model;
    int update = nvram_get_int (self->nvram, "module", "ctzu", 0);
    gint64 now = update ? model_get_time (self) : 0;
    gint64 offset = now && update == CTZU_LOCAL ? self->time_zone * 15 * 60 : 0;
    g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (now ? now + offset : GPS_EPOCH);
    g_autofree char *text = g_date_time_format (time, "%y/%m/%d,%H:%M:%S");

    at_line (call, "+CCLK: \"%s%+03d\"", text, now ? self->time_zone : 0);
    return AT_OK;
}

static AtResult
store_time_update (AtCall *call)
{
    guint value;

    if (!at_number (call, 0, 3, &value) || value == 2)
        return CME_INVALID_PARAMETERS;
    nvram_set_int (call->model->nvram, "module", "ctzu", value);
    return AT_OK;
}

static AtResult
time_update_read (AtCall *call)
{
    at_line (call, "+CTZU: %d", nvram_get_int (call->model->nvram, "module", "ctzu", 0));
    return AT_OK;
}

static AtResult
ctzr_read (AtCall *call)
{
    at_line (call, "+CTZR: %u", call->settings->ctzr);
    return AT_OK;
}

static AtResult
ctzr_set (AtCall *call)
{
    return at_number (call, 0, 2, &call->settings->ctzr) ? AT_OK : CME_INVALID_PARAMETERS;
}

const AtCommand at_commands_general[] = {
    { "E", AT_SET, echo },
    { "V", AT_SET, verbose },
    { "Q", AT_SET, quiet },
    { "X", AT_SET },
    { "L", AT_SET },
    { "M", AT_SET },
    { "&C", AT_SET },
    { "&D", AT_SET },
    { "&W", AT_SET },
    { "&F", AT_SET, factory_settings },
    { "Z", AT_SET, factory_settings },
    { "I", AT_SET, identify },
    { "H", AT_SET },
    { "D", AT_EXECUTE, dial },
    { "A", AT_SET, dial },
    { "+GMI", AT_EXECUTE, manufacturer },
    { "+CGMI", AT_EXECUTE, manufacturer },
    { "+GMM", AT_EXECUTE, model },
    { "+CGMM", AT_EXECUTE, model },
    { "+GMR", AT_EXECUTE, revision },
    { "+CGMR", AT_EXECUTE, revision },
    { "+GSN", AT_EXECUTE, serial_number },
    { "+CGSN", AT_EXECUTE, serial_number },
    { "+CGSN", AT_SET, serial_number_of_type },
    { "+GCAP", AT_EXECUTE, NULL, "+GCAP: +CGSM" },
    { "+CMEE", AT_READ, cmee_read },
    { "+CMEE", AT_TEST, NULL, "+CMEE: (0-2)" },
    { "+CMEE", AT_SET, cmee_set },
    { "+CFUN", AT_READ, cfun_read },
    { "+CFUN", AT_TEST, NULL, "+CFUN: (0,1,4),(0,1)" },
    { "+CFUN", AT_SET, cfun_set },
    { "+CSCS", AT_READ, charset_read },
    { "+CSCS", AT_TEST, NULL, "+CSCS: (\"GSM\",\"IRA\",\"UCS2\")" },
    { "+CSCS", AT_SET, charset_set },
    { "+CCLK", AT_READ, clock_read },
    { "+CTZU", AT_TEST, NULL, "+CTZU: (0,1,3)" },
    { "+CTZU", AT_READ, time_update_read },
    { "+CTZU", AT_SET, store_time_update },
    { "+CTZR", AT_TEST, NULL, "+CTZR: (0-2)" },
    { "+CTZR", AT_READ, ctzr_read },
    { "+CTZR", AT_SET, ctzr_set },
    { "+IFC", AT_TEST, NULL, "+IFC: (0,2),(0,2)" },
    { "+IFC", AT_READ, NULL, "+IFC: 0,0" },
    { "+IFC", AT_SET },
    { "+CLIP", AT_SET },
    { "+CRC", AT_SET },
    { "+CCWA", AT_SET },
    { "+CSSN", AT_SET },
    { "+CLCC", AT_EXECUTE },
    { "+CLCC", AT_TEST },
    { "+CUSD", AT_TEST, NULL, "+CUSD: (0-2)" },
    { "+CUSD", AT_READ, NULL, "+CUSD: 0" },
    { "+CUSD", AT_SET },
    { NULL },
};
