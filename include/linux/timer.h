/* SPDX-License-Identifier: MIT */
/* Timers. Their functions are called in the interrupt, with interrupts off. */
#ifndef LINUX_TIMER_H
#define LINUX_TIMER_H

#include <linux/kernel.h>
#include <linux/types.h>
#include <linux/jiffies.h>
#include "kernel/panic.h"
#include "kernel/timer.h"
#include "arch/smp.h"

#define timer_list timer

/* Where a CPU may defer it, and where it fires: no CPU defers. */
#define TIMER_DEFERRABLE 0
#define TIMER_PINNED	 0

#define DEFINE_TIMER(name, function) struct timer name = {.fire = (function)}

#define timer_setup(t, function, flags)                   \
	((void)(flags),                                   \
	 (void)(*(t) = (struct timer){.fire = (function), \
				      .cpu = smp_processor_id()}))
#define timer_setup_on_stack(timer, function, flags) \
	timer_setup(timer, function, flags)
#define destroy_timer_on_stack(timer) ((void)(timer))

/* The structure around the timer that a timer function is called with. */
#define from_timer(var, timer, member) \
	container_of(timer, __typeof__(*(var)), member)
#define timer_container_of(var, timer, member) from_timer(var, timer, member)

static inline void add_timer(struct timer *timer)
{
	timer_add(timer);
}

/* 1 if the timer waited. */
static inline int mod_timer(struct timer *timer, unsigned long expires)
{
	return timer_mod(timer, expires);
}

static inline int mod_timer_pending(struct timer *timer, unsigned long expires)
{
	return timer_pending(timer) ? timer_mod(timer, expires) : 0;
}

static inline int del_timer(struct timer *timer)
{
	return timer_del_async(timer);
}

static inline int del_timer_sync(struct timer *timer)
{
	return timer_del(timer);
}

#define timer_delete(timer)	 del_timer(timer)
#define timer_delete_sync(timer) del_timer_sync(timer)

#endif
