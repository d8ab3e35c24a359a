/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PDP contexts: one store for AT+CGDCONT, AT+QICSGP and the WDS profiles (3GPP TS 27.007, 10.1.1). */

#pragma once

#include <glib.h>

#include "nvram.h"
#include "profile.h"

#define PDP_CONTEXT_MAX 16

typedef enum {
    PDP_IPV4,
    PDP_IPV6,
    PDP_IPV4V6,
} PdpType;

typedef struct {
    guint cid;
    PdpType type;
    char *apn;
    char *name; /* of the WDS profile */
    char *username;
    char *password;
    guint authentication; /* bit 0 PAP, bit 1 CHAP */
} PdpContext;

/* Puts the profile's contexts into an NVRAM that has never held any. */
void        pdp_contexts_init (Nvram *nvram, const Profile *profile);

/* NULL if that context is not defined. */
PdpContext *pdp_context_load   (Nvram *nvram, guint cid);
void        pdp_context_save   (Nvram *nvram, const PdpContext *context);
void        pdp_context_delete (Nvram *nvram, guint cid);

/* An empty context of that number. */
PdpContext *pdp_context_new  (guint cid);
void        pdp_context_free (PdpContext *self);

/* The lowest number without a context, or 0. */
guint       pdp_context_free_cid (Nvram *nvram);

/* "IP", "IPV6", "IPV4V6"; parsing leaves type alone and returns FALSE for anything else. */
const char *pdp_type_name  (PdpType type);
gboolean    pdp_type_parse (const char *name, PdpType *type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdpContext, pdp_context_free)
