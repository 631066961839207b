/* SPDX-License-Identifier: MIT */
/* Hung tasks: tasks that have slept for very long without a wake-up. Each is
 * reported with a backtrace, once for each sleep. A task that has asked to
 * sleep for so long is reported as well. */
#ifndef KERNEL_HUNG_TASK_H
#define KERNEL_HUNG_TASK_H

#include "kernel/types.h"

/* Ticks of sleep until a task is reported, 8 at least: two minutes, and up to
 * an eighth more. Tests set less. */
extern unsigned hung_task_patience;

/* The number of reports so far. */
extern unsigned hung_task_reports;

/* Called by the tick of CPU 0, interrupts off. */
void hung_task_tick(void);

#endif
