/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls a function that no ModemManager has, to see that check-symbols.py notices. */

void mm_broadband_modem_ec25_no_such_function (void);
void mm_plugin_create (void);

void
mm_plugin_create (void)
{
    mm_broadband_modem_ec25_no_such_function ();
}
