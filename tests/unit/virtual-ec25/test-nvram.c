/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ec25-error.h"
#include "nvram.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
    char *folder, *file;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
    fixture->folder = g_dir_make_tmp ("nvram-XXXXXX", NULL);
    fixture->file = g_build_filename (fixture->folder, "nvram", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
    g_unlink (fixture->file);
    g_rmdir (fixture->folder);
    g_free (fixture->folder);
    g_free (fixture->file);
}

static void
test_survives (Fixture *fixture, gconstpointer data)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Nvram) first = nvram_open (fixture->file, &error), second = NULL;
    g_autofree char *apn = NULL, *missing = NULL;

    g_assert_no_error (error);
    nvram_set_string (first, "context 1", "apn", "a;b=\"c\"\n d");
    nvram_set_int (first, "module", "usbnet", 3);
    second = nvram_open (fixture->file, &error);
    g_assert_no_error (error);
    apn = nvram_get_string (second, "context 1", "apn", NULL);
    g_assert_cmpstr (apn, ==, "a;b=\"c\"\n d");
    g_assert_cmpint (nvram_get_int (second, "module", "usbnet", 0), ==, 3);
    missing = nvram_get_string (second, "context 2", "apn", "factory");
    g_assert_cmpstr (missing, ==, "factory");
    nvram_erase (second);
    g_assert_cmpint (nvram_get_int (second, "module", "usbnet", 0), ==, 0);
}

static void
test_junk_is_refused_and_kept (Fixture *fixture, gconstpointer data)
{
    static const char junk[] = "\001\002 no key file";
    g_autoptr (GError) error = NULL;
    g_autofree char *contents = NULL;

    g_assert_true (g_file_set_contents (fixture->file, junk, -1, NULL));
    g_assert_null (nvram_open (fixture->file, &error));
    g_assert_error (error, EC25_ERROR, EC25_ERROR_NVRAM);
    g_assert_nonnull (strstr (error->message, fixture->file));
    g_assert_true (g_file_get_contents (fixture->file, &contents, NULL, NULL));
    g_assert_cmpstr (contents, ==, junk);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add ("/nvram/survives", Fixture, NULL, set_up, test_survives, tear_down);
    g_test_add ("/nvram/junk", Fixture, NULL, set_up, test_junk_is_refused_and_kept, tear_down);
    return g_test_run ();
}
