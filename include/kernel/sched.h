/* SPDX-License-Identifier: MIT */
/* The scheduler: which task runs on which CPU, and for how long.
 *
 * Each CPU has a queue. A task runs until it sleeps, yields, has used up its
 * slice of SLICE_TICKS, or is preempted by one that was woken. A slice that is
 * used up takes a task to the end of the queue, and the next begins with its
 * next turn; a task that sleeps before that keeps the rest, and is put in front
 * when it wakes. A task that sleeps often is thus served at once, and none gets
 * more than one slice a round: a new task, too, begins at the end. */
#ifndef KERNEL_SCHED_H
#define KERNEL_SCHED_H

#include "kernel/lock_check.h"
#include "kernel/preempt.h"
#include "kernel/task.h"
#include "kernel/timer.h"

#define SLICE_TICKS 4

/* Gives a CPU that does not run yet an empty queue, and no timers. On the boot
 * CPU, as the next. */
void sched_prepare(unsigned cpu);

/* Makes the running code `task`, with `idle` as what this CPU runs when there
 * is nothing else: the same task, on a CPU that starts with it. */
void sched_start(struct task *task, struct task *idle);

/* What a new task does first, on its own stack: ends the switch to it, and lets
 * interrupts and preemption come. */
void schedule_tail(void);

/* Called once a dead task is off its stack, by the next task of its CPU,
 * interrupts off. kernel/thread/kthread.c defines it, and frees the task when
 * it is joined. */
void task_ended(struct task *task);

/* What a CPU does when there is nothing to do. */
void cpu_idle(void) __noreturn;

/* Work for a CPU without a task: IDLE_WORK(function) names a function that does
 * a part of it and returns true, or finds none and returns false. It is called
 * by the idle task, interrupts off, until a task comes, and should be short. */
typedef bool (*idle_work_t)(void);
#define IDLE_WORK(function)                                             \
	static const idle_work_t idle_work_##function __used __section( \
		".idle_works") = (function)

/* Gives the CPU up: for ever, until somebody wakes this task, if it has said
 * that it sleeps; else until it is its turn again. Task context, with
 * preemption on: to sleep with a spinlock is a panic. */
void schedule(void);

/* The same for good. The task that joins this one finds it off its stack. With
 * preemption on. */
void do_task_dead(void) __noreturn;

/* Gives the CPU to the others in the queue first. Task context. */
void yield(void);

/* Whether the scheduler wants this CPU for another task. */
static inline bool need_resched(void)
{
	return !(this_cpu_read(preempt_word) & PREEMPT_NO_RESCHED);
}

/* Says that this is a place where the caller, in a long loop, can bear to give
 * up the CPU. The kernel is preemptive, so it has given it up already where it
 * was wanted: as in Linux, if that is, 0. Task context. */
static inline int cond_resched(void)
{
	might_sleep();
	return 0;
}

/* Makes a task that sleeps run on, on its CPU or on one that is idle. False if
 * it did not sleep: it has seen, or will see, what it was to be woken for. Any
 * context but NMI. */
bool wake_up_process(struct task *task);

/* Says on which CPUs the task may run, some of which must be online: -EINVAL if
 * none is. If it is elsewhere it goes: one that waits for its turn at once, one
 * that sleeps when it wakes, one that runs on another CPU soon. The caller goes
 * before this returns; or, while it has interrupts, preemption or migration
 * off, once they are on again. Any context but NMI. */
int set_cpus_allowed(struct task *task, cpumask_t allowed);

/* Between the two calls this task stays on its CPU, but may be preempted, and
 * may sleep. They nest. Task context. */
void migrate_disable(void);
void migrate_enable(void);

/* The other half of the tick: called HZ times a second on each CPU, interrupts
 * off. */
void scheduler_tick(void);

/* The task that a CPU runs, for reports. It may have changed on return. */
struct task *cpu_current(unsigned cpu);

/* How many tasks wait in a CPU's queue. */
unsigned cpu_queued(unsigned cpu);

#endif
