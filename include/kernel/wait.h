/* SPDX-License-Identifier: MIT */
/* Wait queues: tasks that sleep until something is true.
 *
 *	wait_event(pool.wait, pool.free);	sleeps until pool.free
 *
 *	pool.free++;				the code that makes it true
 *	wake_up(&pool.wait);
 *
 * Tasks are woken in the order in which they came. wake_up() wakes all tasks
 * that wait for information, and one that waits to take something (exclusive),
 * because the others would find it gone. A woken task tests the condition
 * again, without a lock of the queue. */
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

/* Adds this task to the end of the queue, if it is not there, and sets its
 * state to `state`, in which it is about to sleep. A condition that is tested
 * after this call, and every wake_up() from now on, is not missed. The entry is
 * empty at first, and is filled in the first time. */
void prepare_to_wait(struct wait_queue_head *queue, struct wait_entry *entry,
		     unsigned state);
void prepare_to_wait_exclusive(struct wait_queue_head *queue,
			       struct wait_entry *entry, unsigned state);

/* The same for a caller that holds the queue's lock, if that lock protects the
 * condition, too. */
void prepare_to_wait_locked(struct wait_queue_head *queue,
			    struct wait_entry *entry, bool exclusive);

/* Removes this task from the queue, and sets its state to running. If it was
 * exclusive and a wake-up has chosen it since, the next task is woken
 * instead. */
void finish_wait(struct wait_queue_head *queue, struct wait_entry *entry);

/* Add this task to the queue, and remove it. Unlike above, the task sets its
 * state itself, and stays in the queue when it is woken. */
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

/* Sleeps with `sleep` until the condition holds, which is tested after each
 * wake-up. */
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

/* Task context, as for all waits. */
#define wait_event(queue, condition) \
	wait_event_with(queue, condition, prepare_to_wait, schedule())
#define wait_event_exclusive(queue, condition) \
	wait_event_with(queue, condition, prepare_to_wait_exclusive, schedule())

/* The same if a spinlock protects the condition. It is held, interrupts off, at
 * the call, when the condition is tested, and on return; it is released while
 * the task sleeps. */
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

/* The same for at most `ticks`. Returns the ticks that are left, at least 1, if
 * the condition held; else 0. Once the condition held it is not tested again,
 * so it may have side effects. */
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
