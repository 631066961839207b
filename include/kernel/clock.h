/* SPDX-License-Identifier: MIT */
/* The tick: what happens HZ times a second on each CPU. */
#ifndef KERNEL_CLOCK_H
#define KERNEL_CLOCK_H

#include "kernel/types.h"

struct trap_frame;

/* Called by the timer's interrupt, interrupts off: time, timers, the
 * scheduler, the watchdog. `interrupted` is what was interrupted; NULL if the
 * idle task calls it. */
void clock_tick(const struct trap_frame *interrupted);

#endif
