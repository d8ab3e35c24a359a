# SPDX-License-Identifier: GPL-2.0-or-later
"""Inside the Debian 13 root: builds the fuzz targets and runs them; fuzz.py SECONDS [TARGET...].

Prints a line for each target: executions, executions a second, edges covered. Exit status 1 if one has crashed; what
it crashed on is in /logs.
"""

import glob
import os
import re
import subprocess
import sys

sys.path.insert(0, "/src/tests/lib")

from build import give_up, runner, set_up  # noqa: E402

BUILD, SOURCE, LOG = "/build/fuzz", "/src/tests/fuzz", "/logs/fuzz-build.log"
OPTIONS = ["-Dfuzz=true", "-Db_sanitize=address,undefined", "-Db_lundef=false", "--buildtype=debugoptimized"]
# A line is short, and of short texts ten times as many are tried in the same time.
LONGEST = {"at-text": 300, "configuration": 300}
ASAN = "detect_leaks=1:quarantine_size_mb=8:malloc_context_size=2"
ESCAPE = re.compile(rb"\\(r|n|x[0-9a-f]{2})")


def build():
    with open(LOG, "ab") as log:
        run = runner(log, {**os.environ, "CC": "clang"})
        if not (set_up(BUILD, *OPTIONS, run=run) and
                run("ninja", "-C", BUILD, *(f"tests/fuzz/fuzz-{target}" for target in targets()))):
            give_up("the fuzz targets cannot be built", LOG)


def targets():
    return sorted(os.path.basename(path)[:-2] for path in glob.glob(f"{SOURCE}/*.c"))


def unescape(line):
    return ESCAPE.sub(lambda match: {b"r": b"\r", b"n": b"\n"}.get(match[1]) or bytes.fromhex(match[1][1:].decode()), line)


def write_seeds(target, folder):
    os.makedirs(folder, exist_ok=True)
    with open(f"{SOURCE}/seeds/{target}", "rb") as seeds:
        for number, line in enumerate(seeds.read().splitlines()):
            with open(f"{folder}/seed-{number}", "wb") as file:
                file.write(unescape(line))


def fuzz(target, seconds):
    """Returns whether it came through; prints its line. What it learns is kept in /build for the next run."""
    corpus = f"{BUILD}/corpus-{target}"
    write_seeds(target, corpus)
    with open(f"/logs/fuzz-{target}.log", "w+") as log:
        # GLib's criticals are faults; its slices would hide use after free.
        done = subprocess.run(
            [f"{BUILD}/tests/fuzz/fuzz-{target}", f"-max_total_time={seconds}", "-print_final_stats=1", "-timeout=10",
             f"-max_len={LONGEST.get(target, 4096)}", "-rss_limit_mb=2048", "-close_fd_mask=1", f"-artifact_prefix=/logs/fuzz-{target}-", corpus],
            stdout=log, stderr=log, env={**os.environ, "G_DEBUG": "fatal-criticals", "ASAN_OPTIONS": ASAN})
        log.seek(0)
        text = log.read()
    executions = int((re.findall(r"number_of_executed_units:\s*(\d+)", text) or re.findall(r"#(\d+)\s", text) or [0])[-1])
    edges = (re.findall(r"cov: (\d+)", text) or ["?"])[-1]
    print(f"{'ok  ' if done.returncode == 0 else 'FAIL'} {target:16} {executions:>12} executions "
          f"{executions // max(seconds, 1):>9} a second {edges:>6} edges", flush=True)
    return done.returncode == 0


def main(seconds, *wanted):
    unknown = set(wanted) - set(targets())
    if unknown:
        sys.exit(f"there is no target {' '.join(sorted(unknown))}; there are {' '.join(targets())}")
    build()
    return 0 if all([fuzz(target, int(seconds)) for target in wanted or targets()]) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
