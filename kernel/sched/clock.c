/* SPDX-License-Identifier: MIT */
/* The tick, on each CPU; the boot CPU's also counts the time. */
#include "arch/clock.h"

#include "hung_task.h"
#include "kernel/sched.h"
#include "kernel/timer.h"
#include "kernel/watchdog.h"

void clock_rest(void)
{
	timers_fire();
}

/* The watchdog comes first: a request to reschedule that it finds was made
 * before this tick. The scheduler comes before the timers: a task that they
 * wake was not there during the tick that has passed. */
void clock_tick(const struct trap_frame *interrupted)
{
	watchdog_tick(interrupted);
	if (!smp_processor_id()) {
		jiffies++;
		hung_task_tick();
	}
	scheduler_tick();
	timers_tick();
}
