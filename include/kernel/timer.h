/* SPDX-License-Identifier: MIT */
/* Time in ticks, and timers.
 *
 *	struct timer timer = {.expires = jiffies + HZ, .fire = ring};
 *
 *	timer_add(&timer);
 *	...
 *	timer_del(&timer);	from here on ring() is not called, nor running
 *
 * A timer that has fired may be set again by timer_add() or timer_mod(), also
 * by its own function. */
#ifndef KERNEL_TIMER_H
#define KERNEL_TIMER_H

#include "arch/clock.h"
#include "kernel/list.h"

/* The longest time to a timer: 66 days, a third of the range of ticks. Half of
 * it could be told from the past; but two timers are compared, too, and one of
 * them may be overdue. */
#define TICKS_MAX (~0ul / 3)

/* The ticks of `ms` milliseconds, a part of one counted as one. In two steps:
 * `ms` times HZ would overflow after five hours. */
static inline unsigned long msecs_to_jiffies(unsigned long ms)
{
	return ms / 1000 * HZ + (ms % 1000 * HZ + 999) / 1000;
}

struct timer {
	struct list_head node; /* NULL at first: in no list */
	unsigned cpu;	       /* the CPU whose list it is in, or was */
	unsigned long expires; /* in jiffies */
	void (*fire)(struct timer *timer);
};

/* Makes the list of timers of a CPU, empty. */
void timers_init(unsigned cpu);

/* From its tick `expires` on, TICKS_MAX from now at most, this CPU calls
 * timer->fire(timer), once, in an interrupt, with interrupts off. The function
 * may free the timer, or set it again, for the next tick at the earliest. It
 * must release all locks and mappings that it takes: otherwise a panic names
 * it. Panics if the timer is pending already. Any context but NMI. */
void timer_add(struct timer *timer);

/* Sets when the timer fires, pending or not; true if it was pending. A pending
 * timer stays on its CPU; another fires on the CPU of its last timer_add(). Any
 * context but NMI. */
bool timer_mod(struct timer *timer, unsigned long expires);

/* Deletes a timer; true if it was pending. timer_del_async() may return while
 * the function runs on another CPU: any context but NMI. After timer_del() the
 * function has ended, and the timer is not set again: any context but NMI and
 * the timer's function, and without a lock that the function takes. */
bool timer_del_async(struct timer *timer);
bool timer_del(struct timer *timer);

/* Whether the timer is pending. */
static inline bool timer_pending(const struct timer *timer)
{
	const struct list_head *next = READ_ONCE(timer->node.next);

	return next && next != &timer->node;
}

/* Takes the timers that are due on this CPU, and fires some of them as
 * timers_fire() does. Called by the tick, interrupts off. */
void timers_tick(void);

/* Fires TIMERS_AT_ONCE of the timers that are due on this CPU, and asks for an
 * interrupt for the rest, so that interrupts and tasks come in between. In an
 * interrupt handler, interrupts off. */
#define TIMERS_AT_ONCE 48u
void timers_fire(void);

/* No timeout: schedule_timeout() sleeps until the task is woken, and returns as
 * much. */
#define MAX_SCHEDULE_TIMEOUT (~0ul >> 1)

/* Sleeps for `ticks`, or until this task is woken. The caller has set its state
 * before. Returns the ticks that were left. More than TICKS_MAX count as
 * TICKS_MAX. Task context. */
unsigned long schedule_timeout(unsigned long ticks);

/* Sleeps for `ms` milliseconds or a little more. Task context. */
void msleep(unsigned ms);

#endif
