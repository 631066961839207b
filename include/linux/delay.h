/* SPDX-License-Identifier: MIT */
/* Delays. */
#ifndef LINUX_DELAY_H
#define LINUX_DELAY_H

#include <linux/types.h>
#include <linux/math.h>
#include <linux/jiffies.h>
#include "kernel/delay.h"
#include "kernel/sched.h"

/* Sleeps for `min_` microseconds at least, by ticks: `max_` is not kept. */
static inline void usleep_range(unsigned long min_, unsigned long max_)
{
	(void)max_;
	msleep((unsigned)DIV_ROUND_UP(min_, 1000));
}

static inline void ssleep(unsigned seconds)
{
	msleep(seconds * 1000);
}

static inline void fsleep(unsigned long usecs)
{
	if (usecs <= 10)
		udelay(usecs);
	else
		usleep_range(usecs, 2 * usecs);
}

/* No signal ends it. */
static inline unsigned long msleep_interruptible(unsigned msecs)
{
	msleep(msecs);
	return 0;
}

#endif
