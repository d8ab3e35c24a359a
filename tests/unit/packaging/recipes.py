# SPDX-License-Identifier: GPL-2.0-or-later
"""What the recipes of data/packaging do and list: each is run as its own distribution's tools would run it.

Nothing is compiled again: where a file is installed does not depend on what is in it, so that the programs of the build
folder that this runs in (BUILD) stand for those of the distribution.
"""

import fnmatch
import glob
import json
import os
import re
import shutil
import subprocess

SOURCE = os.environ["SOURCE"]
BUILD = os.environ["BUILD"]
MODEMMANAGER = os.environ["MODEMMANAGER_SOURCE"]
PACKAGES = {"modemmanager-quectel-ec25", "network-manager-lte-failover", "virtual-ec25"}
VERSION = "0.1.0"

# The folders that meson is told by the distributions' own wrappers of it.
FEDORA = ["--prefix=/usr", "--libdir=/usr/lib64", "--libexecdir=/usr/libexec", "--sysconfdir=/etc"]
ARCH = ["--prefix=/usr", "--libdir=lib", "--libexecdir=lib", "--sbindir=bin", "--sysconfdir=/etc"]
ALPINE = ["--prefix=/usr", "--libdir=/usr/lib", "--sysconfdir=/etc"]

# What rpm does not bring but systemd-rpm-macros and the distributions' own macros do.
RPM_MACROS = {
    "_docdir": "/usr/share/doc",
    "_sysctldir": "/usr/lib/sysctl.d",
    "_udevrulesdir": "/usr/lib/udev/rules.d",
    "_presetdir": "/usr/lib/systemd/system-preset",
    "_unitdir": "/usr/lib/systemd/system",
    "meson": "@meson",
    "meson_build": "true",
    "meson_install": "true",
    "meson_test": "true",
    "find_lang": "true",
    "systemd_post": "true",
    "systemd_preun": "true",
    "systemd_postun_with_restart": "true",
}


def recipe(name):
    return f"{SOURCE}/data/packaging/{name}"


def read(path):
    with open(path) as file:
        return file.read()


def run(argv, folder=None, **more):
    done = subprocess.run(argv, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
    if done.returncode:
        raise AssertionError(f"{argv}: exit status {done.returncode}\n{done.stdout[-3000:]}")
    return done.stdout


def files_below(folder):
    """Files, links and empty folders, as absolute paths of the installed system."""
    found = set()
    for root, folders, names in os.walk(folder):
        for name in names + [name for name in folders if os.path.islink(f"{root}/{name}")]:
            found.add(f"/{os.path.relpath(f'{root}/{name}', folder)}")
        if not folders and not names and root != folder:
            found.add(f"/{os.path.relpath(root, folder)}")
    return found


def setup(build, options):
    run(["meson", "setup", f"-Dmodemmanager_source={MODEMMANAGER}", *options, build, SOURCE])


def borrow_programs(build):
    """Puts the programs of BUILD where `build` would have made its own."""
    targets = json.loads(run(["meson", "introspect", "--targets", build]))
    for path in (path for target in targets if target["installed"] for path in target["filename"]):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        shutil.copy2(f"{BUILD}/{os.path.relpath(path, build)}", path)


def install(build, destination):
    run(["meson", "install", "-C", build, "--no-rebuild", "--destdir", destination])


def uninstall(build):
    run(["ninja", "-C", build, "uninstall"])


class Spec:
    """lte-failover.spec, read by rpm itself."""

    def __init__(self):
        import rpm
        for name, value in RPM_MACROS.items():
            rpm.addMacro(name, value)
        self.parsed = rpm.spec(recipe("lte-failover.spec")).parsed
        self.options = [word for word in re.search(r"^@meson(( .*\\\n)* .*)$", self.parsed, re.MULTILINE)[1].split()
                        if word != "\\" and not word.startswith("-Dmodemmanager_source")]

    def lists(self):
        """Patterns of what each package has."""
        sections = re.findall(r"^%files -n (\S+)(?: -f (\S+)\.lang)?\n(.*?)(?=^%\w+ -n |^%changelog)", self.parsed,
                              re.MULTILINE | re.DOTALL)
        return {name: re.findall(r"^(?:%dir )?(/\S+)$", text, re.MULTILINE)
                + ([f"/usr/share/locale/*/LC_MESSAGES/{catalogue}.mo"] if catalogue else [])
                for name, catalogue, text in sections}

    def requirements(self):
        return re.findall(r"^Requires: +(ModemManager .*)$", self.parsed, re.MULTILINE)


def compare(installed, lists):
    """Returns what is installed and nowhere listed, and what is listed and not there or twice."""
    problems = []
    for file in installed:
        owners = [name for name, patterns in lists.items()
                  if any(fnmatch.fnmatchcase(file, pattern) or file.startswith(f"{pattern}/") for pattern in patterns)]
        if len(owners) != 1:
            problems.append(f"{file}: listed by {' and '.join(owners) or 'nobody'}")
    for name, patterns in lists.items():
        for pattern in patterns:
            if not any(fnmatch.fnmatchcase(file, pattern) or file.startswith(f"{pattern}/") for file in installed):
                problems.append(f"{pattern}: listed by {name}, not installed")
    return problems


ARCH_TOOLS = """
arch-meson() {{ command meson setup {options} "${{@:2}}" "$1"; }}
meson() {{ case $1 in compile) "$BORROW" build ;; *) command meson "$@" ;; esac; }}
"""
ALPINE_TOOLS = """
abuild-meson() {{ command meson setup {options} "$@"; }}
meson() {{ case $1 in compile) "$BORROW" output ;; *) command meson "$@" ;; esac; }}
amove() {{ mkdir -p "$subpkgdir/${{1%/*}}" && mv "$pkgdir/$1" "$subpkgdir/$1"; }}
"""


def bash(script, folder, **variables):
    environment = {**os.environ, **variables, "BORROW": f"{os.path.dirname(os.path.abspath(__file__))}/borrow"}
    return run(["bash", "-euc", script], folder, env=environment)


def lay_out_sources(folder):
    """What both recipes find beside themselves, unpacked."""
    os.makedirs(folder)
    os.symlink(SOURCE, f"{folder}/lte-failover-{VERSION}")
    version = re.search(r"version: '([\d.]+)'", read(f"{MODEMMANAGER}/meson.build"))[1]
    os.symlink(MODEMMANAGER, f"{folder}/ModemManager-{version}")


def package_for_arch(folder):
    """Returns what each package has, and what is in none."""
    lay_out_sources(f"{folder}/src")
    tools = ARCH_TOOLS.format(options=" ".join(ARCH))
    sourced = f"{tools}\n. {recipe('PKGBUILD')}\n"
    bash(sourced + "build", f"{folder}/src", srcdir=f"{folder}/src", pkgdir="/nonexistent")
    names = bash(f'. {recipe("PKGBUILD")}; echo "${{pkgname[@]}}"', folder).split()
    for name in names:
        os.makedirs(f"{folder}/{name}")
        bash(f"{sourced}package_{name}", folder, srcdir=f"{folder}/src", pkgdir=f"{folder}/{name}")
    return {name: files_below(f"{folder}/{name}") for name in names}, remaining(f"{folder}/src/staged")


def package_for_alpine(folder):
    """Returns what each package has that is split off by name, and what is left to abuild's own and to the main one."""
    lay_out_sources(f"{folder}/src")
    shutil.copy(recipe("lte-failover-monitor.initd"), f"{folder}/src")
    sourced = f"{ALPINE_TOOLS.format(options=' '.join(ALPINE))}\n. {recipe('APKBUILD')}\n"
    places = {"srcdir": f"{folder}/src", "pkgdir": f"{folder}/pkg"}
    # abuild stands in the unpacked sources, which are read-only here.
    os.makedirs(f"{folder}/work")
    bash(f"{sourced}abuild-meson() {{ command meson setup {' '.join(ALPINE)} \"${{@:1:$#-2}}\" \"${{!#}}\" {SOURCE}; }}\n"
         "build; package", f"{folder}/work", **places)
    split = re.findall(r"(\S+):(_\w+)", bash(f'. {recipe("APKBUILD")}; echo $subpackages', folder))
    for name, function in split:
        bash(sourced + function, folder, subpkgdir=f"{folder}/{name}", **places)
    return {name: files_below(f"{folder}/{name}") for name, _ in split}, remaining(f"{folder}/pkg")


def remaining(folder):
    """The files that are still there; folders that have become empty do not matter."""
    return {file for file in files_below(folder) if not os.path.isdir(folder + file) or os.path.islink(folder + file)}


def named_tarballs():
    """Of each recipe: the two files it is made from."""
    return {name: re.findall(r"(?:lte-failover|%\{name\}|ModemManager)-\S+?\.tar\.[gx]z", read(recipe(name)))
            for name in ("lte-failover.spec", "PKGBUILD", "APKBUILD")}


def scripts():
    return sorted(path for path in glob.glob(recipe("*")) if not path.endswith((".md", ".spec")))
