/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * measure PROGRAM [ARGUMENT...]: runs a program and prints what it and its children cost:
 * CPU time in us, elapsed time in us, memory of the largest process in KiB, exit status.
 *
 * Small on purpose. The kernel counts the memory of whoever starts a program as the program's own, up to the
 * moment of exec: started by Python, nothing seems to take less memory than Python does.
 */

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static long
elapsed_us (const struct timespec *from, const struct timespec *to)
{
    return (to->tv_sec - from->tv_sec) * 1000000L + (to->tv_nsec - from->tv_nsec) / 1000;
}

static long
cpu_us (const struct rusage *usage)
{
    return (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000L + usage->ru_utime.tv_usec + usage->ru_stime.tv_usec;
}

int
main (int argc, char **argv)
{
    posix_spawn_file_actions_t actions;
    struct timespec            begin, end;
    struct rusage              usage;
    pid_t                      pid;
    int                        status, problem;

    if (argc < 2) {
        fputs ("usage: measure PROGRAM [ARGUMENT...]\n", stderr);
        return 2;
    }
    posix_spawn_file_actions_init (&actions);
    posix_spawn_file_actions_addopen (&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    clock_gettime (CLOCK_MONOTONIC, &begin);
    problem = posix_spawn (&pid, argv[1], &actions, NULL, argv + 1, environ);
    if (problem) {
        fprintf (stderr, "measure: %s cannot be run: %s\n", argv[1], strerror (problem));
        return EXIT_FAILURE;
    }
    if (wait4 (pid, &status, 0, &usage) < 0) {
        perror ("measure: wait4");
        return EXIT_FAILURE;
    }
    clock_gettime (CLOCK_MONOTONIC, &end);
    printf ("%ld %ld %ld %d\n", cpu_us (&usage), elapsed_us (&begin, &end), usage.ru_maxrss,
            WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status));
    return EXIT_SUCCESS;
}
