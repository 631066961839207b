/* SPDX-License-Identifier: MIT */
/* Wait queues: tasks that sleep until something is true.
 *
 *	wait_event(pool.wait, pool.free);	sleeps until pool.free
 *
 *	pool.free++;				whoever makes it true
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
};

#define WAIT_QUEUE_INIT(name)                                \
	INITIALIZER(.lock = SPINLOCK_INIT(#name, RANK_WAIT), \
		    .waiting = LIST_HEAD_INIT((name).waiting))
#define DEFINE_WAIT_QUEUE(name) \
	struct wait_queue_head name = WAIT_QUEUE_INIT(name)

void init_waitqueue_head(struct wait_queue_head *queue);

/* Puts this task at the end of the queue, if it is not in, and makes it about
 * to sleep: what is true now, or is said by a wake_up() from now on, is not
 * missed. The entry is filled in the first time, if it starts as zero. */
void prepare_to_wait(struct wait_queue_head *queue, struct wait_entry *entry,
		     bool exclusive);

/* The same for who holds the queue's lock, since it protects what is waited
 * for, too. */
void prepare_to_wait_locked(struct wait_queue_head *queue,
			    struct wait_entry *entry, bool exclusive);

/* Takes this task out again, and makes it run on. If it was exclusive and a
 * wake-up has chosen it since, the next is woken in its stead. */
void finish_wait(struct wait_queue_head *queue, struct wait_entry *entry);

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

/* Whether somebody waits: a glance, for who can do without the answer. */
static inline bool waitqueue_active(const struct wait_queue_head *queue)
{
	return !list_empty(&queue->waiting);
}

/* Sleeps with `sleep` until the condition, looked at each time, holds. */
#define wait_event_with(queue, condition, excl, sleep)            \
	do {                                                      \
		struct wait_entry entry_ = {.task = NULL};        \
		might_sleep();                                    \
		for (;;) {                                        \
			prepare_to_wait(&(queue), &entry_, excl); \
			if (condition)                            \
				break;                            \
			sleep;                                    \
		}                                                 \
		finish_wait(&(queue), &entry_);                   \
	} while (0)

/* Task context, as all that sleeps. */
#define wait_event(queue, condition) \
	wait_event_with(queue, condition, false, schedule())
#define wait_event_exclusive(queue, condition) \
	wait_event_with(queue, condition, true, schedule())

/* The same for at most `ticks`; returns what is left of them, at least 1, if
 * the condition held, or 0. Once it held it is not looked at again: it may take
 * what it finds. */
#define wait_event_timeout(queue, condition, ticks)                            \
	({                                                                     \
		unsigned long left_ = (ticks);                                 \
		bool held_;                                                    \
		wait_event_with(queue, (held_ = (condition)) || !left_, false, \
				left_ = schedule_timeout(left_));              \
		held_ ? max(left_, 1ul) : 0;                                   \
	})

#endif
