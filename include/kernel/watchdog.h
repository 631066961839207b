/* SPDX-License-Identifier: MIT */
/* The watchdog: CPUs that have stopped taking their ticks.
 *
 * With interrupts off for seconds, a CPU waits for something that will not
 * come. Each CPU watches the next one, at its own ticks: who has not ticked
 * for `watchdog_patience` ticks is asked by NMI where it is, and its backtrace
 * is printed; once, until it ticks again. */
#ifndef KERNEL_WATCHDOG_H
#define KERNEL_WATCHDOG_H

#include "kernel/types.h"

/* Ticks without one of the neighbour's until it is reported: 10 seconds. Tests
 * are less patient. */
extern unsigned watchdog_patience;

/* How often one was. */
extern unsigned watchdog_reports;

/* From the tick, interrupts off. */
void watchdog_tick(void);

#endif
