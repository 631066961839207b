/* SPDX-License-Identifier: MIT */
/* Page faults that may not be served. Between the two calls a fault on user
 * memory is an error for the code that accessed it, and the handler does not
 * sleep. The calls nest, and belong to the task, or to the interrupt handler
 * that runs on top of it. Any context, once there are tasks. */
#ifndef KERNEL_PAGEFAULT_H
#define KERNEL_PAGEFAULT_H

#include "kernel/task.h"

static inline void pagefault_disable(void)
{
	current->pagefault_disabled++;
	barrier();
}

/* Panics, after resetting the count: there were more enables than disables. */
void pagefault_panic(void) __noreturn __cold;

static inline void pagefault_enable(void)
{
	barrier();
	if (unlikely(--current->pagefault_disabled < 0))
		pagefault_panic();
}

static inline bool pagefault_disabled(void)
{
	return current->pagefault_disabled;
}

#endif
