/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-table.h"

#include <unistd.h>

#include "lf-text.h"

typedef struct {
    LfColour  colour;
    gchar    *text;
} Cell;

struct _LfTable {
    guint   n_columns;
    GArray *cells; /* of Cell, row by row */
};

/* SGR parameters of ECMA-48. */
static const gchar *const colour_codes[] = {
    [LF_COLOUR_NONE] = "",
    [LF_COLOUR_BOLD] = "1",
    [LF_COLOUR_GREEN] = "32",
    [LF_COLOUR_YELLOW] = "33",
    [LF_COLOUR_RED] = "31",
    [LF_COLOUR_GREY] = "2",
};

static void
cell_clear (gpointer data)
{
    g_free (((Cell *) data)->text);
}

LfTable *
lf_table_new (guint n_columns)
{
    LfTable *self = g_new0 (LfTable, 1);

    self->n_columns = n_columns;
    self->cells = g_array_new (FALSE, FALSE, sizeof (Cell));
    g_array_set_clear_func (self->cells, cell_clear);
    return self;
}

void
lf_table_free (LfTable *self)
{
    g_array_unref (self->cells);
    g_free (self);
}

void
lf_table_add (LfTable *self, LfColour colour, const gchar *text)
{
    Cell cell = { colour, lf_text_printable (text) };

    g_array_append_val (self->cells, cell);
}

/* Columns of a terminal: a Chinese character takes two, a combining mark none. */
static guint
text_width (const gchar *text)
{
    guint width = 0;

    for (; *text; text = g_utf8_next_char (text)) {
        gunichar character = g_utf8_get_char (text);

        width += g_unichar_iszerowidth (character) ? 0 : g_unichar_iswide (character) ? 2 : 1;
    }
    return width;
}

static guint
column_width (const LfTable *self, guint column)
{
    guint i, width = 0;

    for (i = column; i < self->cells->len; i += self->n_columns)
        width = MAX (width, text_width (g_array_index (self->cells, Cell, i).text));
    return width;
}

static void
append_cell (GString *text, const Cell *cell, gboolean colours)
{
    if (colours && cell->colour != LF_COLOUR_NONE)
        g_string_append_printf (text, "\033[%sm%s\033[0m", colour_codes[cell->colour], cell->text);
    else
        g_string_append (text, cell->text);
}

gchar *
lf_table_to_string (const LfTable *self, gboolean colours)
{
    GString           *text = g_string_new (NULL);
    g_autofree guint  *widths = g_new (guint, self->n_columns);
    guint              i;

    for (i = 0; i < self->n_columns; i++)
        widths[i] = column_width (self, i);
    for (i = 0; i < self->cells->len; i++) {
        const Cell *cell = &g_array_index (self->cells, Cell, i);
        guint       column = i % self->n_columns;

        append_cell (text, cell, colours);
        if (column + 1 == self->n_columns)
            g_string_append_c (text, '\n');
        else
            g_string_append_printf (text, "%*s", (int) (widths[column] - text_width (cell->text) + 2), "");
    }
    return g_string_free (text, FALSE);
}

gboolean
lf_table_wants_colours (void)
{
    const gchar *no_colour = g_getenv ("NO_COLOR"), *terminal = g_getenv ("TERM");

    return isatty (STDOUT_FILENO) && !(no_colour && *no_colour) && terminal && !g_str_equal (terminal, "dumb");
}
