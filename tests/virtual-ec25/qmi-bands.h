/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The radio bands of the module as DMS and NAS write them: both use the same bits. */

#pragma once

#include <libqmi-glib.h>

#include "profile.h"

#define QMI_BANDS_2G_3G \
    (QMI_DMS_BAND_CAPABILITY_GSM_DCS_1800 | QMI_DMS_BAND_CAPABILITY_GSM_900_EXTENDED | \
     QMI_DMS_BAND_CAPABILITY_GSM_900_PRIMARY | QMI_DMS_BAND_CAPABILITY_WCDMA_2100 | \
     QMI_DMS_BAND_CAPABILITY_WCDMA_850_US | QMI_DMS_BAND_CAPABILITY_WCDMA_900)

static inline guint64
qmi_lte_bands (const Profile *profile)
{
    guint64 bands = 0;

    for (guint i = 0; profile->lte_bands[i]; i++) {
        guint64 band = g_ascii_strtoull (profile->lte_bands[i], NULL, 10);

        if (band >= 1 && band <= 64)
            bands |= G_GUINT64_CONSTANT (1) << (band - 1);
    }
    return bands;
}
