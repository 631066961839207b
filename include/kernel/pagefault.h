/* SPDX-License-Identifier: MIT */
/* Page faults that may not be served: between the two calls a fault in user
 * memory is an error for whoever made it, and never a reason to sleep. They
 * nest. Once there are tasks; any context. */
#ifndef KERNEL_PAGEFAULT_H
#define KERNEL_PAGEFAULT_H

#include "kernel/task.h"

static inline void pagefault_disable(void)
{
	current->pagefault_disabled++;
	barrier();
}

static inline void pagefault_enable(void)
{
	barrier();
	current->pagefault_disabled--;
}

static inline bool pagefault_disabled(void)
{
	return current->pagefault_disabled;
}

#endif
