/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What only the monitor itself knows, because it changes all the time: asked on the system bus. */

#pragma once

#include "lf-health-file.h"

/*
 * Fills in latency and loss of a report's entries; they stay 0 if the monitor, or the bus, does not answer at once.
 * Returns FALSE then.
 */
gboolean lf_ask_monitor (LfHealthReport *report);
