/* SPDX-License-Identifier: MIT */
/* Reader-writer semaphores: many readers at once or one writer, which may
 * sleep.
 *
 *	static DECLARE_RWSEM(table_sem);
 *
 *	down_read(&table_sem);		down_write(&table_sem);
 *	...				...
 *	up_read(&table_sem);		up_write(&table_sem);
 *
 * A task that has to wait sleeps. Tasks are served in the order of asking: a
 * writer waits for readers that came before it, and readers that come later
 * wait for the writer. Readers that are neighbours in the queue are admitted
 * together.
 *
 * The classic mistakes: to take it twice as a reader in one task, because a
 * writer may have queued in between (CHECK=1 reports it); to take it twice as a
 * writer, or to release it in a task that is not the writer (every build
 * reports it).
 *
 * Task context. Names and behaviour are those of Linux; a rank may be added,
 * as for mutexes. */
#ifndef KERNEL_RWSEM_H
#define KERNEL_RWSEM_H

#include "kernel/wait.h"

struct rw_semaphore {
	int count;	    /* readers; -1: a writer */
	struct task *owner; /* the writer */
	struct wait_queue_head wait;
	struct lock_info info;
};

#define RWSEM_INIT(name, rank_)                                       \
	INITIALIZER(.count = 0, .wait = WAIT_QUEUE_INIT((name).wait), \
		    .info = LOCK_INFO(#name, rank_))
#define DECLARE_RWSEM(name, ...) \
	struct rw_semaphore name = RWSEM_INIT(name, LOCK_RANK(__VA_ARGS__))

/* Makes a free one at run time; the expression is its name. */
#define init_rwsem(sem) init_rwsem_ranked(sem, #sem, RANK_NONE)
void init_rwsem_ranked(struct rw_semaphore *sem, const char *name,
		       enum lock_rank rank);

void down_read(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);
void down_write(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);

/* Take it if that is possible without waiting: 1; else 0. Never sleep. */
int down_read_trylock(struct rw_semaphore *sem);
int down_write_trylock(struct rw_semaphore *sem);

/* Makes the writer a reader; no other writer can come in between. up_read()
 * ends it. */
void downgrade_write(struct rw_semaphore *sem);

/* Whether a task reads or writes. */
static inline int rwsem_is_locked(const struct rw_semaphore *sem)
{
	return READ_ONCE(sem->count) != 0;
}

#endif
