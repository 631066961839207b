/* SPDX-License-Identifier: MIT */
/* Run queues: what the scheduler's files share. For kernel/ itself.
 *
 *	CPU 0   current: A     queue: B, C
 *	CPU 1   current: idle  queue:
 *
 * A task that may run is in one of three places: it is `current` on its CPU; it
 * is in its CPU's queue; or it is in flight. A task is in flight between its
 * removal from a queue, or its wake-up, and the queue_task() that follows.
 *
 * Locking: the lock of the queue of CPU task->cpu protects the fields of struct
 * task that the scheduler uses, task->cpu included. Therefore lock_task() locks
 * the queue that the task names and then compares again. A CPU holds one such
 * lock at a time. It keeps its own lock while it switches, until the old task
 * has left its stack: if the lock of a task is held and the task is not
 * `current`, no CPU runs on its stack. */
#ifndef KERNEL_RUN_QUEUE_H
#define KERNEL_RUN_QUEUE_H

#include "kernel/sched.h"
#include "kernel/spinlock.h"

struct run_queue {
	spinlock_t lock; /* interrupts off */
	struct list_head queue;
	/* The last of the tasks in front that have some of a slice left; or the
	 * queue itself, if there are none. */
	struct list_head *last_first;
	unsigned queued;     /* tasks in it */
	unsigned balance_in; /* ticks */
	struct task *running;
	struct task *idle;
	struct task *prev;  /* the task switched from, until the switch ends */
	struct task *stray; /* the same, if it may not run here any more */
};

DECLARE_PER_CPU(struct run_queue, run_queues);

static inline struct run_queue *cpu_rq(unsigned cpu)
{
	return per_cpu_ptr(&run_queues, cpu);
}

/* Makes a CPU's queue, empty, before it is used. */
void run_queue_init(unsigned cpu);

/* Locks the queue of the task's CPU, interrupts off. */
struct run_queue *lock_task(struct task *task, unsigned long *flags);

/* Adds a task to the queue, or removes it; the queue is locked. A task with
 * some of a slice left comes before tasks without, and behind others with. */
void rq_add(struct run_queue *rq, struct task *task);
void rq_remove(struct run_queue *rq, struct task *task);

/* Makes a CPU call the scheduler soon. */
void resched_cpu(unsigned cpu);

/* Whether the task, which is locked, may run on the CPU. */
bool may_run(const struct task *task, unsigned cpu);

/* The CPU on which the task, which is locked, should wait for its turn. Prefers
 * its own CPU if that is idle, then another idle CPU, then its own, then
 * any. */
unsigned choose_cpu(const struct task *task);

/* Puts a task in flight into the queue of CPU task->cpu, or of another if it
 * may not run there. No queue is locked, interrupts are off. */
void queue_task(struct task *task);

/* Moves a task from the longest queue to this CPU, if that queue is longer than
 * this CPU's; false if no task was moved. Interrupts are off. */
bool pull_task(void);

#endif
