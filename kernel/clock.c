/* SPDX-License-Identifier: MIT */
/* The tick, on each CPU; the boot CPU's also counts the time. */
#include "kernel/clock.h"

#include "kernel/sched.h"
#include "kernel/watchdog.h"

/* The scheduler comes before the timers: whom they wake was not there during
 * the tick that has passed. */
void clock_tick(void)
{
	if (!smp_processor_id())
		jiffies++;
	scheduler_tick();
	timers_tick();
	watchdog_tick();
}
