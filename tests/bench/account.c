/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * account COMMAND [ARGUMENT...]: runs the command and prints what it cost, as the kernel counts it:
 * CPU microseconds, wall microseconds, peak KiB of memory.
 *
 * A small program of its own because a process inherits the peak of whoever started it.
 */

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long
microseconds (struct timeval value)
{
    return value.tv_sec * 1000000L + value.tv_usec;
}

static long
now (void)
{
    struct timespec value;

    clock_gettime (CLOCK_MONOTONIC, &value);
    return value.tv_sec * 1000000L + value.tv_nsec / 1000;
}

int
main (int argc, char **argv)
{
    struct rusage usage;
    long          begin = now ();
    int           status;
    pid_t         child;

    if (argc < 2) {
        fprintf (stderr, "usage: account COMMAND [ARGUMENT...]\n");
        return 2;
    }
    child = fork ();
    if (child == 0) {
        execvp (argv[1], argv + 1);
        perror (argv[1]);
        _exit (127);
    }
    if (child < 0 || wait4 (child, &status, 0, &usage) < 0) {
        perror ("account");
        return 1;
    }
    printf ("%ld %ld %ld\n", microseconds (usage.ru_utime) + microseconds (usage.ru_stime), now () - begin, usage.ru_maxrss);
    return WIFEXITED (status) ? WEXITSTATUS (status) : 1;
}
