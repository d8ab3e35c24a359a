#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Asks bash, zsh and fish what they complete, and compares that with the commands' own lists."""

import os
import pty
import select
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import programs

FOLDER = f"{programs.SOURCE}/data/completion"
MODES = {"qmi", "ecm", "mbim", "rndis"}
MMCLI = r"""#!/bin/sh
echo '    /org/freedesktop/ModemManager1/Modem/3 [Quectel] EC25'
"""

# What bash-completion finds by itself is found and run as Readline would.
BASH = r"""
. /usr/share/bash-completion/bash_completion
read -r -a COMP_WORDS <<<"${1//=/ = }"
[[ $1 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=$1 COMP_POINT=${#1}
. "$COMPLETIONS/bash/${COMP_WORDS[0]}"
function=$(complete -p "${COMP_WORDS[0]}" | sed 's/.*-F \([^ ]*\).*/\1/')
compopt() { :; }
"$function" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
"""

# A shell at a terminal; compadd is what every function of zsh's ends in.
ZSH = r"""
PS1= fpath=($COMPLETIONS/zsh $fpath)
autoload -Uz compinit && compinit -u
compadd() {
    if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
        local -a matches
        builtin compadd -A matches "$@"
        print -rl -- $matches >>$ANSWER
    fi
    builtin compadd "$@"
}
finish() { print end >>$ANSWER }
zle -N finish
bindkey '^I' complete-word '^O' finish
print begin >>$ANSWER
"""


def run(*argv):
    done = programs.run(*argv)
    assert not done.stderr, done.stderr
    return done.stdout.splitlines()


def complete_by_bash(line):
    return run("bash", "-c", BASH, "bash", line)


def complete_by_fish(line):
    script = "set -p fish_complete_path $COMPLETIONS/fish; complete --do-complete $argv[1]"
    return run("fish", "--no-config", "-c", script, line)


class ZshShell:
    """One shell that is asked line after line."""

    def __init__(self, folder):
        self.answer = f"{folder}/answer"
        open(self.answer, "w", encoding="utf-8").close()
        with open(f"{folder}/script", "w", encoding="utf-8") as script:
            script.write(ZSH)
        self.terminal, slave = pty.openpty()
        environment = {**programs.ENVIRONMENT, "ANSWER": self.answer, "TERM": "dumb"}
        self.shell = subprocess.Popen(["zsh", "-f", "-i"], stdin=slave, stdout=slave, stderr=slave, env=environment,
                                      start_new_session=True)
        os.close(slave)
        self.type(f"source {shlex.quote(folder)}/script\n", "begin")

    def type(self, text, last_word):
        """Returns what the script says, up to its last word."""
        os.truncate(self.answer, 0)
        os.write(self.terminal, text.encode())
        end, screen, lines = time.monotonic() + 30, b"", []
        while time.monotonic() < end:
            if select.select([self.terminal], [], [], 0.01)[0]:
                screen += os.read(self.terminal, 65536)
            with open(self.answer, encoding="utf-8") as answer:
                lines = answer.read().splitlines()
            if last_word in lines:
                return lines[:-1]
        raise TimeoutError(f"zsh does not say {last_word}: {lines} {screen}")

    def ask(self, line):
        # ^U before it: the line of the question before.
        return self.type(f"\x15{line}\t\x0f", "end")

    def close(self):
        self.shell.kill()
        self.shell.wait()
        os.close(self.terminal)


def words(lines):
    """Fish explains behind a tab; an option's = and a folder's / are no part of a word."""
    return {line.split("\t")[0].rstrip("=/ ") for line in lines if line.strip()}


class Shells:
    """For each shell a class."""

    @classmethod
    def setUpClass(cls):
        cls.folder = folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        for name, path in programs.programs().items():
            os.symlink(path, f"{folder}/{name}")
        with open(f"{folder}/mmcli", "w", encoding="utf-8") as file:
            file.write(MMCLI)
        os.chmod(f"{folder}/mmcli", 0o755)
        os.makedirs(f"{folder}/home")
        home = {name: f"{folder}/home" for name in ("HOME", "ZDOTDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
        programs.ENVIRONMENT.update(PATH=f"{folder}:{os.environ['PATH']}", COMPLETIONS=FOLDER, **home)

    def complete(self, line):
        return words(self.ask(line))

    def check_options(self, name):
        """Short ones are seen where a shell shows them beside the long ones, and options of a command behind it."""
        typed = self.complete(f"{name} -") | self.complete(f"{name} --")
        found = {word for word in typed if word.startswith("--")}
        listed = {option for option in programs.options_of(name) if option.startswith("--")}
        self.assertEqual(found, listed - ({"--json"} if name == "lte-failover" else set()))

    def test_each_command_is_completed(self):
        for name in ("ec25ctl", "lte-failover"):
            with self.subTest(name):
                self.assertEqual(self.complete(f"{name} "), programs.commands_of(name))
        self.assertEqual(self.complete("virtual-ec25 cont"), {"control"})

    def test_each_option_is_completed(self):
        for name in ("ec25ctl", "lte-failover", "virtual-ec25"):
            with self.subTest(name):
                self.check_options(name)

    def test_modes(self):
        self.assertEqual(self.complete("ec25ctl mode "), MODES)
        self.assertEqual(self.complete("ec25ctl --yes mode e"), {"ecm"})
        self.assertEqual(self.complete("ec25ctl reset "), set())

    def test_modems_are_those_of_mmcli(self):
        self.assertEqual(self.complete("ec25ctl -m "), {"3"})
        self.assertEqual({word.removeprefix("--modem=") for word in self.complete("ec25ctl --modem=")}, {"3"})

    def test_what_follows_a_command_of_lte_failover(self):
        open(f"{self.folder}/a.conf", "w", encoding="utf-8").close()
        self.assertEqual(self.complete("lte-failover status --"), {"--json"})
        self.assertIn("a.conf", {os.path.basename(word) for word in
                                 self.complete(f"lte-failover check-config {self.folder}/a.c")})
        self.assertEqual(self.complete("lte-failover explain "), set())

    def test_profiles_are_those_that_are_built_in(self):
        found = {word.removeprefix("--profile=") for word in self.complete("virtual-ec25 --profile=ec25-")}
        expected = {name.removesuffix(".conf") for name in
                    os.listdir(f"{programs.SOURCE}/tests/virtual-ec25/profiles") if name.startswith("ec25-")}
        self.assertEqual(found, expected)

    def test_each_control_command_is_completed(self):
        commands = programs.control_commands()
        firsts = {command.split()[0] for command in commands}
        self.assertEqual(self.complete("virtual-ec25 control /socket "), firsts)
        for first in sorted(firsts):
            seconds = {command.split()[1] for command in commands if command.startswith(f"{first} ")}
            usage = commands.get(first, "").split(" ")[0].strip("[]").split("|")
            choices = {choice for choice in usage if choice and choice == choice.lower()}
            if seconds or choices:
                with self.subTest(first):
                    self.assertEqual(self.complete(f"virtual-ec25 control /socket {first} "), seconds | choices)

    def test_kinds_of_faults(self):
        kinds = self.complete("virtual-ec25 control /socket fault at AT+CPIN ")
        usage = programs.control_commands()["fault at"].split(" ", 1)[1].split(" [")[0]
        self.assertEqual(kinds, set(usage.replace("cme N", "cme").replace("says TEXT", "says").split("|")))
        self.assertEqual(self.complete("virtual-ec25 control /socket fault qmi nas 0x22 "), {"error", "silent"})
        self.assertEqual(self.complete("virtual-ec25 control /socket fault mbim basic 1 "), {"status", "silent"})
        self.assertEqual(self.complete("virtual-ec25 control /socket link held "), {"on", "off"})


class Bash(Shells, unittest.TestCase):
    ask = staticmethod(complete_by_bash)


class Zsh(Shells, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        shell = ZshShell(cls.folder)
        cls.addClassCleanup(shell.close)
        cls.ask = staticmethod(shell.ask)


class Fish(Shells, unittest.TestCase):
    ask = staticmethod(complete_by_fish)


if __name__ == "__main__":
    missing = [shell for shell in ("bash", "zsh", "fish") if not shutil.which(shell)]
    if missing:
        sys.exit(f"not installed: {' '.join(missing)}")
    unittest.main()
