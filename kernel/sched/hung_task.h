/* SPDX-License-Identifier: MIT */
/* Hung tasks: those that have slept for very long, and that nothing has woken.
 * Each is reported with the place where it sleeps, once in a sleep. A task that
 * has asked to sleep for so long is reported as well. */
#ifndef KERNEL_HUNG_TASK_H
#define KERNEL_HUNG_TASK_H

#include "kernel/types.h"

/* Ticks of sleep until a task is reported, 8 at least: two minutes, and up to
 * an eighth more. Tests are less patient. */
extern unsigned hung_task_patience;

/* How often one was. */
extern unsigned hung_task_reports;

/* From the tick of CPU 0, interrupts off. */
void hung_task_tick(void);

#endif
