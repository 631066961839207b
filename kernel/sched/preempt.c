/* SPDX-License-Identifier: MIT */
/* What may not happen now, in words. See kernel/preempt.h. */
#include "kernel/preempt.h"

#include "kernel/pagefault.h"
#include "kernel/panic.h"

void preempt_enable_panic(void)
{
	panic("preempt_enable: called at %pS with preemption on already: one "
	      "preempt_enable() for each preempt_disable()",
	      (void *)((char *)__builtin_return_address(0) - 1));
}

/* The depth is below zero: it borrows from the interrupts' bits, which then
 * say nothing. Real depths are far below half of what there is room for. */
static bool is_underflow(void)
{
	return preempt_count() & (PREEMPT_MASK / 2 + 1);
}

const char *atomic_reason(void)
{
	if (is_underflow())
		return "after one preempt_enable() too many (CHECK=1 says "
		       "where)";
	if (in_interrupt())
		return "by an interrupt handler";
	if (pagefault_disabled())
		return "between kmap_atomic() and kunmap_atomic()";
	return in_atomic() ? "with preemption off" : "with interrupts off";
}
