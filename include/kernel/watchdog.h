/* SPDX-License-Identifier: MIT */
/* The watchdog: reports of CPUs and tasks that hang. Each is reported with a
 * backtrace, once, and again only after it has gone on.
 *
 *	a task that keeps its CPU	preemption off for softlockup_patience
 *	a CPU without ticks		interrupts off for watchdog_patience;
 *					the CPU before it asks it by NMI. A CPU
 *					that is alone has an alarm that comes
 *					as an NMI (arch/nmi.h)
 *	a task that sleeps		for hung_task_patience: see
 *					kernel/sched/hung_task.h
 *
 * Times are counted in ticks, so that nothing looks late if the emulator's host
 * is busy. */
#ifndef KERNEL_WATCHDOG_H
#define KERNEL_WATCHDOG_H

#include "kernel/types.h"

struct trap_frame;

/* The number of ticks without a tick of the next CPU until that CPU is asked by
 * NMI: 10 seconds. It is reported after a quarter of that time more if it
 * answers, else after twice the time. Tests set less. */
extern unsigned watchdog_patience;

/* The number of reports so far. */
extern unsigned watchdog_reports;

/* Ticks in a row with preemption off while the scheduler wants the CPU: 20
 * seconds. It may take a second more until the watchdog makes a request. */
extern unsigned softlockup_patience;
extern unsigned softlockup_reports;

/* On a machine with one CPU, starts the alarm, or logs that nothing watches the
 * CPU. On the boot CPU, after all CPUs were started. */
void watchdog_init(void);

/* Called by the tick, interrupts off. `interrupted` holds the registers of the
 * interrupted code; NULL if the idle task has called the tick. */
void watchdog_tick(const struct trap_frame *interrupted);

#endif
