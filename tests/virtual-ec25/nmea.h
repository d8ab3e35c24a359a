/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NMEA 0183 sentences of a position. */

#pragma once

#include <glib.h>

/* RMC, GGA, GSA and VTG with checksum and line end; 0, 0 stands for no fix. time: seconds since 1970. */
char **nmea_sentences (double latitude, double longitude, gint64 time);
