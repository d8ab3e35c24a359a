# SPDX-License-Identifier: GPL-2.0-or-later
"""What the programs on this desktop show, as a screen reader sees it.

accessibility.py: prints each thing that has a name or a text, one JSON object a line, in the order of the tree.
accessibility.py ROLE NAME: does what the last such thing has an action for: clicks a button, turns a switch.
"""

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402


def name_of(thing):
    name = thing.get_name()
    return name if name or not thing.is_text() else Atspi.Text.get_text(thing, 0, Atspi.Text.get_character_count(thing))


def place_of(thing):
    if not thing.is_component():
        return [0, 0, 0, 0]
    place = Atspi.Component.get_extents(thing, Atspi.CoordType.WINDOW)
    return [place.x, place.y, place.width, place.height]


def has_action(thing):
    """A label's actions are those of the clipboard."""
    return thing.get_role_name() != "label" and thing.is_action() and Atspi.Action.get_n_actions(thing) > 0


def described(thing):
    return {
        "role": thing.get_role_name(),
        "name": name_of(thing),
        "states": [state.value_nick for state in thing.get_state_set().get_states()],
        "place": place_of(thing),
        "has_action": has_action(thing),
    }


def children(thing):
    return filter(None, (thing.get_child_at_index(number) for number in range(thing.get_child_count())))


def things(thing):
    """The thing and everything in it. What disappears meanwhile is left out."""
    try:
        yield thing
        for child in children(thing):
            yield from things(child)
    except GLib.Error:
        pass


def act(role, name):
    found = [thing for thing in things(Atspi.get_desktop(0))
             if thing.get_role_name() == role and thing.get_name() == name and has_action(thing)]
    if not found:
        sys.exit(f"no {role} '{name}' that can be acted on")
    Atspi.Action.do_action(found[-1], 0)


def main():
    for thing in things(Atspi.get_desktop(0)):
        try:
            if name_of(thing):
                print(json.dumps(described(thing)))
        except GLib.Error:
            pass


if __name__ == "__main__":
    act(*sys.argv[1:]) if len(sys.argv) > 1 else main()
