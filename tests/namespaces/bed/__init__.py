# SPDX-License-Identifier: GPL-2.0-or-later
"""Real ModemManager and NetworkManager between providers made of network namespaces."""
