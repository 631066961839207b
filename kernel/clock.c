/* SPDX-License-Identifier: MIT */
/* The tick, on each CPU; the boot CPU's also counts the time. */
#include "kernel/clock.h"

#include "kernel/sched.h"
#include "kernel/watchdog.h"

void clock_tick(void)
{
	if (!smp_processor_id())
		jiffies++;
	timers_tick();
	watchdog_tick();
	scheduler_tick();
}
