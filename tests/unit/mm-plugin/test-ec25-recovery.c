/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A module in two dozen lines, a clock that jumps, and what the watchdog makes of them. */

#include "ec25-recovery.h"

#define SECOND 1000
#define HOUR   (3600 * SECOND)

#define ANSWER_TIME (5 * SECOND)
#define BRING_UP    (8 * SECOND)
#define REBOOT      (25 * SECOND)

typedef struct {
    const gchar *name;
    gboolean     main_hangs, side_hangs, has_side, port_power;
    gboolean     connected;
    gboolean     session_gone, data_stuck, nobody_answers; /* to what the host sends, 1 packet a second */
    gboolean     no_firmware;
    Ec25Step     helps; /* NONE: nothing does */
    /* What is to come of it. */
    const gchar *steps; /* in the order in which they were taken within the time */
    gint64       time;  /* watched, from the fault on */
    gint64       detected; /* within this time; 0: never */
    Ec25Fault    fault;
    const gchar *state;
} Case;

static const Case cases[] = {
    { .name = "healthy", .has_side = TRUE, .steps = "", .time = 48 * (gint64) HOUR, .state = "watching" },
    { .name = "idle connection", .has_side = TRUE, .connected = TRUE, .steps = "", .time = 48 * (gint64) HOUR,
      .state = "watching" },
    { .name = "QMI hangs, re-opening helps", .main_hangs = TRUE, .has_side = TRUE, .helps = EC25_STEP_REOPEN,
      .steps = "reopen ", .time = HOUR, .detected = 36 * SECOND, .fault = EC25_FAULT_SILENT, .state = "watching" },
    { .name = "QMI hangs, the radio helps", .main_hangs = TRUE, .has_side = TRUE, .helps = EC25_STEP_RADIO,
      .steps = "reopen radio-cycle ", .time = HOUR, .detected = 36 * SECOND, .fault = EC25_FAULT_SILENT,
      .state = "watching" },
    { .name = "QMI hangs, a restart helps", .main_hangs = TRUE, .has_side = TRUE, .port_power = TRUE,
      .helps = EC25_STEP_RESTART, .steps = "reopen radio-cycle restart ", .time = HOUR, .detected = 36 * SECOND,
      .fault = EC25_FAULT_SILENT, .state = "watching" },
    { .name = "both hang: no channel for a restart", .main_hangs = TRUE, .side_hangs = TRUE, .has_side = TRUE,
      .port_power = TRUE, .helps = EC25_STEP_PORT_POWER, .steps = "reopen port-power ", .time = HOUR,
      .detected = 36 * SECOND, .fault = EC25_FAULT_SILENT, .state = "watching" },
    { .name = "the port's power is nobody's to take", .main_hangs = TRUE, .side_hangs = TRUE, .has_side = TRUE,
      .helps = EC25_STEP_PORT_POWER, .steps = "reopen reopen ", .time = 180 * SECOND, .detected = 36 * SECOND,
      .fault = EC25_FAULT_SILENT, .state = "waiting" },
    { .name = "dead for good: eight rounds a day", .main_hangs = TRUE, .has_side = FALSE, .port_power = TRUE,
      .steps = "reopen port-power port-power port-power port-power port-power port-power port-power port-power ",
      .time = 23 * HOUR, .detected = 36 * SECOND, .fault = EC25_FAULT_MISSING, .state = "given-up" },
    { .name = "AT hangs, connected: left alone", .side_hangs = TRUE, .has_side = TRUE, .connected = TRUE,
      .helps = EC25_STEP_RESTART, .steps = "", .time = HOUR, .detected = 46 * SECOND,
      .fault = EC25_FAULT_SIDE_SILENT, .state = "watching" },
    { .name = "AT hangs, not connected", .side_hangs = TRUE, .has_side = TRUE, .helps = EC25_STEP_RESTART,
      .steps = "restart ", .time = HOUR, .detected = 46 * SECOND, .fault = EC25_FAULT_SIDE_SILENT,
      .state = "watching" },
    { .name = "the session is gone", .connected = TRUE, .session_gone = TRUE, .steps = "", .time = 60 * SECOND,
      .detected = 46 * SECOND, .fault = EC25_FAULT_SESSION_LOST, .state = "watching" },
    { .name = "the module sends nothing", .connected = TRUE, .data_stuck = TRUE, .helps = EC25_STEP_RECONNECT,
      .steps = "reconnect ", .time = HOUR, .detected = 56 * SECOND, .fault = EC25_FAULT_NO_DATA,
      .state = "watching" },
    { .name = "the module sends nothing, whatever is done", .connected = TRUE, .data_stuck = TRUE,
      .steps = "reconnect reconnect ", .time = 50 * 60 * SECOND, .detected = 56 * SECOND,
      .fault = EC25_FAULT_NO_DATA, .state = "watching" },
    { .name = "one-way traffic", .connected = TRUE, .nobody_answers = TRUE, .steps = "", .time = 290 * SECOND,
      .state = "watching" },
    { .name = "one-way traffic for long", .connected = TRUE, .nobody_answers = TRUE, .steps = "reconnect reconnect ",
      .time = 50 * 60 * SECOND, .detected = 320 * SECOND, .fault = EC25_FAULT_UNREQUITED, .state = "watching" },
    { .name = "boot loader, power helps", .no_firmware = TRUE, .port_power = TRUE, .helps = EC25_STEP_PORT_POWER,
      .steps = "port-power ", .time = HOUR, .detected = SECOND, .fault = EC25_FAULT_NO_FIRMWARE,
      .state = "watching" },
    { .name = "boot loader, no power", .no_firmware = TRUE, .steps = "", .time = 30 * SECOND, .detected = SECOND,
      .fault = EC25_FAULT_NO_FIRMWARE, .state = "waiting" },
};

typedef struct {
    const Case   *the;
    Ec25Recovery *recovery;
    GString      *steps;
    gint64        now, begin, detected;
    gint64        up_at, answer_at[EC25_N_CHANNELS]; /* 0: nothing pending */
    gboolean      absent, healed;
    guint64       sent, received;
} World;

static gboolean
hangs (const World *world,
       Ec25Channel  channel)
{
    return !world->healed && (channel == EC25_CHANNEL_MAIN ? world->the->main_hangs : world->the->side_hangs);
}

static void
take_step (World    *world,
           Ec25Step  step)
{
    g_string_append_printf (world->steps, "%s ", ec25_step_get_string (step));
    if (step == world->the->helps)
        world->healed = TRUE;
    if (step == EC25_STEP_RECONNECT) {
        ec25_recovery_disconnected (world->recovery);
        return;
    }
    ec25_recovery_vanished (world->recovery, world->now);
    world->answer_at[EC25_CHANNEL_MAIN] = world->answer_at[EC25_CHANNEL_SIDE] = 0;
    /* A dead one whose power was taken away does not even come back on the bus. */
    world->absent = step >= EC25_STEP_RESTART && !world->healed;
    if (!world->absent)
        ec25_recovery_appeared (world->recovery, world->the->has_side, world->the->port_power);
    world->up_at = world->now + (step >= EC25_STEP_RESTART ? REBOOT : BRING_UP);
}

static void
obey (World *world)
{
    Ec25Wish wish;
    gint64   delay;

    while ((wish = ec25_recovery_next (world->recovery, world->now, &delay)) != EC25_WISH_NOTHING) {
        if (wish == EC25_WISH_ASK_MAIN || wish == EC25_WISH_ASK_SIDE)
            world->answer_at[wish == EC25_WISH_ASK_SIDE] = world->now + ANSWER_TIME;
        else if (wish == EC25_WISH_ASK_SESSION)
            ec25_recovery_session (world->recovery,
                                   world->the->session_gone ? EC25_SESSION_GONE : EC25_SESSION_THERE,
                                   world->the->data_stuck && !world->healed ? 0 : (gint64) world->sent * 100,
                                   world->now);
        else if (!world->detected)
            world->detected = world->now - world->begin + 1;
        if (wish == EC25_WISH_STEP)
            take_step (world, ec25_recovery_get_step (world->recovery));
    }
}

static void
pass_a_second (World *world)
{
    const Case *the = world->the;
    gboolean    data_fault = the->session_gone || the->data_stuck || the->nobody_answers;
    guint       i;

    world->now += SECOND;
    for (i = 0; i < EC25_N_CHANNELS; i++) {
        if (!world->answer_at[i] || (hangs (world, i) && world->answer_at[i] > world->now))
            continue;
        world->answer_at[i] = 0;
        if (hangs (world, i))
            ec25_recovery_unanswered (world->recovery, i, world->now);
        else
            ec25_recovery_heard (world->recovery, i, world->now);
    }
    if (world->up_at && world->now >= world->up_at && !world->absent) {
        world->up_at = 0;
        if (!hangs (world, EC25_CHANNEL_MAIN))
            ec25_recovery_brought_up (world->recovery, TRUE, world->now);
    }
    if (the->connected && data_fault) {
        world->sent++;
        if (world->healed)
            world->received++;
    }
    if (the->connected)
        ec25_recovery_traffic (world->recovery, world->sent, world->received, world->now);
    obey (world);
}

static void
test_case (gconstpointer data)
{
    const Case                  *the = data;
    Ec25RecoveryTimes            times;
    g_autoptr(Ec25Recovery)      recovery = NULL;
    g_autoptr(GString)           steps = g_string_new (NULL);
    World                        world = { .the = the, .steps = steps, .now = 5 * HOUR };

    ec25_recovery_times_init (&times, 1);
    recovery = world.recovery = ec25_recovery_new (&times);
    if (the->no_firmware) {
        world.absent = TRUE;
        ec25_recovery_no_firmware (recovery, the->port_power, world.now);
    } else {
        ec25_recovery_appeared (recovery, the->has_side, the->port_power);
        ec25_recovery_brought_up (recovery, TRUE, world.now);
    }
    world.begin = world.now;
    obey (&world);
    while (world.now < world.begin + the->time)
        pass_a_second (&world);

    g_assert_cmpstr (steps->str, ==, the->steps);
    g_assert_cmpstr (ec25_recovery_get_state (recovery), ==, the->state);
    g_assert_cmpuint (ec25_recovery_get_fault (recovery), ==, the->fault);
    g_assert_cmpint (world.detected, <=, the->detected);
    g_assert_cmpint (!world.detected, ==, !the->detected);
}

/*****************************************************************************/

static Ec25Recovery *
watching (gint64 now)
{
    Ec25RecoveryTimes  times;
    Ec25Recovery      *recovery;

    ec25_recovery_times_init (&times, 1);
    recovery = ec25_recovery_new (&times);
    ec25_recovery_appeared (recovery, FALSE, FALSE);
    ec25_recovery_brought_up (recovery, TRUE, now);
    return recovery;
}

/* Whoever hears the module anyway does not ask; but a module that talks has to listen, too. */
static void
test_saved_questions (void)
{
    g_autoptr(Ec25Recovery) recovery = watching (0);
    gint64                  delay;

    g_assert_cmpint (ec25_recovery_next (recovery, 19 * SECOND, &delay), ==, EC25_WISH_NOTHING);
    g_assert_cmpint (delay, ==, SECOND);
    ec25_recovery_overheard (recovery, 19 * SECOND);
    g_assert_cmpint (ec25_recovery_next (recovery, 38 * SECOND, &delay), ==, EC25_WISH_NOTHING);
    ec25_recovery_overheard (recovery, 38 * SECOND);
    g_assert_cmpint (ec25_recovery_next (recovery, 40 * SECOND, &delay), ==, EC25_WISH_ASK_MAIN);
    ec25_recovery_overheard (recovery, 41 * SECOND);
    ec25_recovery_unanswered (recovery, EC25_CHANNEL_MAIN, 45 * SECOND);
    g_assert_cmpint (ec25_recovery_next (recovery, 45 * SECOND, &delay), ==, EC25_WISH_ASK_MAIN);
}

static void
test_suspicion (void)
{
    g_autoptr(Ec25Recovery) recovery = watching (0);
    gint64                  delay;

    g_assert_cmpint (ec25_recovery_next (recovery, 2 * SECOND, &delay), ==, EC25_WISH_NOTHING);
    ec25_recovery_suspect (recovery, 2 * SECOND);
    g_assert_cmpint (ec25_recovery_next (recovery, 2 * SECOND, &delay), ==, EC25_WISH_ASK_MAIN);
    ec25_recovery_heard (recovery, EC25_CHANNEL_MAIN, 3 * SECOND);
    g_assert_cmpint (ec25_recovery_next (recovery, 3 * SECOND, &delay), ==, EC25_WISH_NOTHING);
}

static void
fall_silent (Ec25Recovery *recovery,
             gint64        now)
{
    gint64 delay;
    guint  i;

    for (i = 0; i < 3; i++) {
        g_assert_cmpint (ec25_recovery_next (recovery, now, &delay), ==, EC25_WISH_ASK_MAIN);
        ec25_recovery_unanswered (recovery, EC25_CHANNEL_MAIN, now);
    }
}

static Ec25Step
come_back (Ec25Recovery *recovery,
           gint64        now)
{
    ec25_recovery_vanished (recovery, now);
    ec25_recovery_appeared (recovery, FALSE, FALSE);
    return ec25_recovery_brought_up (recovery, TRUE, now);
}

/* The second fault soon after the first waits, and one after a good hour does not. */
static void
test_back_off (void)
{
    g_autoptr(Ec25Recovery) recovery = watching (0);
    gint64                  delay, now = 20 * SECOND;

    fall_silent (recovery, now);
    g_assert_cmpint (ec25_recovery_next (recovery, now, &delay), ==, EC25_WISH_STEP);
    g_assert_cmpint (come_back (recovery, now), ==, EC25_STEP_REOPEN);

    now += 20 * SECOND;
    fall_silent (recovery, now);
    g_assert_cmpint (ec25_recovery_next (recovery, now, &delay), ==, EC25_WISH_ANNOUNCE);
    g_assert_cmpstr (ec25_recovery_get_state (recovery), ==, "waiting");
    g_assert_cmpint (ec25_recovery_next (recovery, now + 59 * SECOND, &delay), !=, EC25_WISH_STEP);
    g_assert_cmpint (ec25_recovery_next (recovery, now + 60 * SECOND, &delay), ==, EC25_WISH_STEP);
    come_back (recovery, now + 60 * SECOND);
    g_assert_cmpuint (ec25_recovery_get_round (recovery), ==, 2);

    now += 2 * HOUR;
    fall_silent (recovery, now);
    g_assert_cmpint (ec25_recovery_next (recovery, now, &delay), ==, EC25_WISH_STEP);
    g_assert_cmpuint (ec25_recovery_get_round (recovery), ==, 1);
}

/* A module that answers again while its next round is waited for is left alone. */
static void
test_found_back (void)
{
    g_autoptr(Ec25Recovery) recovery = watching (0);
    gint64                  delay, now = 20 * SECOND;

    fall_silent (recovery, now);
    ec25_recovery_next (recovery, now, &delay);
    come_back (recovery, now);
    now += 20 * SECOND;
    fall_silent (recovery, now);
    ec25_recovery_next (recovery, now, &delay);
    now += 20 * SECOND;
    g_assert_cmpint (ec25_recovery_next (recovery, now, &delay), ==, EC25_WISH_ASK_MAIN);
    ec25_recovery_heard (recovery, EC25_CHANNEL_MAIN, now);
    g_assert_cmpstr (ec25_recovery_get_state (recovery), ==, "watching");
}

/* A module that ModemManager restarts has to come back; one that is pulled out has not. */
static void
test_ordered_restart (void)
{
    g_autoptr(Ec25Recovery) recovery = watching (0);
    gint64                  delay;

    ec25_recovery_vanished (recovery, SECOND);
    g_assert_cmpint (ec25_recovery_next (recovery, 10 * HOUR, &delay), ==, EC25_WISH_NOTHING);
    g_assert_cmpint (delay, ==, -1);

    ec25_recovery_appeared (recovery, FALSE, TRUE);
    ec25_recovery_brought_up (recovery, TRUE, 10 * HOUR);
    ec25_recovery_restart_ordered (recovery, 10 * HOUR);
    g_assert_cmpstr (ec25_recovery_get_state (recovery), ==, "restart");
    ec25_recovery_vanished (recovery, 10 * HOUR);
    g_assert_cmpint (ec25_recovery_next (recovery, 10 * HOUR + 89 * SECOND, &delay), ==, EC25_WISH_NOTHING);
    g_assert_cmpint (ec25_recovery_next (recovery, 10 * HOUR + 90 * SECOND, &delay), ==, EC25_WISH_STEP);
    g_assert_cmpint (ec25_recovery_get_step (recovery), ==, EC25_STEP_PORT_POWER);
    g_assert_cmpint (ec25_recovery_get_fault (recovery), ==, EC25_FAULT_MISSING);
    ec25_recovery_appeared (recovery, FALSE, TRUE);
    g_assert_cmpint (ec25_recovery_brought_up (recovery, TRUE, 10 * HOUR + 120 * SECOND), ==, EC25_STEP_PORT_POWER);

    ec25_recovery_restart_ordered (recovery, 11 * HOUR);
    g_assert_cmpint (ec25_recovery_brought_up (recovery, TRUE, 11 * HOUR), ==, EC25_STEP_NONE);

    /* One that is refused. */
    ec25_recovery_restart_ordered (recovery, 12 * HOUR);
    g_assert_cmpint (ec25_recovery_next (recovery, 12 * HOUR + 90 * SECOND, &delay), ==, EC25_WISH_NOTHING);
    g_assert_cmpstr (ec25_recovery_get_state (recovery), ==, "watching");
    g_assert_cmpuint (ec25_recovery_get_count (recovery), ==, 1);
}

/* A modem that answers and cannot be brought up is tried again, and never restarted. */
static void
test_no_start (void)
{
    g_autoptr(Ec25Recovery) recovery = watching (0);
    gint64                  delay, now;
    guint                   steps = 0;

    ec25_recovery_vanished (recovery, 0);
    ec25_recovery_appeared (recovery, TRUE, TRUE);
    ec25_recovery_brought_up (recovery, FALSE, 0);
    for (now = 0; now < 2 * HOUR; now += SECOND) {
        Ec25Wish wish = ec25_recovery_next (recovery, now, &delay);

        if (wish == EC25_WISH_ASK_SIDE)
            ec25_recovery_heard (recovery, EC25_CHANNEL_SIDE, now);
        if (wish != EC25_WISH_STEP)
            continue;
        steps++;
        g_assert_cmpint (ec25_recovery_get_step (recovery), ==, EC25_STEP_REOPEN);
        ec25_recovery_vanished (recovery, now);
        ec25_recovery_appeared (recovery, TRUE, TRUE);
        ec25_recovery_brought_up (recovery, FALSE, now);
    }
    g_assert_cmpuint (steps, >=, 3);
    g_assert_cmpuint (steps, <=, 8);
}

/*****************************************************************************/

static const gchar counters_text[] =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier\n"
    "    lo:  840      10    0    0    0     0          0         0      840      10    0    0    0     0       0   0\n"
    "wwan0.1: 1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0\n"
    " wwan0:18446744073709551615 18446744073709551614 0 0 0 0 0 0 500 7 0 0 0 0 0 0\n";

static void
test_counters (void)
{
    guint64 sent = 0, received = 0;

    g_assert_true (ec25_recovery_parse_counters (counters_text, "wwan0", &sent, &received));
    g_assert_cmpuint (sent, ==, 7);
    g_assert_cmpuint (received, ==, G_MAXUINT64 - 1);
    g_assert_true (ec25_recovery_parse_counters (counters_text, "wwan0.1", &sent, &received));
    g_assert_cmpuint (sent, ==, 4);
    g_assert_cmpuint (received, ==, 2);
    g_assert_false (ec25_recovery_parse_counters (counters_text, "wwan", &sent, &received));
    g_assert_false (ec25_recovery_parse_counters (counters_text, "wwan0.", &sent, &received));
    g_assert_false (ec25_recovery_parse_counters ("", "wwan0", &sent, &received));
    g_assert_false (ec25_recovery_parse_counters ("wwan0: 1 2 3\n", "wwan0", &sent, &received));
}

int
main (int    argc,
      char **argv)
{
    guint i;

    g_test_init (&argc, &argv, NULL);
    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree gchar *path = g_strdup_printf ("/recovery/%s", cases[i].name);

        g_test_add_data_func (path, &cases[i], test_case);
    }
    g_test_add_func ("/recovery/saved-questions", test_saved_questions);
    g_test_add_func ("/recovery/suspicion", test_suspicion);
    g_test_add_func ("/recovery/back-off", test_back_off);
    g_test_add_func ("/recovery/found-back", test_found_back);
    g_test_add_func ("/recovery/ordered-restart", test_ordered_restart);
    g_test_add_func ("/recovery/no-start", test_no_start);
    g_test_add_func ("/recovery/counters", test_counters);
    return g_test_run ();
}
