/* SPDX-License-Identifier: MIT */
/* Page faults that may not be served: between the two calls a fault in user
 * memory is an error for whoever made it, and never a reason to sleep. They
 * nest, and belong to the task, or to the handler that interrupted it. Once
 * there are tasks; any context. */
#ifndef KERNEL_PAGEFAULT_H
#define KERNEL_PAGEFAULT_H

#include "kernel/task.h"

static inline void pagefault_disable(void)
{
	current->pagefault_disabled++;
	barrier();
}

/* More enabled than disabled: puts the count right and panics. */
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
