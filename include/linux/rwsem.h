/* SPDX-License-Identifier: MIT */
/* Reader-writer semaphores. */
#ifndef LINUX_RWSEM_H
#define LINUX_RWSEM_H

#include <linux/types.h>
#include <linux/lockdep.h>
#include "kernel/rwsem.h"

#define down_read_nested(sem, level)  ((void)(level), down_read(sem))
#define down_write_nested(sem, level) ((void)(level), down_write(sem))

static inline int down_read_interruptible(struct rw_semaphore *sem)
{
	down_read(sem);
	return 0;
}

static inline int down_read_killable(struct rw_semaphore *sem)
{
	down_read(sem);
	return 0;
}

static inline int down_write_killable(struct rw_semaphore *sem)
{
	down_write(sem);
	return 0;
}

#endif
