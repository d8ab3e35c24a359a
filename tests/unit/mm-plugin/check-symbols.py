#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that every mm_ and qmi_ symbol a plugin needs is exported by the daemon or its libraries."""

import argparse
import re
import subprocess
import sys

FOREIGN = re.compile(r"^(mm|qmi|mbim|qrtr)_")


def symbols(kind, path):
    listing = subprocess.run(["nm", "--dynamic", f"--{kind}-only", "--format=posix", path],
                             check=True, capture_output=True, text=True).stdout
    return {line.split()[0].split("@")[0] for line in listing.splitlines()}


def libraries(path):
    listing = subprocess.run(["ldd", path], check=True, capture_output=True, text=True).stdout
    return re.findall(r"=> (/\S+)", listing)


def missing_symbols(plugin, daemon):
    needed = {name for name in symbols("undefined", plugin) if FOREIGN.match(name)}
    exported = symbols("defined", daemon).union(*(symbols("defined", library) for library in libraries(daemon)))
    return needed, needed - exported


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--expect-missing", metavar="SYMBOL", help="succeed only if exactly this one is missing")
    parser.add_argument("plugin")
    parser.add_argument("daemon")
    arguments = parser.parse_args()

    needed, missing = missing_symbols(arguments.plugin, arguments.daemon)
    for name in sorted(missing):
        print(f"{arguments.plugin} needs {name}, which {arguments.daemon} and its libraries do not export")
    print(f"{len(needed)} symbols needed, {len(missing)} missing")
    expected = {arguments.expect_missing} if arguments.expect_missing else set()
    return 0 if needed and missing == expected else 1


if __name__ == "__main__":
    sys.exit(main())
