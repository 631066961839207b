/* SPDX-License-Identifier: MIT */
/* Mutexes. There are no signals: what a signal would end, nothing ends. */
#ifndef LINUX_MUTEX_H
#define LINUX_MUTEX_H

#include <linux/kernel.h>
#include <linux/types.h>
#include <linux/lockdep.h>
#include "kernel/mutex.h"

#define mutex_lock_nested(mutex, level) ((void)(level), mutex_lock(mutex))
#define mutex_lock_io(mutex)		mutex_lock(mutex)
#define mutex_destroy(mutex)		BUG_ON(mutex_is_locked(mutex))

static __always_inline int mutex_lock_interruptible(struct mutex *mutex)
{
	mutex_lock(mutex);
	return 0;
}

static __always_inline int mutex_lock_killable(struct mutex *mutex)
{
	mutex_lock(mutex);
	return 0;
}

#endif
