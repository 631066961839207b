/* SPDX-License-Identifier: MIT */
/* Run queues: what the scheduler's files share. For kernel/ itself.
 *
 *	CPU 0   current: A     queue: B, C
 *	CPU 1   current: idle  queue:
 *
 * A task that may run is in one of three places: `current` of its CPU; in its
 * CPU's queue; or in flight, which is with the one who took it out of a queue
 * or woke it, and who is about to queue_task() it.
 *
 * Locking: the lock of the queue of CPU task->cpu protects what struct task
 * says of scheduling, task->cpu too: so to lock a task is to lock the queue
 * that it names and to look again. A CPU holds one such lock at a time. It
 * keeps its own while it switches, until the old task has left its stack:
 * who locks a task and does not find it `current` knows that it is nowhere. */
#ifndef KERNEL_RUN_QUEUE_H
#define KERNEL_RUN_QUEUE_H

#include "kernel/sched.h"
#include "kernel/spinlock.h"

struct run_queue {
	spinlock_t lock; /* interrupts off */
	struct list_head queue;
	/* The last of those in front, who have some of a slice left; or the
	 * queue itself, if there are none. */
	struct list_head *last_first;
	unsigned queued;     /* tasks in it */
	unsigned balance_in; /* ticks */
	struct task *running;
	struct task *idle;
	struct task *prev;  /* who was switched from, until the switch ends */
	struct task *stray; /* who was, and may not run here any more */
};

DECLARE_PER_CPU(struct run_queue, run_queues);

static inline struct run_queue *cpu_rq(unsigned cpu)
{
	return per_cpu_ptr(&run_queues, cpu);
}

/* Makes a CPU's queue, empty. Before anybody looks at it. */
void run_queue_init(unsigned cpu);

/* Locks the queue of the task's CPU, interrupts off. */
struct run_queue *lock_task(struct task *task, unsigned long *flags);

/* Puts a task into the queue, or takes it out; the queue is locked. Who has
 * some of a slice left comes before those who have not, behind others like
 * him. */
void rq_add(struct run_queue *rq, struct task *task);
void rq_remove(struct run_queue *rq, struct task *task);

/* Makes a CPU call the scheduler soon. */
void resched_cpu(unsigned cpu);

/* Whether the task, which is locked, may run on the CPU. */
bool may_run(const struct task *task, unsigned cpu);

/* The CPU on which the task, which is locked, should wait for its turn: its
 * own if that is idle, one that is idle, its own, or another. */
unsigned choose_cpu(const struct task *task);

/* Puts a task in flight into the queue of CPU task->cpu, or of another if it
 * may not run there. No queue is locked, interrupts are off. */
void queue_task(struct task *task);

/* Takes a task from the longest queue over to this CPU if it is longer than
 * this CPU's; false if there is none. Interrupts are off. */
bool pull_task(void);

#endif
