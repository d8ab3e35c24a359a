/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The journal's names for what happens; data/lte-failover.catalog explains each. Never changed, only added to. */

#pragma once

#define LM_MESSAGE_SWITCH         "86383c3b7c3a4009a12ca3340555daea"
#define LM_MESSAGE_DEAD           "f4e4a26988224fae9f1a6bd2a724ddf7"
#define LM_MESSAGE_GOOD           "58fa93871b404009aaf2cf9488afd976"
#define LM_MESSAGE_CONFIG_REFUSED "5d21dfafa7f54fe2b3abbdf7aa4111d8"
#define LM_MESSAGE_NOTHING_WORKS  "b6dab4a6e71244aaba24ec2a066e989c"
#define LM_MESSAGE_UNPROVEN       "4000e3c3ce5a41a895b1285268dbfc0b"
#define LM_MESSAGE_BUDGET         "b3b6f0a1d8de4c7c9d1f6a2e5c0f7a94"
