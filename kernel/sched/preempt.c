/* SPDX-License-Identifier: MIT */
/* Describes why sleeping or preemption is forbidden. See kernel/preempt.h. */
#include "kernel/preempt.h"

#include "kernel/pagefault.h"
#include "kernel/panic.h"

void preempt_enable_panic(void)
{
	panic("preempt_enable: called at %pS with preemption on already: one "
	      "preempt_enable() for each preempt_disable()",
	      (void *)((char *)__builtin_return_address(0) - 1));
}

void pagefault_panic(void)
{
	current->pagefault_disabled++;
	panic("kunmap_atomic: page faults are not disabled: was there no "
	      "kmap_atomic(), or was it ended twice? One kunmap_atomic() for "
	      "each kmap_atomic()");
}

/* Whether the depth is below zero. It has then borrowed from the bits that
 * count interrupts, which mean nothing any more. Real depths are far below half
 * of their range. */
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
