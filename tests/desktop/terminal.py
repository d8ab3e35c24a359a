# SPDX-License-Identifier: GPL-2.0-or-later
"""A terminal with one program in it."""

from bed.namespace import wait_for

TMUX = ["env", "TERM=xterm-256color", "LC_ALL=C.UTF-8", "tmux", "-L", "test", "-f", "/dev/null"]


class Terminal:
    def __init__(self, host, *argv):
        self.host = host
        self._tmux("new-session", "-d", "-x", "100", "-y", "30", *argv)

    def _tmux(self, *argv):
        return self.host.run(*TMUX, *argv)

    def screen(self, *options):
        return self._tmux("capture-pane", "-p", *options)

    def is_selected(self, row):
        """newt paints the chosen row of a list that has not the focus in white on blue."""
        return f"\x1b[37m\x1b[44m{row}" in self.screen("-e")

    def wait_for(self, text):
        wait_for(f"the terminal to show '{text}'", lambda: text in self.screen(), step=0.2)

    def type(self, *keys):
        for key in keys:
            self._tmux("send-keys", key)

    def close(self):
        self._tmux("kill-server")
