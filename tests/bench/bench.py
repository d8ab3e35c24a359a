# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests/bench/run runs inside the Debian 13 root: each bench measures ours beside what else there is."""

import json
import sys

sys.dont_write_bytecode = True
sys.path[:0] = ["/src/tests/namespaces", "/src/tests/lib", "/src/tests/bench"]

import applications  # noqa: E402
import cable_pull  # noqa: E402
import event_cost  # noqa: E402
import hung_modem  # noqa: E402
import plug_in  # noqa: E402
import scale  # noqa: E402
import silent_death  # noqa: E402
import switch  # noqa: E402
from build import build_and_install  # noqa: E402

# name: (what has measure() and table(result), minutes)
BENCHES = {
    "cable-pull": (cable_pull, 6),
    "switch": (switch, 2),
    "applications": (applications, 4),
    "event-cost": (event_cost, 1),
    "scale": (scale, 1),
    "silent-death": (silent_death, 14),
    "plug-in": (plug_in, 8),
    "hung-modem": (hung_modem, 25),
}


def main(names):
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        sys.exit(f"no bench is called {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    build_and_install()
    result = {}
    for name in names or BENCHES:
        bench, minutes = BENCHES[name]
        print(f"{name} (about {minutes} min)", flush=True)
        result[name] = bench.measure()
        print("\n".join([*bench.table(result[name]), ""]), flush=True)
    with open("/logs/bench.json", "w") as file:
        json.dump(result, file, indent=2)


if __name__ == "__main__":
    main(sys.argv[1:])
