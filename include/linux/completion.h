/* SPDX-License-Identifier: MIT */
/* Completions. */
#ifndef LINUX_COMPLETION_H
#define LINUX_COMPLETION_H

#include <linux/types.h>
#include "kernel/completion.h"

#define DECLARE_COMPLETION_ONSTACK(name) DECLARE_COMPLETION(name)
#define COMPLETION_INITIALIZER(name)	 COMPLETION_INIT(name)

static inline int wait_for_completion_interruptible(struct completion *x)
{
	wait_for_completion(x);
	return 0;
}

static inline int wait_for_completion_killable(struct completion *x)
{
	wait_for_completion(x);
	return 0;
}

static inline long
wait_for_completion_interruptible_timeout(struct completion *x,
					  unsigned long ticks)
{
	return (long)wait_for_completion_timeout(x, ticks);
}

#endif
