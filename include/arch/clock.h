/* SPDX-License-Identifier: MIT */
/* Where ticks come from: each CPU's APIC timer; the PIT, if nobody knows how
 * fast that is; or, on a machine that has none, the idle task, which looks at
 * the time. */
#ifndef ARCH_CLOCK_H
#define ARCH_CLOCK_H

#include "kernel/types.h"

/* Makes the timer's interrupt call clock_tick(). Once. */
void clock_init(void);

/* Lets this CPU tick from now on. */
void clock_start(void);

/* Whether ticks come by themselves. */
bool clock_ticks(void);

/* Where nothing ticks by itself: ticks, if it is time to, and returns true.
 * The idle task calls it before it halts, and does not halt then. */
bool clock_poll(void);

#endif
