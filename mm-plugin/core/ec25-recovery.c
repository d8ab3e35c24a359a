/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When a module counts as hung, and what is done about it. */

#include "ec25-recovery.h"

#include <string.h>

#define SECOND 1000
#define HOUR   (3600 * SECOND)

#define MAX_RECONNECTS 8

typedef enum {
    PHASE_WATCHING,
    PHASE_SETTLING, /* a step has been taken */
    PHASE_WAITING,  /* for the next round */
} Phase;

typedef struct {
    gboolean present;
    gboolean asking;
    gboolean heard_lately; /* since the last step */
    gint64   heard;        /* or asked in vain */
    gint64   answered;
    guint    missed;
} Channel;

typedef struct {
    gboolean connected;
    gint64   silent_since;
    guint64  sent, received; /* packets when the silence began */
    guint64  sent_now;
    gboolean asking;
    gint64   asked;
    guint64  asked_sent;    /* packets at the last question */
    gint64   module_sent;   /* bytes that the module had sent then; -1: not known */
} Data;

struct _Ec25Recovery {
    Ec25RecoveryTimes times;
    Phase     phase;
    gboolean  modem; /* there is a modem object */
    gboolean  port_power;
    gboolean  order; /* a step is to be taken */
    gboolean  announce;
    Channel   channels[EC25_N_CHANNELS];
    Data      data;
    Ec25Fault fault;
    Ec25Step  step;
    Ec25Step  tried; /* last, against the fault */
    gint64    deadline; /* of the step, or of the wait */
    gint64    healthy_since;
    guint     round; /* since the last good hour */
    guint     rounds_today;
    gint64    day_begin;
    gboolean  side_told; /* its silence */
    gint64    reconnects[MAX_RECONNECTS];
    guint     count;
};

void
ec25_recovery_times_init (Ec25RecoveryTimes *times,
                          guint              speed)
{
    gint64 divisor = MAX (speed, 1);

    *times = (Ec25RecoveryTimes) {
        .interval = 20 * SECOND / divisor,
        .side_interval = 30 * SECOND / divisor,
        .tries = 3,
        .settle = {
            [EC25_STEP_REOPEN] = 30 * SECOND / divisor,
            [EC25_STEP_RADIO] = 45 * SECOND / divisor,
            /* 20 to 30 s until it is back on the bus, and ModemManager takes its time. */
            [EC25_STEP_RESTART] = 90 * SECOND / divisor,
            [EC25_STEP_PORT_POWER] = 90 * SECOND / divisor,
        },
        .silence = 24 * SECOND / divisor,
        .unrequited = 300 * SECOND / divisor,
        .packets = 5,
        .reconnects = 2,
        .pause = 60 * SECOND / divisor,
        .hour = HOUR / divisor,
        .day = 24 * (gint64) HOUR / divisor,
        .rounds = 8,
    };
}

Ec25Recovery *
ec25_recovery_new (const Ec25RecoveryTimes *times)
{
    Ec25Recovery *self = g_new0 (Ec25Recovery, 1);
    guint         i;

    self->times = *times;
    self->times.reconnects = MIN (times->reconnects, MAX_RECONNECTS);
    self->day_begin = self->healthy_since = G_MININT64;
    for (i = 0; i < MAX_RECONNECTS; i++)
        self->reconnects[i] = G_MININT64;
    return self;
}

void
ec25_recovery_free (Ec25Recovery *self)
{
    g_free (self);
}

/* Whether so much time is over since; never after what has not been. */
static gboolean
is_over (gint64 since,
         gint64 time,
         gint64 now)
{
    return since == G_MININT64 || now - since >= time;
}

/*****************************************************************************/
/* Rounds of steps */

static void
listen_anew (Ec25Recovery *self,
             gint64        now)
{
    guint i;

    for (i = 0; i < EC25_N_CHANNELS; i++) {
        self->channels[i].missed = 0;
        self->channels[i].heard = self->channels[i].answered = now;
    }
    self->data.connected = FALSE;
    self->data.asking = FALSE;
    self->side_told = FALSE;
}

static gboolean
may_take (const Ec25Recovery *self,
          Ec25Step            step)
{
    const Channel *main_channel = &self->channels[EC25_CHANNEL_MAIN];
    const Channel *side = &self->channels[EC25_CHANNEL_SIDE];

    switch (step) {
    case EC25_STEP_REOPEN:
        return self->modem && (self->fault == EC25_FAULT_SILENT || self->fault == EC25_FAULT_NO_START);
    case EC25_STEP_RADIO:
        return self->modem && self->fault == EC25_FAULT_SILENT && side->heard_lately;
    case EC25_STEP_RESTART:
        return self->modem && ((self->fault == EC25_FAULT_SILENT && side->heard_lately) ||
                               (self->fault == EC25_FAULT_SIDE_SILENT && main_channel->heard_lately));
    case EC25_STEP_PORT_POWER:
        return self->port_power && self->fault != EC25_FAULT_NO_START && self->fault != EC25_FAULT_SIDE_SILENT;
    default:
        return FALSE;
    }
}

static gint64
get_pause (const Ec25Recovery *self)
{
    gint64 pause = self->times.pause;
    guint  i;

    for (i = 1; i < self->round && pause < self->times.hour; i++)
        pause *= 2;
    return MIN (pause, self->times.hour);
}

static void
await_next_round (Ec25Recovery *self,
                  gint64        now)
{
    gboolean exhausted = self->rounds_today >= self->times.rounds;

    self->phase = PHASE_WAITING;
    self->step = EC25_STEP_NONE;
    self->deadline = exhausted ? MAX (self->day_begin + self->times.day, now + get_pause (self))
                               : now + get_pause (self);
    self->announce = TRUE;
}

static void
take_next_step (Ec25Recovery *self,
                gint64        now)
{
    Ec25Step step;

    for (step = MAX (self->step + 1, EC25_STEP_REOPEN); step < EC25_N_STEPS && !may_take (self, step); step++)
        ;
    if (step == EC25_N_STEPS) {
        await_next_round (self, now);
        return;
    }
    self->step = self->tried = step;
    self->phase = PHASE_SETTLING;
    self->deadline = now + self->times.settle[step];
    self->order = TRUE;
    self->count++;
    listen_anew (self, now);
    /* What the side channel says decides about the next step, and counts only if it is said from now on. */
    self->channels[EC25_CHANNEL_SIDE].heard_lately = FALSE;
    self->channels[EC25_CHANNEL_SIDE].heard = G_MININT64;
}

static void
begin_round (Ec25Recovery *self,
             gint64        now)
{
    if (is_over (self->day_begin, self->times.day, now)) {
        self->day_begin = now;
        self->rounds_today = 0;
    }
    if (self->rounds_today >= self->times.rounds) {
        await_next_round (self, now);
        return;
    }
    self->rounds_today++;
    self->round++;
    self->step = EC25_STEP_NONE;
    take_next_step (self, now);
}

/* The first fault is seen to at once, the next ones soon after only after a pause. */
static void
find_fault (Ec25Recovery *self,
            Ec25Fault     fault,
            gint64        now)
{
    if (self->round && is_over (self->healthy_since, self->times.hour, now))
        self->round = 0;
    self->fault = fault;
    self->healthy_since = now;
    if (self->round || fault == EC25_FAULT_NO_START)
        await_next_round (self, now);
    else
        begin_round (self, now);
}

static void
watch_again (Ec25Recovery *self,
             gint64        now)
{
    self->phase = PHASE_WATCHING;
    self->step = self->tried = EC25_STEP_NONE;
    self->healthy_since = now;
    listen_anew (self, now);
}

/*****************************************************************************/
/* What the channels say */

/* Whether it is asked now; *due: when it will be. */
static gboolean
ask (Channel *channel,
     gint64   interval,
     gint64   now,
     gint64  *due)
{
    if (!channel->present || channel->asking)
        return FALSE;
    if (channel->missed == 0 && !is_over (channel->heard, interval, now)) {
        *due = MIN (*due, channel->heard + interval);
        return FALSE;
    }
    channel->asking = TRUE;
    return TRUE;
}

void
ec25_recovery_heard (Ec25Recovery *self,
                     Ec25Channel   id,
                     gint64        now)
{
    Channel *channel = &self->channels[id];

    channel->asking = FALSE;
    channel->missed = 0;
    channel->heard = channel->answered = now;
    channel->heard_lately = TRUE;
    if (id == EC25_CHANNEL_SIDE)
        self->side_told = FALSE;
    /* It has found back by itself before its next round. */
    if (id == EC25_CHANNEL_MAIN && self->phase == PHASE_WAITING && self->fault == EC25_FAULT_SILENT && self->modem)
        watch_again (self, now);
}

void
ec25_recovery_overheard (Ec25Recovery *self,
                         gint64        now)
{
    Channel *channel = &self->channels[EC25_CHANNEL_MAIN];

    if (!channel->asking && !channel->missed)
        channel->heard = MAX (channel->heard, MIN (now, channel->answered + self->times.interval));
}

void
ec25_recovery_unanswered (Ec25Recovery *self,
                          Ec25Channel   id,
                          gint64        now)
{
    Channel *channel = &self->channels[id];

    if (!channel->asking)
        return;
    channel->asking = FALSE;
    channel->heard_lately = FALSE;
    channel->heard = now;
    channel->missed++;
}

void
ec25_recovery_not_asked (Ec25Recovery *self,
                         Ec25Channel   id,
                         gint64        now)
{
    Channel *channel = &self->channels[id];

    channel->asking = FALSE;
    channel->missed = 0;
    channel->heard = now;
}

void
ec25_recovery_suspect (Ec25Recovery *self,
                       gint64        now)
{
    self->channels[EC25_CHANNEL_MAIN].heard = MIN (self->channels[EC25_CHANNEL_MAIN].heard,
                                                   now - self->times.interval);
}

/*****************************************************************************/
/* What the data port does */

void
ec25_recovery_traffic (Ec25Recovery *self,
                       guint64       sent,
                       guint64       received,
                       gint64        now)
{
    Data *data = &self->data;

    /* The silence begins with the first packet that gets no answer. */
    if (!data->connected || received != data->received || sent == data->sent) {
        gboolean was_connected = data->connected;

        *data = (Data) { .connected = TRUE, .silent_since = now, .received = received, .module_sent = -1,
                         .sent = sent, .asking = was_connected && data->asking };
    }
    data->sent_now = sent;
}

void
ec25_recovery_disconnected (Ec25Recovery *self)
{
    self->data = (Data) { 0 };
}

static gboolean
may_reconnect (Ec25Recovery *self,
               gint64        now)
{
    guint i;

    for (i = 0; i < self->times.reconnects; i++) {
        if (is_over (self->reconnects[i], self->times.hour, now)) {
            self->reconnects[i] = now;
            return TRUE;
        }
    }
    return FALSE;
}

static void
reconnect (Ec25Recovery *self,
           Ec25Fault     fault,
           gint64        now)
{
    self->fault = fault;
    self->data = (Data) { 0 };
    if (may_reconnect (self, now)) {
        self->step = EC25_STEP_RECONNECT;
        self->order = TRUE;
        self->count++;
    }
}

void
ec25_recovery_session (Ec25Recovery      *self,
                       Ec25SessionReport  report,
                       gint64             sent,
                       gint64             now)
{
    Data     *data = &self->data;
    gboolean  stuck;

    data->asking = FALSE;
    if (!data->connected || self->phase != PHASE_WATCHING || report == EC25_SESSION_UNKNOWN)
        return;
    if (report == EC25_SESSION_GONE) {
        self->fault = EC25_FAULT_SESSION_LOST;
        self->announce = TRUE;
        self->data = (Data) { 0 };
        return;
    }
    /* What the host has sent since the last question, the module must have sent too. */
    stuck = sent >= 0 && sent == data->module_sent && data->sent_now - data->asked_sent >= self->times.packets;
    if (stuck)
        reconnect (self, EC25_FAULT_NO_DATA, now);
    else if (is_over (data->silent_since, self->times.unrequited, now))
        reconnect (self, EC25_FAULT_UNREQUITED, now);
    else if (sent != data->module_sent || data->module_sent < 0) {
        data->module_sent = sent;
        data->asked_sent = data->sent_now;
    }
}

/* Whether the module is asked about the session. */
static gboolean
look_at_data (Ec25Recovery *self,
              gint64        now,
              gint64       *due)
{
    Data   *data = &self->data;
    gint64  pause = self->times.silence / 3;

    if (!data->connected)
        return FALSE;
    *due = MIN (*due, now + pause);
    if (data->asking || data->sent_now - data->sent < self->times.packets ||
        !is_over (data->silent_since, self->times.silence, now) ||
        (data->asked && !is_over (data->asked, pause, now)))
        return FALSE;
    data->asking = TRUE;
    data->asked = now;
    return TRUE;
}

/*****************************************************************************/
/* What becomes of the modem object */

void
ec25_recovery_appeared (Ec25Recovery *self,
                        gboolean      has_side,
                        gboolean      port_power)
{
    self->modem = TRUE;
    self->port_power = port_power;
    self->channels[EC25_CHANNEL_SIDE].present = has_side;
    self->channels[EC25_CHANNEL_SIDE].asking = FALSE;
}

void
ec25_recovery_vanished (Ec25Recovery *self,
                        gint64        now)
{
    guint i;

    self->modem = FALSE;
    for (i = 0; i < EC25_N_CHANNELS; i++)
        self->channels[i] = (Channel) { .heard = G_MININT64 };
    self->data = (Data) { 0 };
    /* Pulled out: nobody knows what comes back. */
    if (self->phase == PHASE_WAITING && self->fault != EC25_FAULT_MISSING && self->fault != EC25_FAULT_NO_FIRMWARE)
        watch_again (self, now);
}

static gboolean
knows_side (const Ec25Recovery *self)
{
    const Channel *side = &self->channels[EC25_CHANNEL_SIDE];

    return !side->present || side->heard_lately || side->missed >= self->times.tries;
}

Ec25Step
ec25_recovery_brought_up (Ec25Recovery *self,
                          gboolean      usable,
                          gint64        now)
{
    /* It may have helped only after its time. */
    Ec25Step step = self->tried;

    if (usable) {
        watch_again (self, now);
        self->channels[EC25_CHANNEL_MAIN].present = TRUE;
        self->channels[EC25_CHANNEL_MAIN].heard_lately = TRUE;
        return step;
    }
    if (self->phase == PHASE_WATCHING)
        find_fault (self, EC25_FAULT_NO_START, now);
    else if (self->phase == PHASE_SETTLING && self->fault != EC25_FAULT_NONE && knows_side (self))
        self->deadline = now;
    return EC25_STEP_NONE;
}

void
ec25_recovery_restart_ordered (Ec25Recovery *self,
                               gint64        now)
{
    if (self->phase != PHASE_WATCHING)
        return;
    self->phase = PHASE_SETTLING;
    self->step = EC25_STEP_RESTART;
    self->fault = EC25_FAULT_NONE;
    self->deadline = now + self->times.settle[EC25_STEP_RESTART];
}

void
ec25_recovery_no_firmware (Ec25Recovery *self,
                           gboolean      port_power,
                           gint64        now)
{
    self->port_power = port_power;
    if (self->phase == PHASE_WAITING && self->fault == EC25_FAULT_NO_FIRMWARE)
        return;
    if (self->phase == PHASE_SETTLING && self->step == EC25_STEP_PORT_POWER) {
        self->fault = EC25_FAULT_NO_FIRMWARE;
        await_next_round (self, now);
        return;
    }
    find_fault (self, EC25_FAULT_NO_FIRMWARE, now);
}

/*****************************************************************************/
/* What is to be done */

static Ec25Wish
watch (Ec25Recovery *self,
       gint64        now,
       gint64       *due)
{
    Channel *main_channel = &self->channels[EC25_CHANNEL_MAIN];
    Channel *side = &self->channels[EC25_CHANNEL_SIDE];

    if (!self->modem || !main_channel->present)
        return EC25_WISH_NOTHING;
    if (main_channel->missed >= self->times.tries) {
        find_fault (self, EC25_FAULT_SILENT, now);
        return EC25_WISH_NOTHING;
    }
    if (ask (main_channel, self->times.interval, now, due))
        return EC25_WISH_ASK_MAIN;
    if (side->missed >= self->times.tries && main_channel->heard_lately && !main_channel->missed) {
        side->missed = 0;
        /* A working connection is worth more than a port beside it. */
        if (!self->data.connected) {
            find_fault (self, EC25_FAULT_SIDE_SILENT, now);
            return EC25_WISH_NOTHING;
        }
        self->fault = EC25_FAULT_SIDE_SILENT;
        self->announce = !self->side_told;
        self->side_told = TRUE;
    }
    if (ask (side, self->times.side_interval, now, due))
        return EC25_WISH_ASK_SIDE;
    return look_at_data (self, now, due) ? EC25_WISH_ASK_SESSION : EC25_WISH_NOTHING;
}

/* Meanwhile the side channel is asked: it decides what comes next. */
static Ec25Wish
settle (Ec25Recovery *self,
        gint64        now,
        gint64       *due)
{
    Channel *side = &self->channels[EC25_CHANNEL_SIDE];

    if (now < self->deadline) {
        *due = self->deadline;
        return self->modem && self->step < EC25_STEP_RESTART && !knows_side (self) &&
               ask (side, self->times.side_interval, now, due) ? EC25_WISH_ASK_SIDE : EC25_WISH_NOTHING;
    }
    /* The restart that somebody ordered was refused. */
    if (self->fault == EC25_FAULT_NONE && self->channels[EC25_CHANNEL_MAIN].present) {
        watch_again (self, now);
        return EC25_WISH_NOTHING;
    }
    if (self->step >= EC25_STEP_RESTART && !self->modem && self->fault != EC25_FAULT_NO_FIRMWARE)
        self->fault = EC25_FAULT_MISSING;
    else if (self->fault == EC25_FAULT_NONE)
        self->fault = EC25_FAULT_SILENT;
    take_next_step (self, now);
    return EC25_WISH_NOTHING;
}

static Ec25Wish
await (Ec25Recovery *self,
       gint64        now,
       gint64       *due)
{
    Channel *main_channel = &self->channels[EC25_CHANNEL_MAIN];

    if (now >= self->deadline) {
        begin_round (self, now);
        return EC25_WISH_NOTHING;
    }
    *due = self->deadline;
    main_channel->missed = 0;
    return self->modem && ask (main_channel, self->times.interval, now, due)
           ? EC25_WISH_ASK_MAIN : EC25_WISH_NOTHING;
}

/* Decides anew as long as that changes the phase or the step. */
static Ec25Wish
decide (Ec25Recovery *self,
        gint64        now,
        gint64       *due)
{
    Ec25Wish wish;
    Phase    phase;
    Ec25Step step;

    do {
        *due = G_MAXINT64;
        phase = self->phase;
        step = self->step;
        wish = phase == PHASE_WATCHING ? watch (self, now, due) :
               phase == PHASE_SETTLING ? settle (self, now, due) : await (self, now, due);
    } while (wish == EC25_WISH_NOTHING && !self->order && !self->announce &&
             (phase != self->phase || step != self->step));
    return wish;
}

Ec25Wish
ec25_recovery_next (Ec25Recovery *self,
                    gint64        now,
                    gint64       *delay)
{
    gint64   due;
    Ec25Wish wish = EC25_WISH_NOTHING;

    *delay = 0;
    if (!self->order && !self->announce)
        wish = decide (self, now, &due);
    if (wish != EC25_WISH_NOTHING)
        return wish;
    if (self->order) {
        self->order = self->announce = FALSE;
        return EC25_WISH_STEP;
    }
    if (self->announce) {
        self->announce = FALSE;
        return EC25_WISH_ANNOUNCE;
    }
    *delay = due == G_MAXINT64 ? -1 : MAX (due - now, 1);
    return EC25_WISH_NOTHING;
}

/*****************************************************************************/
/* How it stands */

Ec25Step
ec25_recovery_get_step (const Ec25Recovery *self)
{
    return self->step;
}

Ec25Fault
ec25_recovery_get_fault (const Ec25Recovery *self)
{
    return self->fault;
}

guint
ec25_recovery_get_count (const Ec25Recovery *self)
{
    return self->count;
}

guint
ec25_recovery_get_round (const Ec25Recovery *self)
{
    return self->round;
}

const gchar *
ec25_recovery_get_state (const Ec25Recovery *self)
{
    if (self->phase == PHASE_SETTLING)
        return self->fault == EC25_FAULT_NONE ? "restart" : ec25_step_get_string (self->step);
    if (self->phase == PHASE_WAITING)
        return self->rounds_today >= self->times.rounds ? "given-up" : "waiting";
    return "watching";
}

const gchar *
ec25_step_get_string (Ec25Step step)
{
    static const gchar *const names[EC25_N_STEPS] = {
        "none", "reconnect", "reopen", "radio-cycle", "restart", "port-power",
    };

    return names[step];
}

const gchar *
ec25_fault_get_string (Ec25Fault fault)
{
    switch (fault) {
    case EC25_FAULT_SILENT:
        return "the module does not answer";
    case EC25_FAULT_SIDE_SILENT:
        return "the AT port does not answer";
    case EC25_FAULT_NO_START:
        return "ModemManager cannot bring the modem up";
    case EC25_FAULT_MISSING:
        return "the module did not come back from a restart";
    case EC25_FAULT_NO_FIRMWARE:
        return "the module is stuck in its boot loader";
    case EC25_FAULT_SESSION_LOST:
        return "the data session was gone without a word";
    case EC25_FAULT_NO_DATA:
        return "the module does not send what it is given";
    case EC25_FAULT_UNREQUITED:
        return "nothing is received, although the module sends";
    default:
        return "";
    }
}

/*****************************************************************************/

/*
 * "  wwan0: 1000 10 0 0 0 0 0 0 500 5 0 0 0 0 0 0": eight figures received, eight sent; packets are the second of each.
 */
gboolean
ec25_recovery_parse_counters (const gchar *text,
                              const gchar *interface,
                              guint64     *sent,
                              guint64     *received)
{
    g_autofree gchar *name = g_regex_escape_string (interface, -1);
    g_autofree gchar *pattern = g_strdup_printf ("^ *%s: *\\d+ +(\\d+)(?: +\\d+){6} +\\d+ +(\\d+) ", name);
    g_autoptr(GRegex) regex = g_regex_new (pattern, G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    g_autofree gchar *in = NULL, *out = NULL;

    if (!regex || !g_regex_match (regex, text, 0, &match))
        return FALSE;
    in = g_match_info_fetch (match, 1);
    out = g_match_info_fetch (match, 2);
    *received = g_ascii_strtoull (in, NULL, 10);
    *sent = g_ascii_strtoull (out, NULL, 10);
    return TRUE;
}
