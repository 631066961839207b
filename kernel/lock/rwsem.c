/* SPDX-License-Identifier: MIT */
/* Reader-writer semaphores. See kernel/rwsem.h.
 *
 * The queue's lock protects the whole semaphore. A task that releases it makes
 * the first waiter a holder, and also all readers behind a reader, and then
 * wakes them. The semaphore is never free while a task waits. No task overtakes
 * another: if tasks wait, a new one queues up, even if it only wants to read
 * and readers hold the semaphore. */
#include "kernel/rwsem.h"

#include "kernel/panic.h"
#include "kernel/sched.h"

/* A task that waits, to write if its entry is exclusive; on its stack. */
struct waiter {
	struct wait_entry entry;
	bool holds; /* it has been made a holder */
};

void init_rwsem_ranked(struct rw_semaphore *sem, const char *name,
		       enum lock_rank rank)
{
	sem->count = 0;
	sem->owner = NULL;
	init_waitqueue_head(&sem->wait);
	sem->info = (struct lock_info)LOCK_INFO(name, rank);
}

/* Makes `task` a holder, if the present holders allow one more. */
static bool admit(struct rw_semaphore *sem, struct task *task, bool write)
{
	if (sem->count < 0 || (write && sem->count))
		return false;
	sem->count = write ? -1 : sem->count + 1;
	sem->owner = write ? task : NULL;
	return true;
}

/* Admits waiters from the front of the queue while possible. Once `holds` is
 * true, the waiter's entry may vanish as soon as the queue is unlocked. */
static void admit_waiters(struct rw_semaphore *sem)
{
	struct list_head *waiting = &sem->wait.waiting;

	while (!list_empty(waiting)) {
		struct waiter *first =
			list_first_entry(waiting, struct waiter, entry.node);

		if (!admit(sem, first->entry.task, first->entry.exclusive))
			return;
		list_del_init(&first->entry.node);
		first->holds = true;
		wake_up_process(first->entry.task);
	}
}

static bool try_locked(struct rw_semaphore *sem, bool write)
{
	return list_empty(&sem->wait.waiting) && admit(sem, current, write);
}

/* Makes this task a holder. If that is not possible, queues it, once; it is
 * then about to sleep. */
static bool take_or_queue(struct rw_semaphore *sem, struct waiter *waiter,
			  bool write)
{
	bool queued = waiter->entry.task;
	unsigned long flags;

	spin_lock_irqsave(&sem->wait.lock, flags);
	if (!queued)
		waiter->holds = try_locked(sem, write);
	if (!waiter->holds)
		prepare_to_wait_locked(&sem->wait, &waiter->entry, write);
	spin_unlock_irqrestore(&sem->wait.lock, flags);
	return waiter->holds;
}

static void down(struct rw_semaphore *sem, bool write, const void *caller)
{
	struct waiter waiter = {.holds = false};

	if (CHECK)
		lock_check_task_before(&sem->info, caller);
	while (!take_or_queue(sem, &waiter, write))
		schedule();
	sem->info.holder = caller;
	if (CHECK)
		lock_check_task_taken(&sem->info);
}

static int down_trylock(struct rw_semaphore *sem, bool write,
			const void *caller)
{
	unsigned long flags;
	bool got;

	spin_lock_irqsave(&sem->wait.lock, flags);
	got = try_locked(sem, write);
	spin_unlock_irqrestore(&sem->wait.lock, flags);
	if (got)
		sem->info.holder = caller;
	if (got && CHECK)
		lock_check_task_taken(&sem->info);
	return got;
}

/* Adds `holders` to the count, and admits the waiters that this allows. */
static void release(struct rw_semaphore *sem, int holders)
{
	unsigned long flags;

	spin_lock_irqsave(&sem->wait.lock, flags);
	sem->count += holders;
	sem->owner = NULL;
	admit_waiters(sem);
	spin_unlock_irqrestore(&sem->wait.lock, flags);
}

/* Panics unless the running task writes. */
static void check_owner(const struct rw_semaphore *sem, const void *caller)
{
	if (unlikely(sem->owner != current))
		panic("rwsem %s: task %s ends its writing at %pS, but %s%s",
		      sem->info.name, current->name, caller,
		      sem->owner ? "the writer is " : "no task writes",
		      sem->owner ? sem->owner->name : "");
}

/* ---- The interface ------------------------------------------------------- */

void down_read(struct rw_semaphore *sem)
{
	might_sleep();
	down(sem, false, __builtin_return_address(0));
}

void down_write(struct rw_semaphore *sem)
{
	const void *caller = __builtin_return_address(0);

	might_sleep();
	if (unlikely(sem->owner == current))
		panic("rwsem %s is written twice by task %s, at %pS and again "
		      "at %pS: it would wait for itself, for ever",
		      sem->info.name, current->name, sem->info.holder, caller);
	down(sem, true, caller);
}

int down_read_trylock(struct rw_semaphore *sem)
{
	return down_trylock(sem, false, __builtin_return_address(0));
}

int down_write_trylock(struct rw_semaphore *sem)
{
	return down_trylock(sem, true, __builtin_return_address(0));
}

void up_read(struct rw_semaphore *sem)
{
	if (unlikely(READ_ONCE(sem->count) <= 0))
		panic("rwsem %s: task %s ends its reading at %pS, but no task "
		      "reads",
		      sem->info.name, current->name,
		      __builtin_return_address(0));
	if (CHECK)
		lock_check_task_released(&sem->info);
	release(sem, -1);
}

void up_write(struct rw_semaphore *sem)
{
	check_owner(sem, __builtin_return_address(0));
	if (CHECK)
		lock_check_task_released(&sem->info);
	release(sem, 1);
}

/* From -1 to one reader. */
void downgrade_write(struct rw_semaphore *sem)
{
	check_owner(sem, __builtin_return_address(0));
	release(sem, 2);
}
