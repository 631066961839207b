/* SPDX-License-Identifier: MIT */
/* Counting semaphores. See kernel/semaphore.h. If a task waits, up() gives to
 * the first one directly, without raising the count, so that no task overtakes
 * it. */
#include "kernel/semaphore.h"

#include "kernel/errno.h"
#include "kernel/sched.h"

/* A task that waits; on its stack. */
struct waiter {
	struct wait_entry entry;
	bool got;
};

void sema_init(struct semaphore *sem, unsigned n)
{
	sem->count = n;
	init_waitqueue_head(&sem->wait);
}

/* Takes one from the count. The queue is locked; if a task waits, the count is
 * 0. */
static bool take_count(struct semaphore *sem)
{
	lockdep_assert_held(&sem->wait.lock);
	if (!sem->count)
		return false;
	sem->count--;
	return true;
}

int down_trylock(struct semaphore *sem)
{
	unsigned long flags;
	bool got;

	spin_lock_irqsave(&sem->wait.lock, flags);
	got = take_count(sem);
	spin_unlock_irqrestore(&sem->wait.lock, flags);
	return !got;
}

/* Takes one. If there is none, queues this task, once; it is then about to
 * sleep. */
static bool take_or_queue(struct semaphore *sem, struct waiter *waiter)
{
	unsigned long flags;

	spin_lock_irqsave(&sem->wait.lock, flags);
	if (!waiter->entry.task)
		waiter->got = take_count(sem);
	if (!waiter->got)
		prepare_to_wait_locked(&sem->wait, &waiter->entry, true);
	spin_unlock_irqrestore(&sem->wait.lock, flags);
	return waiter->got;
}

/* Leaves the queue; true if up() has come first. */
static bool leave(struct semaphore *sem, struct waiter *waiter)
{
	unsigned long flags;

	set_current_state(TASK_RUNNING);
	spin_lock_irqsave(&sem->wait.lock, flags);
	list_del_init(&waiter->entry.node);
	spin_unlock_irqrestore(&sem->wait.lock, flags);
	return waiter->got;
}

int down_timeout(struct semaphore *sem, unsigned long ticks)
{
	struct waiter waiter = {.got = false};

	might_sleep();
	while (!take_or_queue(sem, &waiter)) {
		if (!ticks)
			return leave(sem, &waiter) ? 0 : -ETIME;
		ticks = schedule_timeout(ticks);
	}
	return 0;
}

void down(struct semaphore *sem)
{
	might_sleep();
	down_timeout(sem, MAX_SCHEDULE_TIMEOUT);
}

/* Once `got` is true, the waiter's entry may vanish as soon as the queue is
 * unlocked. */
void up(struct semaphore *sem)
{
	struct waiter *first;
	unsigned long flags;

	spin_lock_irqsave(&sem->wait.lock, flags);
	if (list_empty(&sem->wait.waiting)) {
		sem->count++;
	} else {
		first = list_first_entry(&sem->wait.waiting, struct waiter,
					 entry.node);
		list_del_init(&first->entry.node);
		first->got = true;
		wake_up_process(first->entry.task);
	}
	spin_unlock_irqrestore(&sem->wait.lock, flags);
}
