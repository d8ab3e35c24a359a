/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A part of the firmware that reads and says nothing, and what wakes it up. */

#include "hang.h"

gboolean
hang_parse (const char *word, Hang *hang)
{
    static const char *const words[] = { "off", "until-reopened", "until-radio", "until-restart", "until-power", "on" };

    for (guint i = 0; word && i < G_N_ELEMENTS (words); i++)
        if (g_str_equal (word, words[i])) {
            *hang = i;
            return TRUE;
        }
    return FALSE;
}

static Hang
strongest_cured_by (const Model *model, ModelEvent event)
{
    switch (event) {
    case MODEL_MODE:
        return model->mode == MODE_ONLINE ? HANG_UNTIL_RADIO : HANG_NONE;
    case MODEL_DETACHED:
        return HANG_UNTIL_RESTART;
    case MODEL_UNPOWERED:
        return HANG_UNTIL_POWER;
    default:
        return HANG_NONE;
    }
}

Hang
hang_after (Hang hang, const Model *model, ModelEvent event)
{
    return hang <= strongest_cured_by (model, event) ? HANG_NONE : hang;
}
