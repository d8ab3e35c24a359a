#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What each distribution's recipe lists is what is installed with that distribution's folders."""

import os
import re
import shutil
import tempfile
import unittest

import recipes
from recipes import PACKAGES, SOURCE, files_below, run


class Recipe(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)


class Fedora(Recipe):
    def test_each_file_is_in_one_package(self):
        spec = recipes.Spec()
        build, system = f"{self.folder}/build", f"{self.folder}/system"
        recipes.setup(build, recipes.FEDORA + spec.options)
        recipes.borrow_programs(build)
        recipes.install(build, system)
        installed, lists = files_below(system), spec.lists()

        self.assertEqual(set(lists), PACKAGES)
        self.assertEqual(recipes.compare(installed, lists), [])
        self.assertEqual(recipes.compare({"/usr/bin/other"}, {"a": ["/usr/bin/lost"]}),
                         ["/usr/bin/other: listed by nobody", "/usr/bin/lost: listed by a, not installed"])

        recipes.uninstall(build)
        self.assertEqual(os.listdir(system) if os.path.exists(system) else [], [])

    def test_the_plugin_wants_its_own_modemmanager(self):
        self.assertEqual(recipes.Spec().requirements(), ["ModemManager >= 1.24.0", "ModemManager < 1.24.1~"])


class Arch(Recipe):
    def test_each_file_is_in_one_package(self):
        packages, left = recipes.package_for_arch(self.folder)
        self.assertEqual(set(packages), PACKAGES)
        self.assertEqual(left, set())
        self.assertIn("/usr/lib/lte-failover-monitor", packages["network-manager-lte-failover"])
        self.assertIn("/etc/lte-failover.d", packages["network-manager-lte-failover"])

    def test_the_plugin_wants_its_own_modemmanager(self):
        window = recipes.bash(f'. {recipes.recipe("PKGBUILD")}; echo "$_modemmanager $_beyond"', self.folder)
        self.assertEqual(window.split(), ["1.24.0", "1.24.1"])


class Alpine(Recipe):
    OWN = r"/usr/share/(man|doc|locale|bash-completion|fish|zsh)/|/etc/init\.d/"  # what abuild splits off by itself

    def test_each_file_is_in_one_package(self):
        packages, left = recipes.package_for_alpine(self.folder)
        self.assertEqual(set(packages), PACKAGES)
        self.assertEqual([file for file in left if not re.match(self.OWN, file)], [])
        self.assertIn("/etc/init.d/lte-failover-monitor", left)
        everything = left.union(*packages.values())
        self.assertEqual([file for file in everything if "systemd" in file], [])


class Dist(Recipe):
    def test_the_tarball_can_be_configured_and_has_no_history(self):
        tree, build = f"{self.folder}/tree", f"{self.folder}/build"
        shutil.copytree(SOURCE, tree, ignore=shutil.ignore_patterns(".git", "__pycache__"))
        run(["git", "init", "--quiet"], tree)
        run(["git", "add", "--all"], tree)
        run(["git", "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "--quiet", "-m", "All"], tree)
        run(["meson", "setup", f"-Dmodemmanager_source={recipes.MODEMMANAGER}", build], tree)
        run(["meson", "dist", "--no-tests", "--formats=xztar", "-C", build], tree)

        name = f"lte-failover-{recipes.VERSION}"
        run(["tar", "-xf", f"{build}/meson-dist/{name}.tar.xz"], self.folder)
        self.assertNotIn(".git", os.listdir(f"{self.folder}/{name}"))
        run(["meson", "setup", f"-Dmodemmanager_source={recipes.MODEMMANAGER}", f"{self.folder}/again"],
            f"{self.folder}/{name}")


class Text(unittest.TestCase):
    def test_both_tarballs_lie_beside_the_recipe(self):
        for name, tarballs in recipes.named_tarballs().items():
            self.assertGreaterEqual(len(tarballs), 2, name)

    def test_shell_is_read(self):
        self.assertGreater(len(recipes.scripts()), 5)
        for script in recipes.scripts():
            run(["bash", "-n", script])
            run(["shellcheck", script])

    def test_versions_are_those_of_the_project(self):
        self.assertEqual(re.search(r"version: '([\d.]+)'", recipes.read(f"{SOURCE}/meson.build"))[1], recipes.VERSION)
        for name, pattern in (("lte-failover.spec", r"^Version: +(.*)$"), ("PKGBUILD", r"^pkgver=(.*)$"),
                              ("APKBUILD", r"^pkgver=(.*)$")):
            self.assertEqual(re.search(pattern, recipes.read(recipes.recipe(name)), re.MULTILINE)[1], recipes.VERSION)

    def test_rpmlint_finds_nothing(self):
        here = os.path.dirname(os.path.abspath(__file__))
        said = run(["rpmlint", "--config", f"{here}/rpmlint.toml", recipes.recipe("lte-failover.spec")],
                   env={**os.environ, "PATH": f"{os.environ['PATH']}:{here}/tools"})
        self.assertRegex(said, r"\b0 errors, 0 warnings")


if __name__ == "__main__":
    unittest.main()
