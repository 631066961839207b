/* SPDX-License-Identifier: MIT */
/* The source of ticks: each CPU's APIC timer; the PIT, if the rate of that
 * timer is not known; or, on a machine where neither interrupts, the idle task,
 * which reads a counter. */
#ifndef ARCH_CLOCK_H
#define ARCH_CLOCK_H

#include "kernel/types.h"

#define HZ 250 /* ticks a second */

struct trap_frame;

/* The tick. The scheduler's room defines it (kernel/sched/clock.c): time,
 * timers, run queues, the watchdog. The timer's interrupt calls it HZ times a
 * second on each CPU, interrupts off. `interrupted` holds the registers of the
 * interrupted code; NULL if clock_poll() calls it. */
void clock_tick(const struct trap_frame *interrupted);

/* The part of a tick's work that must wait. The scheduler's room defines it.
 * Called in an interrupt handler, interrupts off. */
void clock_rest(void);

/* Makes this CPU call clock_rest() as soon as it lets interrupts in. On a
 * machine without a local APIC it does nothing: the next tick comes first.
 * Interrupts off. */
void clock_ask_rest(void);

/* Ticks since the first: clock_tick() counts those of CPU 0. It wraps: compare
 * differences. */
extern volatile unsigned long jiffies;

/* Finds a timer whose interrupt arrives, and makes it call clock_tick(); else a
 * counter for clock_poll(). Panics if there is neither. Turns interrupts on
 * while it waits for them, which may count some ticks. Once, on the boot CPU,
 * after interrupts_init(), with interrupts and preemption off. */
void clock_init(void);

/* Starts the ticks of this CPU. */
void clock_start(void);

/* Whether a timer interrupts for each tick. */
bool clock_ticks(void);

/* Whether a timer other than the PIT interrupts for each tick. */
bool clock_leaves_pit(void);

/* On a machine without such a timer: calls clock_tick() if it is time, and
 * returns true. The idle task calls it before it halts, and does not halt if it
 * is true. */
bool clock_poll(void);

#endif
