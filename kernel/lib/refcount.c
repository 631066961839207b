/* SPDX-License-Identifier: MIT */
/* Reports of wrong counts of users. See kernel/refcount.h. */
#include "kernel/refcount.h"

#include "kernel/printk.h"

static const char *what_is_wrong(int before, int change)
{
	if (before < 0)
		return "is used though it has been wrong before";
	if (before == 0 && change > 0)
		return "is counted up from 0: what it counts is free already";
	if (change > 0)
		return "is counted up too far: users do not count down";
	return "is counted down below 0: a user has counted down twice";
}

void refcount_saturate(refcount_t *r, int before, int change)
{
	refcount_set(r, REFCOUNT_SATURATED);
	pr_warn("refcount at %p %s. What it counts is never freed now\n",
		(void *)r, what_is_wrong(before, change));
	dump_stack();
}
