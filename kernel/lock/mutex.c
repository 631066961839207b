/* SPDX-License-Identifier: MIT */
/* Mutexes. See kernel/mutex.h.
 *
 * The owner is changed under the lock of the wait queue. If tasks wait, the
 * unlocking task makes the first of them the owner and then wakes it. The mutex
 * is never free while a task waits, and no task overtakes another. */
#include "kernel/mutex.h"

#include "kernel/panic.h"
#include "kernel/sched.h"

void mutex_init_ranked(struct mutex *mutex, const char *name,
		       enum lock_rank rank)
{
	mutex->owner = NULL;
	init_waitqueue_head(&mutex->wait);
	mutex->info = (struct lock_info)LOCK_INFO(name, rank);
}

/* ---- The lock ------------------------------------------------------------ */

/* Takes the mutex if it is free. Otherwise queues this task, which is then
 * about to sleep. */
static bool take_or_queue(struct mutex *mutex, struct wait_entry *entry)
{
	struct task *task = current;
	unsigned long flags;
	bool mine;

	spin_lock_irqsave(&mutex->wait.lock, flags);
	if (!mutex->owner)
		mutex->owner = task;
	mine = mutex->owner == task;
	if (!mine)
		prepare_to_wait_locked(&mutex->wait, entry, true);
	spin_unlock_irqrestore(&mutex->wait.lock, flags);
	return mine;
}

void mutex_lock(struct mutex *mutex)
{
	struct wait_entry entry = {.task = NULL};

	might_sleep();
	if (unlikely(mutex->owner == current))
		panic("mutex %s is locked twice by task %s, at %pS and again "
		      "at %pS: it would wait for itself, for ever",
		      mutex->info.name, current->name, mutex->info.holder,
		      __builtin_return_address(0));
	if (CHECK)
		lock_check_task_before(&mutex->info,
				       __builtin_return_address(0));
	while (!take_or_queue(mutex, &entry))
		schedule();
	mutex->info.holder = __builtin_return_address(0);
	if (CHECK)
		lock_check_task_taken(&mutex->info);
}

bool mutex_trylock(struct mutex *mutex)
{
	unsigned long flags;
	bool mine;

	spin_lock_irqsave(&mutex->wait.lock, flags);
	mine = !mutex->owner;
	if (mine)
		mutex->owner = current;
	spin_unlock_irqrestore(&mutex->wait.lock, flags);
	if (mine)
		mutex->info.holder = __builtin_return_address(0);
	if (mine && CHECK)
		lock_check_task_taken(&mutex->info);
	return mine;
}

/* Makes the first waiting task the owner and wakes it. Without one, the mutex
 * is free. */
static void hand_over(struct mutex *mutex)
{
	struct list_head *waiting = &mutex->wait.waiting;
	struct wait_entry *first;

	lockdep_assert_held(&mutex->wait.lock);
	mutex->owner = NULL;
	if (list_empty(waiting))
		return;
	first = list_first_entry(waiting, struct wait_entry, node);
	list_del_init(&first->node);
	mutex->owner = first->task;
	wake_up_process(first->task);
}

void mutex_unlock(struct mutex *mutex)
{
	unsigned long flags;

	if (unlikely(mutex->owner != current))
		panic("mutex %s is unlocked by task %s at %pS, but %s%s",
		      mutex->info.name, current->name,
		      __builtin_return_address(0),
		      mutex->owner ? "its owner is " : "no task holds it",
		      mutex->owner ? mutex->owner->name : "");
	if (CHECK)
		lock_check_task_released(&mutex->info);
	spin_lock_irqsave(&mutex->wait.lock, flags);
	hand_over(mutex);
	spin_unlock_irqrestore(&mutex->wait.lock, flags);
}

bool mutex_is_locked(const struct mutex *mutex)
{
	return READ_ONCE(mutex->owner);
}
