/* SPDX-License-Identifier: GPL-2.0-or-later */
/* AT commands around the SIM, and the little there is of messages. */

#include "at-command.h"


/* AT_OK, or the error that any command gets which needs the card's contents. */
static AtResult
require_sim (const AtCall *call)
{
    if (call->model->mode == MODE_MINIMUM)
        return CME_SIM_FAILURE;
    switch (sim_state (call->model->sim)) {
    case SIM_ABSENT:
        return CME_NO_SIM;
    case SIM_PIN_REQUIRED:
        return CME_SIM_PIN;
    case SIM_PUK_REQUIRED:
        return CME_SIM_PUK;
    default:
        return AT_OK;
    }
}

static AtResult
cpin_read (AtCall *call)
{
    if (call->model->mode == MODE_MINIMUM)
        return CME_SIM_FAILURE;
    switch (sim_state (call->model->sim)) {
    case SIM_ABSENT:
        return CME_NO_SIM;
    case SIM_PIN_REQUIRED:
        at_line (call, "+CPIN: SIM PIN");
        break;
    case SIM_PUK_REQUIRED:
        at_line (call, "+CPIN: SIM PUK");
        break;
    case SIM_READY:
        at_line (call, "+CPIN: READY");
        break;
    }
    return AT_OK;
}

static AtResult
cpin_set (AtCall *call)
{
    Model *model = call->model;
    gboolean right = FALSE;

    switch (model_sim_state (model)) {
    case SIM_ABSENT:
        return CME_NO_SIM;
    case SIM_PIN_REQUIRED:
        right = model_sim_verify_pin (model, call->args[0]);
        break;
    case SIM_PUK_REQUIRED:
        right = call->n_args == 2 && model_sim_unblock_pin (model, call->args[0], call->args[1]);
        break;
    case SIM_READY:
        return CME_NOT_ALLOWED;
    }
    return right ? AT_OK : CME_WRONG_PASSWORD;
}

static AtResult
pin_counters (AtCall *call)
{
    const char *facility = at_text (call, 0);

    if (sim_state (call->model->sim) == SIM_ABSENT)
        return CME_NO_SIM;
    if (!facility || g_str_equal (facility, "SC"))
        at_line (call, "+QPINC: \"SC\",%u,%u", call->model->sim->pin_retries, call->model->sim->puk_retries);
    if (!facility || g_str_equal (facility, "P2"))
        at_line (call, "+QPINC: \"P2\",%d,%d", SIM_PIN_RETRIES, SIM_PUK_RETRIES);
    return AT_OK;
}

static AtResult
imsi (AtCall *call)
{
    AtResult result = require_sim (call);

    if (result == AT_OK)
        at_line (call, "%s", call->model->sim->imsi);
    return result;
}

static AtResult
iccid (AtCall *call)
{
    if (sim_state (call->model->sim) == SIM_ABSENT || call->model->mode == MODE_MINIMUM)
        return CME_SIM_FAILURE;
    at_line (call, "+QCCID: %s", call->model->sim->iccid);
    return AT_OK;
}

static AtResult
own_number (AtCall *call)
{
    AtResult result = require_sim (call);

    if (result == AT_OK && *call->model->profile->msisdn)
        at_line (call, "+CNUM: ,\"+%s\",145", call->model->profile->msisdn);
    return result;
}

static AtResult
facility_lock (AtCall *call)
{
    const char *facility = at_text (call, 0), *password = at_text (call, 2);
    guint mode;
    AtResult result;

    if (!facility || !at_number (call, 1, 2, &mode))
        return CME_INVALID_PARAMETERS;
    if (mode == 2 && !g_str_equal (facility, "SC")) {
        at_line (call, "+CLCK: 0");
        return AT_OK;
    }
    result = require_sim (call);
    if (result != AT_OK)
        return result;
    if (mode == 2)
        at_line (call, "+CLCK: %d", *call->model->sim->pin != '\0');
    else if (!g_str_equal (facility, "SC") || !password)
        return CME_NOT_SUPPORTED;
    else if (!sim_enable_pin (call->model->sim, mode, password))
        return CME_WRONG_PASSWORD;
    return AT_OK;
}

static AtResult
change_password (AtCall *call)
{
    if (call->n_args != 3 || !g_str_equal (call->args[0], "SC"))
        return CME_INVALID_PARAMETERS;
    return sim_change_pin (call->model->sim, call->args[1], call->args[2]) ? AT_OK : CME_WRONG_PASSWORD;
}

/* Only READ BINARY (176): what the SIM has are transparent files. */
static AtResult
restricted_access (AtCall *call)
{
    guint command, file, high = 0, low = 0, length = 0;
    g_autoptr (GBytes) contents = NULL;
    g_autoptr (GString) hex = g_string_new (NULL);
    const guint8 *data;
    gsize size;

    if (sim_state (call->model->sim) == SIM_ABSENT)
        return CME_NO_SIM;
    if (!at_number (call, 0, 255, &command) || command != 176 || !at_number (call, 1, G_MAXUINT16, &file))
        return CME_NOT_SUPPORTED;
    at_number (call, 2, 255, &high);
    at_number (call, 3, 255, &low);
    at_number (call, 4, 255, &length);
    contents = sim_read_file (call->model->sim, file);
    if (!contents) {
        at_line (call, "+CRSM: 106,130,\"\""); /* 6a82: file not found */
        return AT_OK;
    }
    data = g_bytes_get_data (contents, &size);
    for (gsize i = high << 8 | low; i < size && (length == 0 || hex->len / 2 < length); i++)
        g_string_append_printf (hex, "%02X", data[i]);
    at_line (call, "+CRSM: 144,0,\"%s\"", hex->str);
    return AT_OK;
}

static AtResult
init_status (AtCall *call)
{
    at_line (call, "+QINISTAT: %u", call->model->init);
    return AT_OK;
}

static AtResult
sim_detection_read (AtCall *call)
{
    at_line (call, "+QSIMDET: %d,%d", nvram_get_int (call->model->nvram, "module", "simdet", 0),
             nvram_get_int (call->model->nvram, "module", "simdet-level", 0));
    return AT_OK;
}

/* Kept; takes effect at the next start of the module. */
static AtResult
sim_detection_set (AtCall *call)
{
    guint enable, level;

    if (!at_number (call, 0, 1, &enable) || !at_number (call, 1, 1, &level))
        return CME_INVALID_PARAMETERS;
    nvram_set_int (call->model->nvram, "module", "simdet", enable);
    nvram_set_int (call->model->nvram, "module", "simdet-level", level);
    return AT_OK;
}

static AtResult
sim_status_read (AtCall *call)
{
    at_line (call, "+QSIMSTAT: %d,%d", call->model->sim_urc_enabled, call->model->sim->present);
    return AT_OK;
}

static AtResult
sim_status_set (AtCall *call)
{
    guint enable;

    if (!at_number (call, 0, 1, &enable))
        return CME_INVALID_PARAMETERS;
    nvram_set_int (call->model->nvram, "module", "simstat", enable);
    call->model->sim_urc_enabled = enable;
    return AT_OK;
}

static AtResult
service_provider (AtCall *call)
{
    const Profile *profile = call->model->profile;

    if (!model_is_registered (call->model))
        return CME_NO_NETWORK;
    at_line (call, "+QSPN: \"%s\",\"%s\",\"%s\",0,\"%s%s\"", profile->long_name, profile->short_name,
             call->model->sim->spn, profile->mcc, profile->mnc);
    return AT_OK;
}

static AtResult
message_format_read (AtCall *call)
{
    at_line (call, "+CMGF: %u", call->settings->cmgf);
    return AT_OK;
}

static AtResult
message_format_set (AtCall *call)
{
    return at_number (call, 0, 1, &call->settings->cmgf) ? AT_OK : CME_INVALID_PARAMETERS;
}

/* The message store is empty. */
const AtCommand at_commands_sim[] = {
    { "+CPIN", AT_READ, cpin_read },
    { "+CPIN", AT_TEST },
    { "+CPIN", AT_SET, cpin_set },
    { "+QPINC", AT_SET, pin_counters },
    { "+QPINC", AT_READ, pin_counters },
    { "+CIMI", AT_EXECUTE, imsi },
    { "+QCCID", AT_EXECUTE, iccid },
    { "+CNUM", AT_EXECUTE, own_number },
    { "+CLCK", AT_TEST, NULL,
      "+CLCK: (\"SC\",\"AO\",\"OI\",\"OX\",\"AI\",\"IR\",\"AB\",\"AG\",\"AC\",\"FD\",\"PF\",\"PN\",\"PU\","
      "\"PP\",\"PC\")" },
    { "+CLCK", AT_SET, facility_lock },
    { "+CPWD", AT_TEST, NULL, "+CPWD: (\"SC\",8),(\"P2\",8)" },
    { "+CPWD", AT_SET, change_password },
    { "+CRSM", AT_TEST },
    { "+CRSM", AT_SET, restricted_access },
    { "+QINISTAT", AT_EXECUTE, init_status },
    { "+QINISTAT", AT_TEST, NULL, "+QINISTAT: (0-7)" },
    { "+QSIMDET", AT_READ, sim_detection_read },
    { "+QSIMDET", AT_TEST, NULL, "+QSIMDET: (0,1),(0,1)" },
    { "+QSIMDET", AT_SET, sim_detection_set },
    { "+QSIMSTAT", AT_READ, sim_status_read },
    { "+QSIMSTAT", AT_TEST, NULL, "+QSIMSTAT: (0,1)" },
    { "+QSIMSTAT", AT_SET, sim_status_set },
    { "+QSPN", AT_EXECUTE, service_provider },
    { "+CMGF", AT_READ, message_format_read },
    { "+CMGF", AT_TEST, NULL, "+CMGF: (0,1)" },
    { "+CMGF", AT_SET, message_format_set },
    { "+CPMS", AT_TEST, NULL,
      "+CPMS: (\"ME\",\"MT\",\"SM\",\"SR\"),(\"ME\",\"MT\",\"SM\",\"SR\"),(\"ME\",\"MT\",\"SM\",\"SR\")" },
    { "+CPMS", AT_READ, NULL, "+CPMS: \"ME\",0,255,\"ME\",0,255,\"ME\",0,255" },
    { "+CPMS", AT_SET, NULL, "+CPMS: 0,255,0,255,0,255" },
    { "+CNMI", AT_TEST, NULL, "+CNMI: (0-2),(0-3),(0,2),(0-2),(0,1)" },
    { "+CNMI", AT_READ, NULL, "+CNMI: 2,1,0,0,0" },
    { "+CNMI", AT_SET },
    { "+CMGL", AT_TEST, NULL, "+CMGL: (0-4)" },
    { "+CMGL", AT_SET },
    { "+CMGL", AT_EXECUTE },
    { "+CSCB", AT_TEST, NULL, "+CSCB: (0,1)" },
    { "+CSCB", AT_READ, NULL, "+CSCB: 0,\"\",\"\"" },
    { "+CSCB", AT_SET },
    { NULL },
};
