/* SPDX-License-Identifier: MIT */
/* Wait queues. There are no signals: an interruptible wait is one that
 * nothing interrupts. */
#ifndef LINUX_WAIT_H
#define LINUX_WAIT_H

#include <linux/kernel.h>
#include <linux/types.h>
#include <linux/spinlock.h>
#include "kernel/sched.h"
#include "kernel/wait.h"

typedef struct wait_queue_head wait_queue_head_t;
#define wait_queue_entry wait_entry
typedef struct wait_entry wait_queue_entry_t;

#define DECLARE_WAIT_QUEUE_HEAD(name)	      DEFINE_WAIT_QUEUE(name)
#define DECLARE_WAIT_QUEUE_HEAD_ONSTACK(name) DEFINE_WAIT_QUEUE(name)
/* Loft fills in the task when it queues: `who` is always current. */
#define DECLARE_WAITQUEUE(name, who) \
	struct wait_entry name = {.task = ((void)(who), NULL)}

#define wake_up_interruptible(queue)	   wake_up(queue)
#define wake_up_interruptible_all(queue)   wake_up_all(queue)
#define wake_up_interruptible_nr(queue, n) wake_up_nr(queue, n)
#define wake_up_interruptible_sync(queue)  wake_up(queue)
#define wake_up_sync(queue)		   wake_up(queue)

static inline bool wq_has_sleeper(struct wait_queue_head *queue)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return waitqueue_active(queue);
}

#define wait_event_interruptible(queue, condition) \
	({                                         \
		wait_event(queue, condition);      \
		0;                                 \
	})
#define wait_event_killable(queue, condition) \
	wait_event_interruptible(queue, condition)
#define wait_event_interruptible_exclusive(queue, condition) \
	({                                                   \
		wait_event_exclusive(queue, condition);      \
		0;                                           \
	})
#define wait_event_interruptible_timeout(queue, condition, ticks) \
	((long)wait_event_timeout(queue, condition, ticks))
#define wait_event_idle(queue, condition) wait_event(queue, condition)
#define wait_event_idle_timeout(queue, condition, ticks) \
	wait_event_timeout(queue, condition, ticks)
#define wait_event_interruptible_lock_irq(queue, condition, lock) \
	({                                                        \
		wait_event_lock_irq(queue, condition, lock);      \
		0;                                                \
	})

#endif
