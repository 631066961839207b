/* SPDX-License-Identifier: MIT */
/* The scheduler: which task runs on which CPU, and for how long.
 *
 * Each CPU has a queue. A task runs until it sleeps, yields, has used up its
 * slice of SLICE_TICKS, or is preempted by one that was woken. A task that has
 * used up its slice goes to the end of the queue, and gets a new slice for its
 * next turn. A task that sleeps before that keeps the rest of its slice, and is
 * queued in front when it wakes. A task that sleeps often therefore runs soon
 * after each wake-up, and no task gets more than one slice in a round. A new
 * task begins at the end. */
#ifndef KERNEL_SCHED_H
#define KERNEL_SCHED_H

#include "kernel/lock_check.h"
#include "kernel/preempt.h"
#include "kernel/task.h"
#include "kernel/timer.h"

#define SLICE_TICKS 4

/* Prepares the queue and the timers of a CPU that does not run yet, both empty.
 * On the boot CPU. */
void sched_prepare(unsigned cpu);

/* Makes the running code the task `task`, and `idle` the task that this CPU
 * runs if there is no other. A CPU that starts with its idle task passes it
 * twice. */
void sched_start(struct task *task, struct task *idle);

/* Called first by a new task, on its own stack: finishes the switch to it, and
 * turns interrupts and preemption on. */
void schedule_tail(void);

/* Called after a dead task has left its stack, by the next task of its CPU,
 * interrupts off. kernel/thread/kthread.c defines it, and frees the task when
 * it is joined. */
void task_ended(struct task *task);

/* The loop of the idle task. */
void cpu_idle(void) __noreturn;

/* Work for a CPU without a task: IDLE_WORK(function) names a function that does
 * a part of it and returns true, or finds none and returns false. It is called
 * by the idle task, interrupts off, until a task comes, and should be short. */
typedef bool (*idle_work_t)(void);
#define IDLE_WORK(function)                                             \
	static const idle_work_t idle_work_##function __used __section( \
		".idle_works") = (function)

/* Gives up the CPU: until this task is woken, if it has set a state other than
 * running; else until its next turn. Task context, with preemption on. Panics
 * if the task holds a spinlock. */
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

/* For long loops in which the task could give up the CPU. The kernel is
 * preemptive, so the task was preempted already if the CPU was wanted: does
 * nothing and returns 0, as in a preemptive Linux. Task context. */
static inline int cond_resched(void)
{
	might_sleep();
	return 0;
}

/* Wakes a task that sleeps, on its CPU or on an idle one. Returns false if it
 * did not sleep: it has tested its condition already, or will do so. Any
 * context but NMI. */
bool wake_up_process(struct task *task);

/* Sets the CPUs on which the task may run. Returns -EINVAL if none of them is
 * online. If the task is on another CPU, it moves: at once if it waits for its
 * turn, when it wakes if it sleeps, soon if it runs. The calling task has moved
 * when the call returns; or, if it has interrupts, preemption or migration off,
 * after they are on again. Any context but NMI. */
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
