/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "lf-health.h"

#include <stdlib.h>
#include <string.h>

#define MS     (gint64) 1000
#define SECOND (1000 * MS)
#define MINUTE (60 * SECOND)

/* The monitor's grid. */
#define STEP (250 * MS)

/* A line to the internet as a story tells it, and what the monitor would do. */
typedef struct {
    LfHealthLine   health;
    LfHealthLimits limits;
    LfHealthRole   role;
    gint64         now;
    gboolean       answers;   /* the internet is there */
    guint          loss;      /* percent of the single probes that are lost on the way */
    gint64         latency;
    guint          targets;   /* asked at once when in doubt */
    GRand         *random;
    guint          rounds;
    guint          deaths;
    gint64         arrival;   /* of an answer that is on the way; 0: none */
} World;

static void
world_init (World *self, LfHealth state)
{
    *self = (World) { .limits = lf_health_default_limits, .answers = TRUE, .latency = 20 * MS, .targets = 3 };
    self->now = 1000 * SECOND;
    self->role.elected = TRUE;
    lf_health_init (&self->health, state, LF_HEALTH_REASON_NEW, self->now);
}

/* One of several probes is enough. */
static gboolean
gets_through (World *self, guint probes)
{
    guint i;

    if (!self->answers)
        return FALSE;
    for (i = 0; i < probes; i++) {
        if (!self->loss || (guint) g_rand_int_range (self->random, 0, 100) >= self->loss)
            return TRUE;
    }
    return FALSE;
}

static void
step (World *self)
{
    LfHealth before = self->health.state;

    self->now += STEP;
    if (self->arrival && self->arrival <= self->now) {
        lf_health_answered (&self->health, &self->role, self->latency, self->now);
        self->arrival = 0;
    }
    lf_health_advance (&self->health, &self->limits, &self->role, self->now);
    if (before == LF_HEALTH_GOOD && self->health.state == LF_HEALTH_DEAD)
        self->deaths++;
    if (self->health.due > self->now)
        return;
    self->rounds++;
    if (gets_through (self, self->health.unanswered ? self->targets : 1) && !self->arrival)
        self->arrival = self->now + self->latency;
    lf_health_sent (&self->health, &self->limits, &self->role, self->now);
}

static void
pass_time (World *self, gint64 time)
{
    gint64 end = self->now + time;

    while (self->now < end)
        step (self);
}

/* How long until the line is in a state, or @limit. */
static gint64
time_until (World *self, LfHealth state, gint64 limit)
{
    gint64 begin = self->now;

    while (self->health.state != state && self->now - begin < limit)
        step (self);
    return self->now - begin;
}

/*****************************************************************************/

typedef enum { END, ANSWERS, SILENT, GATEWAY_LOST, GATEWAY_BACK, CARRIER_LOST, PORTAL, PAGE, STOPPED, SLOW, FAST,
               ELECTED, STANDBY, METERED, NEEDED, NOT_NEEDED, CONSULTED } What;

typedef struct {
    What   what;
    gint64 time; /* ms that pass afterwards */
} Event;

typedef struct {
    const gchar   *name;
    LfHealth       begin;
    Event          events[8];
    LfHealth       end;
    LfHealthReason reason;
} Case;

#define UNKNOWN LF_HEALTH_UNKNOWN
#define GOOD    LF_HEALTH_GOOD
#define DEAD    LF_HEALTH_DEAD
#define WHY(reason) LF_HEALTH_REASON_##reason

static const Case cases[] = {
    { "a line that answers stays good", GOOD, { { ANSWERS, 60000 } }, GOOD, WHY (ANSWERED) },
    { "silence of a second is nothing", GOOD, { { ANSWERS, 10000 }, { SILENT, 1000 }, { ANSWERS, 5000 } }, GOOD, WHY (ANSWERED) },
    { "silence is death", GOOD, { { ANSWERS, 10000 }, { SILENT, 3000 } }, DEAD, WHY (SILENT) },
    { "a gateway that is gone is a sign", GOOD, { { ANSWERS, 10000 }, { SILENT, 0 }, { GATEWAY_LOST, 1000 } }, DEAD, WHY (SILENT) },
    { "but no proof", GOOD, { { ANSWERS, 10000 }, { GATEWAY_LOST, 10000 } }, GOOD, WHY (ANSWERED) },
    { "a gateway that is back", GOOD, { { ANSWERS, 10000 }, { GATEWAY_LOST, 250 }, { GATEWAY_BACK, 0 }, { SILENT, 1000 } }, GOOD, WHY (ANSWERED) },
    { "a dead line that answers is not good at once", DEAD, { { NOT_NEEDED, 0 }, { ANSWERS, 5000 } }, DEAD, WHY (NEW) },
    { "but after ten seconds", DEAD, { { NOT_NEEDED, 0 }, { ANSWERS, 12000 } }, GOOD, WHY (ANSWERED) },
    { "and if it is interrupted it begins again", DEAD, { { ANSWERS, 8000 }, { SILENT, 3000 }, { ANSWERS, 8000 } }, DEAD, WHY (NEW) },
    { "if all others are dead it is good at once", DEAD, { { NEEDED, 0 }, { ANSWERS, 1000 } }, GOOD, WHY (ANSWERED) },
    { "a new line is not good at once", UNKNOWN, { { STANDBY, 0 }, { ANSWERS, 5000 } }, UNKNOWN, WHY (NEW) },
    { "a new line that is silent is dead", UNKNOWN, { { STANDBY, 0 }, { SILENT, 10000 } }, DEAD, WHY (SILENT) },
    { "the first line of all is good at once", UNKNOWN, { { NEEDED, 1000 } }, GOOD, WHY (ANSWERED) },
    { "a line without carrier is not known any more", GOOD, { { ANSWERS, 10000 }, { CARRIER_LOST, 2000 } }, UNKNOWN, WHY (CARRIER) },
    { "a standby in doubt is not relied on", GOOD, { { STANDBY, 0 }, { ANSWERS, 30000 }, { SILENT, 0 }, { CONSULTED, 8000 } }, DEAD, WHY (SILENT) },
    { "a portal is not the internet", GOOD, { { ANSWERS, 10000 }, { PORTAL, 1000 } }, DEAD, WHY (PORTAL) },
    { "and does not become it by echoes", GOOD, { { ANSWERS, 10000 }, { PORTAL, 60000 } }, DEAD, WHY (PORTAL) },
    { "but by a page", GOOD, { { ANSWERS, 10000 }, { PORTAL, 1000 }, { PAGE, 12000 } }, GOOD, WHY (ANSWERED) },
    { "sleep is not silence", GOOD, { { ANSWERS, 10000 }, { STOPPED, 3600000 }, { ANSWERS, 1000 } }, GOOD, WHY (ANSWERED) },
    { "nor does it make a dead line good", DEAD, { { ANSWERS, 3000 }, { STOPPED, 3600000 }, { ANSWERS, 5000 } }, DEAD, WHY (NEW) },
    { "a line that died in its sleep is dead soon", GOOD, { { ANSWERS, 10000 }, { STOPPED, 3600000 }, { SILENT, 3000 } }, DEAD, WHY (SILENT) },
    { "a slow line is good where nobody says otherwise", GOOD, { { SLOW, 0 }, { ANSWERS, 60000 } }, GOOD, WHY (ANSWERED) },
};

static void
happen (World *world, What what)
{
    switch (what) {
    case END: break;
    case ANSWERS: world->answers = TRUE; break;
    case SILENT: world->answers = FALSE; break;
    case GATEWAY_LOST: lf_health_gateway (&world->health, FALSE); break;
    case GATEWAY_BACK: lf_health_gateway (&world->health, TRUE); break;
    case CARRIER_LOST: lf_health_reset (&world->health, &world->limits, LF_HEALTH_REASON_CARRIER, world->now); break;
    case PORTAL: lf_health_validated (&world->health, FALSE); break;
    case PAGE: lf_health_validated (&world->health, TRUE); break;
    case STOPPED: break;
    case SLOW: world->latency = 240 * MS; break;
    case FAST: world->latency = 20 * MS; break;
    case ELECTED: world->role.elected = TRUE; break;
    case STANDBY: world->role.elected = FALSE; break;
    case METERED: world->role.metered = TRUE; break;
    case NEEDED: world->role.needed = TRUE; break;
    case NOT_NEEDED: world->role.needed = FALSE; break;
    case CONSULTED: world->role.consulted = TRUE; break;
    }
}

static void
test_story (gconstpointer data)
{
    const Case *it = data;
    World       world;
    guint       i;

    world_init (&world, it->begin);
    for (i = 0; it->events[i].what != END; i++) {
        happen (&world, it->events[i].what);
        if (it->events[i].what == STOPPED)
            world.now += it->events[i].time * MS;
        else
            pass_time (&world, it->events[i].time * MS);
    }
    g_assert_cmpstr (lf_health_to_string (world.health.state), ==, lf_health_to_string (it->end));
    g_assert_cmpint (world.health.reason, ==, it->reason);
}

/*****************************************************************************/

static void
test_return_takes_longer_after_each_flap (void)
{
    static const gint64 expected[] = { 10, 20, 40, 80, 160, 320, 600, 600 };
    World               world;
    guint               i;

    world_init (&world, GOOD);
    world.limits.flap_window = 3600 * SECOND;
    for (i = 0; i < G_N_ELEMENTS (expected); i++) {
        gint64 back;

        world.answers = FALSE;
        g_assert_cmpint (time_until (&world, DEAD, MINUTE), <=, 3 * SECOND);
        world.answers = TRUE;
        back = time_until (&world, GOOD, 3600 * SECOND);
        g_assert_cmpint (back, >=, expected[i] * SECOND);
        g_assert_cmpint (back, <=, expected[i] * SECOND * 11 / 10 + 3 * SECOND);
    }
    g_assert_cmpint (lf_health_return_time (&world.health, &world.limits, world.now + 5 * 3600 * SECOND), ==,
                     40 * SECOND);
    g_assert_cmpint (lf_health_return_time (&world.health, &world.limits, world.now + 99 * 3600 * SECOND), ==,
                     10 * SECOND);
}

static void
test_pace (void)
{
    static const struct {
        const gchar *name;
        LfHealth     state;
        What         roles[3];
        guint        most; /* rounds in ten minutes */
        guint        least;
    } paces[] = {
        { "elected", GOOD, { ELECTED }, 601, 599 },
        { "standby", GOOD, { STANDBY }, 61, 59 },
        { "metered standby", GOOD, { STANDBY, METERED }, 3, 2 },
        { "consulted standby", GOOD, { STANDBY, METERED, CONSULTED }, 121, 80 },
    };
    guint i, j;

    for (i = 0; i < G_N_ELEMENTS (paces); i++) {
        World world;

        world_init (&world, paces[i].state);
        for (j = 0; j < G_N_ELEMENTS (paces[i].roles); j++)
            happen (&world, paces[i].roles[j]);
        pass_time (&world, 10 * MINUTE);
        g_test_message ("%s: %u rounds in ten minutes", paces[i].name, world.rounds);
        g_assert_cmpuint (world.rounds, <=, paces[i].most);
        g_assert_cmpuint (world.rounds, >=, paces[i].least);
    }
}

static void
test_a_dead_line_is_asked_less_and_less (void)
{
    World world;

    world_init (&world, DEAD);
    world.answers = world.role.elected = FALSE;
    world.role.metered = TRUE;
    pass_time (&world, 60 * MINUTE);
    g_assert_cmpuint (world.rounds, <, 60);
    world.answers = TRUE;
    g_assert_cmpint (time_until (&world, GOOD, 3600 * SECOND), <=, 5 * MINUTE + 20 * SECOND);
}

static void
test_all_dead_are_asked_often (void)
{
    World world;

    world_init (&world, DEAD);
    world.answers = world.role.elected = FALSE;
    world.role.needed = world.role.metered = TRUE;
    pass_time (&world, 60 * MINUTE);
    world.answers = TRUE;
    g_assert_cmpint (time_until (&world, GOOD, 3600 * SECOND), <=, 6 * SECOND);
}

static void
test_thresholds (void)
{
    World world;

    world_init (&world, GOOD);
    world.random = g_rand_new_with_seed (1);
    world.limits.loss_max = 20;
    world.loss = 10;
    pass_time (&world, 5 * MINUTE);
    g_assert_cmpuint (world.deaths, ==, 0);
    world.loss = 60;
    time_until (&world, DEAD, 5 * MINUTE);
    g_assert_cmpint (world.health.reason, ==, LF_HEALTH_REASON_LOSSY);
    world.loss = 0;
    g_assert_cmpint (time_until (&world, GOOD, 5 * MINUTE), <=, 30 * SECOND);

    world.limits.loss_max = 0;
    world.limits.latency_max = 150 * MS;
    world.latency = 240 * MS;
    time_until (&world, DEAD, MINUTE);
    g_assert_cmpint (world.health.reason, ==, LF_HEALTH_REASON_SLOW);
    pass_time (&world, MINUTE);
    g_assert_cmpint (world.health.state, ==, DEAD);
    world.latency = 20 * MS;
    g_assert_cmpint (time_until (&world, GOOD, 5 * MINUTE), <=, MINUTE);

    /* A slow line is better than none. */
    world.role.needed = TRUE;
    world.latency = 240 * MS;
    pass_time (&world, MINUTE);
    g_assert_cmpint (world.health.state, ==, GOOD);
    g_rand_free (world.random);
}

/*
 * An hour of 1 % random loss, a hundred times. A probe is lost with p = 0.01; for a wrong death a steady round and
 * the three rounds in doubt have to be lost, with three targets each: p * p^9 = 1e-20 a second. With a single target
 * p^4 = 1e-8, once in three years.
 */
static void
test_random_loss_kills_nobody (void)
{
    World world;

    world_init (&world, GOOD);
    world.random = g_rand_new_with_seed (20261123);
    world.loss = 1;
    pass_time (&world, 100 * 60 * MINUTE);
    g_assert_cmpuint (world.deaths, ==, 0);
    world.targets = 1;
    pass_time (&world, 10 * 60 * MINUTE);
    g_assert_cmpuint (world.deaths, ==, 0);
    g_test_message ("%u rounds, no death", world.rounds);
    g_rand_free (world.random);
}

static gint
compare_times (gconstpointer a, gconstpointer b)
{
    return *(const gint64 *) a < *(const gint64 *) b ? -1 : *(const gint64 *) a > *(const gint64 *) b;
}

/* The line dies between two steps, too: what is on the way then is lost. */
static gint64
time_of_one_death (GRand *random)
{
    World  world;
    gint64 earlier;

    world_init (&world, GOOD);
    world.random = random;
    world.loss = 1;
    pass_time (&world, 10 * SECOND + g_rand_int_range (random, 0, 8) * STEP);
    earlier = g_rand_int_range (random, 0, STEP);
    world.answers = FALSE;
    if (world.arrival && world.arrival > world.now + STEP - earlier)
        world.arrival = 0;
    return time_until (&world, DEAD, MINUTE) - (STEP - earlier);
}

static void
test_deaths_are_noticed_in_time (void)
{
    GRand  *random = g_rand_new_with_seed (20261123);
    gint64  times[1000];
    guint   i;

    for (i = 0; i < G_N_ELEMENTS (times); i++)
        times[i] = time_of_one_death (random);
    qsort (times, G_N_ELEMENTS (times), sizeof times[0], compare_times);
    g_test_message ("1000 deaths: median %u ms, 95th percentile %u ms, longest %u ms", (guint) (times[500] / MS),
                    (guint) (times[950] / MS), (guint) (times[999] / MS));
    g_assert_cmpint (times[950], <=, 3 * SECOND);
    g_assert_cmpint (times[999], <=, 3500 * MS);
    g_rand_free (random);
}

int
main (int argc, char **argv)
{
    guint i;

    g_test_init (&argc, &argv, NULL);
    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree gchar *path = g_strdup_printf ("/health/%s", cases[i].name);

        g_test_add_data_func (path, &cases[i], test_story);
    }
    g_test_add_func ("/health/the return takes longer after each flap", test_return_takes_longer_after_each_flap);
    g_test_add_func ("/health/pace", test_pace);
    g_test_add_func ("/health/a dead line is asked less and less", test_a_dead_line_is_asked_less_and_less);
    g_test_add_func ("/health/all dead are asked often", test_all_dead_are_asked_often);
    g_test_add_func ("/health/thresholds", test_thresholds);
    g_test_add_func ("/health/random loss kills nobody", test_random_loss_kills_nobody);
    g_test_add_func ("/health/deaths are noticed in time", test_deaths_are_noticed_in_time);
    return g_test_run ();
}
