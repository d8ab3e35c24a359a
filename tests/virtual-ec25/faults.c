/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which answers are to go wrong, and how. */

#include "faults.h"

typedef struct {
    char *prefix; /* AT only */
    int service, message;
    Fault fault;
    gboolean counted;
    guint left;
} Rule;

struct _Faults {
    GPtrArray *at, *qmi, *mbim;
};

static void
rule_free (gpointer data)
{
    Rule *rule = data;

    g_free (rule->prefix);
    g_free (rule);
}

Faults *
faults_new (void)
{
    Faults *self = g_new0 (Faults, 1);

    self->at = g_ptr_array_new_with_free_func (rule_free);
    self->qmi = g_ptr_array_new_with_free_func (rule_free);
    self->mbim = g_ptr_array_new_with_free_func (rule_free);
    return self;
}

void
faults_free (Faults *self)
{
    g_ptr_array_unref (self->at);
    g_ptr_array_unref (self->qmi);
    g_ptr_array_unref (self->mbim);
    g_free (self);
}

static Rule *
add_rule (GPtrArray *rules, Fault fault, guint count)
{
    Rule *rule = g_new0 (Rule, 1);

    rule->fault = fault;
    rule->counted = count > 0;
    rule->left = count;
    g_ptr_array_add (rules, rule);
    return rule;
}

void
faults_add_at (Faults *self, const char *prefix, Fault fault, guint count)
{
    add_rule (self->at, fault, count)->prefix = g_ascii_strup (prefix, -1);
}

static void
add_message_rule (GPtrArray *rules, int service, int message, Fault fault, guint count)
{
    Rule *rule = add_rule (rules, fault, count);

    rule->service = service;
    rule->message = message;
}

void
faults_add_qmi (Faults *self, int service, int message, Fault fault, guint count)
{
    add_message_rule (self->qmi, service, message, fault, count);
}

void
faults_add_mbim (Faults *self, int service, int cid, Fault fault, guint count)
{
    add_message_rule (self->mbim, service, cid, fault, count);
}

void
faults_clear_at (Faults *self)
{
    g_ptr_array_set_size (self->at, 0);
}

void
faults_clear_qmi (Faults *self)
{
    g_ptr_array_set_size (self->qmi, 0);
}

void
faults_clear_mbim (Faults *self)
{
    g_ptr_array_set_size (self->mbim, 0);
}

static Fault
use_up (GPtrArray *rules, Rule *rule)
{
    Fault fault = rule->fault;

    if (rule->counted && --rule->left == 0)
        g_ptr_array_remove (rules, rule);
    return fault;
}

Fault
faults_strike_at (Faults *self, const char *line)
{
    g_autofree char *upper = g_ascii_strup (line, -1);

    for (guint i = 0; i < self->at->len; i++) {
        Rule *rule = g_ptr_array_index (self->at, i);

        if (g_str_has_prefix (upper, rule->prefix))
            return use_up (self->at, rule);
    }
    return (Fault) { FAULT_NONE };
}

static gboolean
fits (int wanted, guint number)
{
    return wanted == FAULTS_ANY || wanted == (int) number;
}

static Fault
strike_message (GPtrArray *rules, guint service, guint message)
{
    for (guint i = 0; i < rules->len; i++) {
        Rule *rule = g_ptr_array_index (rules, i);

        if (fits (rule->service, service) && fits (rule->message, message))
            return use_up (rules, rule);
    }
    return (Fault) { FAULT_NONE };
}

Fault
faults_strike_qmi (Faults *self, guint service, guint message)
{
    return strike_message (self->qmi, service, message);
}

Fault
faults_strike_mbim (Faults *self, guint service, guint cid)
{
    return strike_message (self->mbim, service, cid);
}
