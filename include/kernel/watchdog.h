/* SPDX-License-Identifier: MIT */
/* The watchdog: what no longer goes on, and where it is. Each is reported with
 * a backtrace, once, until it goes on.
 *
 *	a task that keeps its CPU	preemption off for softlockup_patience
 *	a CPU without ticks		interrupts off for watchdog_patience;
 *					the CPU before it asks it by NMI. A CPU
 *					that is alone has an alarm that comes
 *					as an NMI (arch/nmi.h)
 *	a task that sleeps		for hung_task_patience: see
 *					kernel/sched/hung_task.h
 *
 * Patience is counted in ticks, so that a host that is busy elsewhere makes
 * nothing look late. */
#ifndef KERNEL_WATCHDOG_H
#define KERNEL_WATCHDOG_H

#include "kernel/types.h"

struct trap_frame;

/* Ticks without one of the neighbour's until it is asked: 10 seconds. It is
 * reported a quarter later if it answers, else after twice the time. Tests are
 * less patient. */
extern unsigned watchdog_patience;

/* How often one was. */
extern unsigned watchdog_reports;

/* Ticks in a row with preemption off, the scheduler being wanted: 20 seconds,
 * and up to one until it is wanted. */
extern unsigned softlockup_patience;
extern unsigned softlockup_reports;

/* Has the only CPU of a machine watched by an alarm, or says that nothing
 * watches it. On the boot CPU, once all CPUs run. */
void watchdog_init(void);

/* From the tick, interrupts off. `interrupted` is what the tick has
 * interrupted, NULL if the idle task has called it. */
void watchdog_tick(const struct trap_frame *interrupted);

#endif
