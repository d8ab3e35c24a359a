/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table for a terminal: columns as wide as what is in them, cells in colours if the reader wants them. */

#pragma once

#include <glib.h>

typedef enum {
    LF_COLOUR_NONE,
    LF_COLOUR_BOLD,
    LF_COLOUR_GREEN,
    LF_COLOUR_YELLOW,
    LF_COLOUR_RED,
    LF_COLOUR_GREY,
} LfColour;

typedef struct _LfTable LfTable;

LfTable *lf_table_new (guint n_columns);
void     lf_table_free (LfTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LfTable, lf_table_free)

/* The next cell, row by row. Bytes that are not UTF-8, and what would move the cursor, are replaced. */
void lf_table_add (LfTable *self, LfColour colour, const gchar *text);

/* Two spaces between columns, none at the end of a line. Owned by the caller. */
gchar *lf_table_to_string (const LfTable *self, gboolean colours);

/* TRUE if standard output is a terminal that shows colours, and nobody said NO_COLOR. */
gboolean lf_table_wants_colours (void);
