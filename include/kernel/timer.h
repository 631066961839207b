/* SPDX-License-Identifier: MIT */
/* Time in ticks, and what is to happen later.
 *
 *	struct timer timer = {.expires = jiffies + HZ, .fire = ring};
 *
 *	timer_add(&timer);
 *	...
 *	timer_del(&timer);	from here on it does not ring, nor is ringing */
#ifndef KERNEL_TIMER_H
#define KERNEL_TIMER_H

#include "kernel/list.h"

#define HZ 250 /* ticks a second */

/* Ticks since there are ticks; CPU 0 counts. It wraps: differences count. */
extern volatile unsigned long jiffies;

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
	struct list_head node;
	unsigned cpu;	       /* whose list it is in */
	unsigned long expires; /* in jiffies */
	void (*fire)(struct timer *timer);
};

/* Gives a CPU an empty list of timers. Before it has any. */
void timers_init(unsigned cpu);

/* From its tick `expires` on, TICKS_MAX from now at most, this CPU calls
 * timer->fire(timer), once, in an interrupt, with its list of timers locked: it
 * may wake tasks and little else. Any context but NMI. */
void timer_add(struct timer *timer);

/* Takes it back; true if it had not fired. Whichever, it is over when this
 * returns. Any context but NMI and the timer itself. */
bool timer_del(struct timer *timer);

/* Fires what is due on this CPU. From the tick, interrupts off. */
void timers_tick(void);

/* Sleeps for `ticks`, or until somebody wakes this task, which has said before
 * that it sleeps. Returns the ticks that were left. More than TICKS_MAX count
 * as so many. Task context. */
unsigned long schedule_timeout(unsigned long ticks);

/* Sleeps for `ms` milliseconds or a little more. Task context. */
void msleep(unsigned ms);

#endif
