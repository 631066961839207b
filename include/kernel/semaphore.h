/* SPDX-License-Identifier: MIT */
/* Counting semaphores: a number of things, each of which a task takes or waits
 * for.
 *
 *	down(&slots);		sleeps until there is one
 *	...
 *	up(&slots);		any context but NMI, any task
 *
 * Tasks are served in the order of asking. A semaphore has no owner, so it is
 * not checked by CHECK=1: if the same task takes and releases, use a mutex.
 * Names and behaviour are those of Linux. */
#ifndef KERNEL_SEMAPHORE_H
#define KERNEL_SEMAPHORE_H

#include "kernel/wait.h"

struct semaphore {
	unsigned count; /* wait.lock protects it */
	struct wait_queue_head wait;
};

#define SEMAPHORE_INIT(name, n) \
	INITIALIZER(.count = (n), .wait = WAIT_QUEUE_INIT((name).wait))
#define DEFINE_SEMAPHORE(name, n) \
	struct semaphore name = SEMAPHORE_INIT(name, n)

void sema_init(struct semaphore *sem, unsigned n);

/* Takes one; sleeps while there is none. Task context. */
void down(struct semaphore *sem);

/* The same for at most `ticks`: 0, or -ETIME if there was none until then. */
int down_timeout(struct semaphore *sem, unsigned long ticks);

/* Takes one if there is one: 0; else 1, unlike other trylocks. Never sleeps.
 * Any context but NMI. */
int down_trylock(struct semaphore *sem);

/* Gives one back. Any context but NMI. */
void up(struct semaphore *sem);

#endif
