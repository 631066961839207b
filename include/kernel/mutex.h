/* SPDX-License-Identifier: MIT */
/* Mutexes: locks with a holder that may sleep.
 *
 *	static DEFINE_MUTEX(table_lock, RANK_MUTEX);
 *
 *	mutex_lock(&table_lock);
 *	...
 *	mutex_unlock(&table_lock);
 *
 * A waiting task sleeps, and tasks are served in the order of asking: an unlock
 * makes the first waiting task the owner, so that no other task can take the
 * lock before it. The task that locked it unlocks it. Task context. */
#ifndef KERNEL_MUTEX_H
#define KERNEL_MUTEX_H

#include "kernel/wait.h"

struct mutex {
	struct task *owner; /* NULL: free */
	struct wait_queue_head wait;
	struct lock_info info;
};

#define MUTEX_INIT(name, rank_)                                          \
	INITIALIZER(.owner = NULL, .wait = WAIT_QUEUE_INIT((name).wait), \
		    .info = LOCK_INFO(#name, rank_))
/* DEFINE_MUTEX(name, rank); without a rank as in Linux. */
#define DEFINE_MUTEX(name, ...) \
	struct mutex name = MUTEX_INIT(name, LOCK_RANK(__VA_ARGS__))

/* Makes a free mutex at run time; `name` stays. mutex_init(mutex) is Linux's:
 * the mutex has no rank, and the expression is its name. */
#define mutex_init(mutex) mutex_init_ranked(mutex, #mutex, RANK_NONE)
void mutex_init_ranked(struct mutex *mutex, const char *name,
		       enum lock_rank rank);
void mutex_lock(struct mutex *mutex);
void mutex_unlock(struct mutex *mutex);

/* Takes it if it is free; never sleeps. */
bool mutex_trylock(struct mutex *mutex);

bool mutex_is_locked(const struct mutex *mutex);

#endif
