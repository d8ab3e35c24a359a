/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NMEA 0183 sentences of a position. */

#include "nmea.h"

#include <math.h>

static char *
sentence (const char *format, ...) G_GNUC_PRINTF (1, 2);

static char *
sentence (const char *format, ...)
{
    g_autofree char *text = NULL;
    guint8 checksum = 0;
    va_list args;

    va_start (args, format);
    text = g_strdup_vprintf (format, args);
    va_end (args);
    for (const char *c = text; *c; c++)
        checksum ^= *c;
    return g_strdup_printf ("$%s*%02X\r\n", text, checksum);
}

/* Degrees and minutes, then the half of the globe: "4807.0380,N". */
static char *
coordinate (double degrees, guint digits, const char *halves)
{
    double whole = floor (fabs (degrees));
    double minutes = (fabs (degrees) - whole) * 60;
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_formatd (text, sizeof (text), "%07.4f", minutes);
    return g_strdup_printf ("%0*d%s,%c", digits, (int) whole, text, halves[degrees < 0]);
}

char **
nmea_sentences (double latitude, double longitude, gint64 time)
{
    gboolean fixed = latitude != 0 || longitude != 0;
    g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (time);
    g_autofree char *clock = g_date_time_format (now, "%H%M%S.00");
    g_autofree char *date = g_date_time_format (now, "%d%m%y");
    g_autofree char *north = coordinate (latitude, 2, "NS"), *east = coordinate (longitude, 3, "EW");
    char **sentences = g_new0 (char *, 5);

    if (!fixed) {
        sentences[0] = sentence ("GPRMC,%s,V,,,,,,,%s,,,N", clock, date);
        sentences[1] = sentence ("GPGGA,%s,,,,,0,,,,,,,,", clock);
        sentences[2] = sentence ("GPGSA,A,1,,,,,,,,,,,,,,,");
        sentences[3] = sentence ("GPVTG,,T,,M,,N,,K,N");
        return sentences;
    }
    sentences[0] = sentence ("GPRMC,%s,A,%s,%s,0.0,0.0,%s,,,A", clock, north, east, date);
    sentences[1] = sentence ("GPGGA,%s,%s,%s,1,08,1.0,50.0,M,0.0,M,,", clock, north, east);
    sentences[2] = sentence ("GPGSA,A,3,01,02,03,04,05,06,07,08,,,,,1.5,1.0,1.1");
    sentences[3] = sentence ("GPVTG,0.0,T,,M,0.0,N,0.0,K,A");
    return sentences;
}
