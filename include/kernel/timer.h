/* SPDX-License-Identifier: MIT */
/* Time in ticks, and what is to happen later.
 *
 *	struct timer timer = {.expires = jiffies + HZ, .fire = ring};
 *
 *	timer_add(&timer);
 *	...
 *	timer_del(&timer);	from here on it does not ring, nor is ringing
 *
 * A timer that has rung may be set again: timer_add() or timer_mod(), also by
 * what it calls. */
#ifndef KERNEL_TIMER_H
#define KERNEL_TIMER_H

#include "arch/clock.h"
#include "kernel/list.h"

/* The longest time to come: 66 days. Half of the range could just be told from
 * what is past, but two timers, one of them overdue, are compared as well. */
#define TICKS_MAX (~0ul / 3)

/* The ticks of `ms` milliseconds, a part of one counted as one. In two steps:
 * `ms` times HZ would overflow after five hours. */
static inline unsigned long msecs_to_jiffies(unsigned long ms)
{
	return ms / 1000 * HZ + (ms % 1000 * HZ + 999) / 1000;
}

struct timer {
	struct list_head node; /* NULL at first: in no list */
	unsigned cpu;	       /* whose list it is in, or was */
	unsigned long expires; /* in jiffies */
	void (*fire)(struct timer *timer);
};

/* Gives a CPU an empty list of timers. Before it has any. */
void timers_init(unsigned cpu);

/* From its tick `expires` on, TICKS_MAX from now at most, this CPU calls
 * timer->fire(timer), once, in an interrupt, with interrupts off. It may free
 * the timer, or set it again: for the next tick at the earliest. What it takes
 * it gives back: else that is a panic that names it. Panics if the timer waits
 * already. Any context but NMI. */
void timer_add(struct timer *timer);

/* Sets when the timer fires, whether it waits or not; true if it waited. One
 * that waits stays on its CPU; else it fires where it last did. Any context but
 * NMI. */
bool timer_mod(struct timer *timer, unsigned long expires);

/* Takes it back; true if it waited. timer_del_async() may return while it
 * fires on another CPU: any context but NMI. After timer_del() it is over, and
 * has not set itself again: any context but NMI and the timer itself, with no
 * lock held for which the timer waits. */
bool timer_del_async(struct timer *timer);
bool timer_del(struct timer *timer);

/* Whether it waits to fire. */
static inline bool timer_pending(const struct timer *timer)
{
	const struct list_head *next = READ_ONCE(timer->node.next);

	return next && next != &timer->node;
}

/* Fires what is due on this CPU. From the tick, interrupts off. */
void timers_tick(void);

/* No timeout: schedule_timeout() sleeps until the task is woken, and returns as
 * much. */
#define MAX_SCHEDULE_TIMEOUT (~0ul >> 1)

/* Sleeps for `ticks`, or until somebody wakes this task, which has said before
 * that it sleeps. Returns the ticks that were left. More than TICKS_MAX count
 * as so many. Task context. */
unsigned long schedule_timeout(unsigned long ticks);

/* Sleeps for `ms` milliseconds or a little more. Task context. */
void msleep(unsigned ms);

#endif
