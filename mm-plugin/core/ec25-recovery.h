/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When a module counts as hung, and what is done about it: the gentlest step
 * that may help first. It decides and does nothing; whoever drives it asks the
 * module, takes the steps, and tells what came of them. All times are
 * milliseconds of one monotonic clock, which the caller reads.
 *
 * A module that does not answer gets a round of steps; each of them has a time
 * in which the module must be up again, or it is the turn of the next. A round
 * that did not help, and one soon after another, waits for the next twice as
 * long each time, and there is a limit per day: no module is restarted in a loop.
 */

#pragma once

#include <glib.h>

/**
 * Ec25Channel:
 * @EC25_CHANNEL_MAIN: the port that ModemManager drives the module by.
 * @EC25_CHANNEL_SIDE: an AT port beside it.
 */
typedef enum {
    EC25_CHANNEL_MAIN,
    EC25_CHANNEL_SIDE,
    EC25_N_CHANNELS,
} Ec25Channel;

/**
 * Ec25Fault:
 * @EC25_FAULT_SILENT: the main channel does not answer.
 * @EC25_FAULT_SIDE_SILENT: the side channel does not, the main one does.
 * @EC25_FAULT_NO_START: it answers, and ModemManager cannot bring it up.
 * @EC25_FAULT_MISSING: not back from a restart.
 * @EC25_FAULT_NO_FIRMWARE: stuck in its boot loader.
 * @EC25_FAULT_SESSION_LOST: the data session is gone without a word.
 * @EC25_FAULT_NO_DATA: the session is there, and the module sends none of what it gets.
 * @EC25_FAULT_UNREQUITED: it sends, and nothing has come back for long.
 */
typedef enum {
    EC25_FAULT_NONE,
    EC25_FAULT_SILENT,
    EC25_FAULT_SIDE_SILENT,
    EC25_FAULT_NO_START,
    EC25_FAULT_MISSING,
    EC25_FAULT_NO_FIRMWARE,
    EC25_FAULT_SESSION_LOST,
    EC25_FAULT_NO_DATA,
    EC25_FAULT_UNREQUITED,
} Ec25Fault;

/**
 * Ec25Step: what may help, gentlest first.
 * @EC25_STEP_RECONNECT: end the data session, to be connected anew.
 * @EC25_STEP_REOPEN: close all ports and bring the modem up anew.
 * @EC25_STEP_RADIO: radio off and on over the side channel, and the same.
 * @EC25_STEP_RESTART: restart the module, by a channel that answers.
 * @EC25_STEP_PORT_POWER: take the USB port's power away, and give it back.
 */
typedef enum {
    EC25_STEP_NONE,
    EC25_STEP_RECONNECT,
    EC25_STEP_REOPEN,
    EC25_STEP_RADIO,
    EC25_STEP_RESTART,
    EC25_STEP_PORT_POWER,
    EC25_N_STEPS,
} Ec25Step;

/**
 * Ec25Wish: what is to be done now.
 * @EC25_WISH_NOTHING: nothing, until something happens or the delay is over.
 * @EC25_WISH_ASK_MAIN: ask the main channel something cheap.
 * @EC25_WISH_ASK_SIDE: the side channel.
 * @EC25_WISH_ASK_SESSION: ask whether the data session is there, and how much it has sent.
 * @EC25_WISH_STEP: take the step of ec25_recovery_get_step().
 * @EC25_WISH_ANNOUNCE: tell of the fault; there is nothing to do about it for now.
 */
typedef enum {
    EC25_WISH_NOTHING,
    EC25_WISH_ASK_MAIN,
    EC25_WISH_ASK_SIDE,
    EC25_WISH_ASK_SESSION,
    EC25_WISH_STEP,
    EC25_WISH_ANNOUNCE,
} Ec25Wish;

/**
 * Ec25SessionReport: what was found out about a data session.
 * @EC25_SESSION_UNKNOWN: nothing.
 */
typedef enum {
    EC25_SESSION_UNKNOWN,
    EC25_SESSION_GONE,
    EC25_SESSION_THERE,
} Ec25SessionReport;

/**
 * Ec25RecoveryTimes: milliseconds, and counts.
 * @interval: without a sign of life after which the module is asked.
 * @side_interval: between questions to the side channel.
 * @tries: questions without an answer that make a fault. How long an answer may take is the asker's.
 * @settle: for each step, how long it may take until the modem is up again.
 * @silence: of the data port while it sends, after which the module is asked about the session.
 * @unrequited: the same, after which a session that sends is ended all the same.
 * @packets: sent into the silence, at least.
 * @reconnects: within an @hour, at most.
 * @pause: between two rounds of steps; doubled each time, up to an @hour.
 * @hour: without a fault, after which all is forgiven.
 * @day: in which there are at most @rounds rounds of steps.
 */
typedef struct {
    gint64 interval;
    gint64 side_interval;
    guint  tries;
    gint64 settle[EC25_N_STEPS];
    gint64 silence;
    gint64 unrequited;
    guint  packets;
    guint  reconnects;
    gint64 pause;
    gint64 hour;
    gint64 day;
    guint  rounds;
} Ec25RecoveryTimes;

/**
 * ec25_recovery_times_init:
 * @speed: all times are divided by it; 1 outside of tests.
 *
 * The defaults: with an answer time of 5 s, a main channel that falls silent is
 * a fault after 55 s at the latest (35 s if it says nothing either), a side channel after 45 s, a data port that
 * the module does not serve after 55 s at the latest.
 */
void ec25_recovery_times_init (Ec25RecoveryTimes *times,
                               guint              speed);

typedef struct _Ec25Recovery Ec25Recovery;

/**
 * ec25_recovery_new:
 * @times: copied.
 */
Ec25Recovery *ec25_recovery_new  (const Ec25RecoveryTimes *times);
void          ec25_recovery_free (Ec25Recovery *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ec25Recovery, ec25_recovery_free)

/**
 * ec25_recovery_next:
 * @now: the time.
 * @delay: (out): after what time to ask again if nothing happens; -1: never.
 *
 * Returns: what is to be done; to be called until it is nothing.
 */
Ec25Wish ec25_recovery_next (Ec25Recovery *self,
                             gint64        now,
                             gint64       *delay);

/*****************************************************************************/
/* What happens */

/**
 * ec25_recovery_appeared:
 * @has_side: whether there is a side channel.
 * @port_power: whether the power of the USB port may be taken away.
 *
 * ModemManager has made a modem object, which it now brings up.
 */
void ec25_recovery_appeared (Ec25Recovery *self,
                             gboolean      has_side,
                             gboolean      port_power);

/**
 * ec25_recovery_vanished:
 *
 * The modem object is gone; questions that are not answered yet never will be.
 */
void ec25_recovery_vanished (Ec25Recovery *self,
                             gint64        now);

/**
 * ec25_recovery_brought_up:
 * @usable: whether the module did what it was asked for, be it without a SIM.
 *
 * ModemManager is done with bringing the modem up.
 *
 * Returns: the step that has helped, if need be late, or %EC25_STEP_NONE.
 */
Ec25Step ec25_recovery_brought_up (Ec25Recovery *self,
                                   gboolean      usable,
                                   gint64        now);

/**
 * ec25_recovery_heard:
 *
 * An answer.
 */
void ec25_recovery_heard (Ec25Recovery *self,
                          Ec25Channel   channel,
                          gint64        now);

/**
 * ec25_recovery_overheard:
 *
 * The module has said something by itself on the main channel. That saves it a
 * question, but not two in a row: one that talks may still not listen.
 */
void ec25_recovery_overheard (Ec25Recovery *self,
                              gint64        now);

/**
 * ec25_recovery_unanswered:
 *
 * A question of EC25_WISH_ASK_MAIN or _SIDE was not answered in time.
 */
void ec25_recovery_unanswered (Ec25Recovery *self,
                               Ec25Channel   channel,
                               gint64        now);

/**
 * ec25_recovery_not_asked:
 *
 * A question could not be asked: no sign at all.
 */
void ec25_recovery_not_asked (Ec25Recovery *self,
                              Ec25Channel   channel,
                              gint64        now);

/**
 * ec25_recovery_suspect:
 *
 * Somebody else's question to the main channel was not answered: it is asked now.
 */
void ec25_recovery_suspect (Ec25Recovery *self,
                            gint64        now);

/**
 * ec25_recovery_restart_ordered:
 *
 * Somebody restarts the module: it must come back.
 */
void ec25_recovery_restart_ordered (Ec25Recovery *self,
                                    gint64        now);

/**
 * ec25_recovery_no_firmware:
 * @port_power: as in ec25_recovery_appeared().
 *
 * The module is in its boot loader, of which ModemManager makes no modem.
 */
void ec25_recovery_no_firmware (Ec25Recovery *self,
                                gboolean      port_power,
                                gint64        now);

/**
 * ec25_recovery_traffic:
 * @sent: packets of the data port so far.
 * @received: the same.
 */
void ec25_recovery_traffic (Ec25Recovery *self,
                            guint64       sent,
                            guint64       received,
                            gint64        now);

/**
 * ec25_recovery_disconnected:
 *
 * There is no connection: what the data port does is of no interest.
 */
void ec25_recovery_disconnected (Ec25Recovery *self);

/**
 * ec25_recovery_session:
 * @sent: bytes that the module has sent in it, -1 if it does not tell.
 *
 * The answer to EC25_WISH_ASK_SESSION.
 */
void ec25_recovery_session (Ec25Recovery      *self,
                            Ec25SessionReport  report,
                            gint64             sent,
                            gint64             now);

/*****************************************************************************/
/* How it stands */

Ec25Step  ec25_recovery_get_step  (const Ec25Recovery *self);
Ec25Fault ec25_recovery_get_fault (const Ec25Recovery *self); /* the last one */
guint     ec25_recovery_get_count (const Ec25Recovery *self); /* of steps taken */

/**
 * ec25_recovery_get_round:
 *
 * Returns: the number of the round of steps since the last good hour.
 */
guint ec25_recovery_get_round (const Ec25Recovery *self);

/**
 * ec25_recovery_get_state:
 *
 * Returns: "watching", the name of the step whose effect is waited for,
 *   "waiting" for the next round, or "given-up" until a day is over.
 */
const gchar *ec25_recovery_get_state (const Ec25Recovery *self);

const gchar *ec25_step_get_string   (Ec25Step step);
const gchar *ec25_fault_get_string  (Ec25Fault fault); /* for people */

/*****************************************************************************/

/**
 * ec25_recovery_parse_counters:
 * @text: what /proc/net/dev says.
 * @interface: a network interface.
 * @sent: (out): packets.
 * @received: (out): packets.
 *
 * Returns: whether the interface is there.
 */
gboolean ec25_recovery_parse_counters (const gchar *text,
                                       const gchar *interface,
                                       guint64     *sent,
                                       guint64     *received);
