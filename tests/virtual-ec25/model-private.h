/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the two files of the model share. */

#pragma once

#include "model.h"

void model_emit           (Model *self, ModelEvent event, gconstpointer detail);
void model_announce_sim   (Model *self); /* +CPIN and +QUSIM */
void model_load_attach_context (Model *self);
EsmCause model_judge_attach (const Model *self);
void model_router_dial_later (Model *self, double seconds); /* if it is one */
void model_session_end (Model *self, Session *session, EsmCause cause, gboolean by_network);
void model_forget_network (Model *self); /* silently: the firmware stops */
