/* SPDX-License-Identifier: MIT */
/* Wait queues: tasks that sleep until something is true.
 *
 *	wait_event(pool.wait, pool.free);	sleeps until pool.free
 *
 *	pool.free++;				the code that makes it true
 *	wake_up(&pool.wait);
 *
 * Tasks are woken in the order in which they came. wake_up() wakes all that
 * want to know and one that wants to have (exclusive), since the others would
 * find it gone. The condition is looked at again after each waking, without any
 * lock of the queue. */
#ifndef KERNEL_WAIT_H
#define KERNEL_WAIT_H

#include "kernel/list.h"
#include "kernel/spinlock.h"

struct task;

struct wait_queue_head {
	spinlock_t lock;
	struct list_head waiting;
};

/* One task in one queue; lies on its stack. */
struct wait_entry {
	struct task *task;
	struct list_head node;
	bool exclusive;
	bool stays; /* in the queue when it is woken */
};

/* clang-format off */
#define WAIT_QUEUE_INIT(name) {.lock = SPINLOCK_INIT(#name, RANK_WAIT), \
	.waiting = LIST_HEAD_INIT((name).waiting)}
/* clang-format on */
#define DEFINE_WAIT_QUEUE(name) \
	struct wait_queue_head name = WAIT_QUEUE_INIT(name)

void init_waitqueue_head(struct wait_queue_head *queue);

/* An entry in no queue. */
#define DEFINE_WAIT(name) struct wait_entry name = {.task = NULL}

/* Puts this task at the end of the queue, if it is not in, and sets its state
 * to `state`, in which it is about to sleep: what is true now, or is said by a
 * wake_up() from now on, is not missed. The entry, an empty one at first, is
 * filled in the first time. */
void prepare_to_wait(struct wait_queue_head *queue, struct wait_entry *entry,
		     unsigned state);
void prepare_to_wait_exclusive(struct wait_queue_head *queue,
			       struct wait_entry *entry, unsigned state);

/* The same for a caller that holds the queue's lock, since that protects what
 * is waited for, too. */
void prepare_to_wait_locked(struct wait_queue_head *queue,
			    struct wait_entry *entry, bool exclusive);

/* Takes this task out again, and makes it run on. If it was exclusive and a
 * wake-up has chosen it since, the next is woken in its stead. */
void finish_wait(struct wait_queue_head *queue, struct wait_entry *entry);

/* Puts this task into the queue, and takes it out. Unlike the above, the task
 * sets its state itself, and stays in the queue when it is woken. */
void add_wait_queue(struct wait_queue_head *queue, struct wait_entry *entry);
void remove_wait_queue(struct wait_queue_head *queue, struct wait_entry *entry);

/* Wakes all that are not exclusive, and up to `exclusive` that are. Returns
 * how many it woke. Any context but NMI. */
unsigned wake_up_nr(struct wait_queue_head *queue, unsigned exclusive);

static inline void wake_up(struct wait_queue_head *queue)
{
	wake_up_nr(queue, 1);
}

static inline void wake_up_all(struct wait_queue_head *queue)
{
	wake_up_nr(queue, ~0u);
}

/* Whether a task waits. Takes no lock: the answer may be old at once, so a
 * caller may use it only where a wrong one does no harm. */
static inline bool waitqueue_active(const struct wait_queue_head *queue)
{
	return !list_empty(&queue->waiting);
}

/* Sleeps with `sleep` until the condition, looked at each time, holds. */
#define wait_event_with(queue, condition, prepare, sleep)                 \
	do {                                                              \
		DEFINE_WAIT(entry_);                                      \
		might_sleep();                                            \
		for (;;) {                                                \
			prepare(&(queue), &entry_, TASK_UNINTERRUPTIBLE); \
			if (condition)                                    \
				break;                                    \
			sleep;                                            \
		}                                                         \
		finish_wait(&(queue), &entry_);                           \
	} while (0)

/* Task context, as all that sleeps. */
#define wait_event(queue, condition) \
	wait_event_with(queue, condition, prepare_to_wait, schedule())
#define wait_event_exclusive(queue, condition) \
	wait_event_with(queue, condition, prepare_to_wait_exclusive, schedule())

/* The same where a spinlock protects the condition: it is held, interrupts off,
 * when the condition is looked at and afterwards, and given back to sleep. */
#define wait_event_lock_irq(queue, condition, lock)            \
	do {                                                   \
		DEFINE_WAIT(entry_);                           \
		for (;;) {                                     \
			prepare_to_wait(&(queue), &entry_,     \
					TASK_UNINTERRUPTIBLE); \
			if (condition)                         \
				break;                         \
			spin_unlock_irq(&(lock));              \
			schedule();                            \
			spin_lock_irq(&(lock));                \
		}                                              \
		finish_wait(&(queue), &entry_);                \
	} while (0)

/* The same for at most `ticks`; returns what is left of them, at least 1, if
 * the condition held, or 0. Once it held it is not looked at again: it may take
 * what it finds. */
#define wait_event_timeout(queue, condition, ticks)                     \
	({                                                              \
		unsigned long left_ = (ticks);                          \
		bool held_;                                             \
		wait_event_with(queue, (held_ = (condition)) || !left_, \
				prepare_to_wait,                        \
				left_ = schedule_timeout(left_));       \
		held_ ? max(left_, 1ul) : 0;                            \
	})

#endif
