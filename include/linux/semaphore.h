/* SPDX-License-Identifier: MIT */
/* Semaphores. */
#ifndef LINUX_SEMAPHORE_H
#define LINUX_SEMAPHORE_H

#include <linux/types.h>
#include "kernel/semaphore.h"

static inline int down_interruptible(struct semaphore *sem)
{
	down(sem);
	return 0;
}

static inline int down_killable(struct semaphore *sem)
{
	down(sem);
	return 0;
}

#endif
