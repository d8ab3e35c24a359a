/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What NetworkManager, ModemManager and logind know before a probe does, and the one thing that is asked of
 * NetworkManager: to bring LTE up, and down again. By GDBus: libnm would keep a copy of all of NetworkManager's
 * objects.
 *
 * None of them has to be there, and each may come and go.
 */

#pragma once

#include <gio/gio.h>

#include "lf-snapshot.h"

typedef struct _LmNm LmNm;

typedef struct {
    /* Something happened that makes what is known of uplinks of this class doubtful (LF_CLASS_OTHER: of all). */
    void (*doubt) (LfClass class, gpointer data);
    /* NetworkManager says that bytes over this interface cost money, or that they do not. */
    void (*metered) (const gchar *interface, gboolean metered, gpointer data);
} LmNmCallbacks;

/* Never NULL: without a system bus it is silent. */
LmNm *lm_nm_new (const LmNmCallbacks *callbacks, gpointer data);
void  lm_nm_free (LmNm *self);

/*
 * Has NetworkManager activate the profile that it finds best on each modem, or deactivate what is active there. Returns
 * at once; what becomes of it is seen in the routes, and said in the log if NetworkManager refuses.
 */
void lm_nm_bring_modems_up (LmNm *self);
void lm_nm_take_modems_down (LmNm *self);
