/* SPDX-License-Identifier: MIT */
/* Where ticks come from: each CPU's APIC timer; the PIT, if the rate of that is
 * not known; or, on a machine where neither interrupts, the idle task, which
 * looks at a counter. */
#ifndef ARCH_CLOCK_H
#define ARCH_CLOCK_H

#include "kernel/types.h"

#define HZ 250 /* ticks a second */

struct trap_frame;

/* The tick. The scheduler's room defines it (kernel/sched/clock.c): time,
 * timers, run queues, the watchdog. The timer's interrupt calls it HZ times a
 * second on each CPU, interrupts off. `interrupted` is what was interrupted;
 * NULL if clock_poll() calls it. */
void clock_tick(const struct trap_frame *interrupted);

/* Ticks since there are ticks: clock_tick() counts those of CPU 0. It wraps:
 * compare differences. */
extern volatile unsigned long jiffies;

/* Finds a timer whose interrupt arrives, and makes it call clock_tick(); else a
 * counter for clock_poll(). Panics if there is neither. Lets interrupts in for
 * as long as it waits for them, which may count some ticks. Once, on the boot
 * CPU, after interrupts_init(), with interrupts and preemption off. */
void clock_init(void);

/* Lets this CPU tick from now on. */
void clock_start(void);

/* Whether ticks come by themselves. */
bool clock_ticks(void);

/* Whether ticks come by themselves, and not from the PIT. */
bool clock_leaves_pit(void);

/* Where nothing ticks by itself: ticks, if it is time to, and returns true.
 * The idle task calls it before it halts, and does not halt then. */
bool clock_poll(void);

#endif
