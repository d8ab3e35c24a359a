/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The web interface of the module's router: one page for whoever comes. Real modules run lighttpd there. */

#pragma once

#include <gio/gio.h>

/* Listens on port 80 of every address of a network namespace, given by its file descriptor. NULL with an error. */
GSocketService *web_page_new (int namespace, GError **error);
