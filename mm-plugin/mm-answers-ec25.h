/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the plugin itself reads of the module's QMI and MBIM messages; the parent classes read all the rest. A library
 * of its own, which needs nothing of the daemon, to be tested without it.
 */

#pragma once

#include <libmbim-glib.h>
#include <libqmi-glib.h>

/* FALSE with a MMMobileEquipmentError if LTE refuses to register the module. */
gboolean mm_answers_ec25_check_not_refused (QmiMessageNasGetSystemInfoOutput  *info,
                                            GError                           **error);

/* FALSE with what libmbim or the module says is wrong. */
gboolean mm_answers_ec25_check_device_caps (const MbimMessage  *response,
                                            GError            **error);
