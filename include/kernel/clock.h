/* SPDX-License-Identifier: MIT */
/* The tick: what happens HZ times a second on each CPU. */
#ifndef KERNEL_CLOCK_H
#define KERNEL_CLOCK_H

#include "kernel/types.h"

/* Called by the timer's interrupt, interrupts off: time, timers, the
 * scheduler, the watchdog. */
void clock_tick(void);

#endif
