/* SPDX-License-Identifier: MIT */
/* Time in ticks. */
#ifndef LINUX_JIFFIES_H
#define LINUX_JIFFIES_H

#include <linux/math.h>
#include <linux/types.h>
#include "kernel/timer.h"

#define time_after(a, b)     ((long)((b) - (a)) < 0)
#define time_before(a, b)    time_after(b, a)
#define time_after_eq(a, b)  ((long)((a) - (b)) >= 0)
#define time_before_eq(a, b) time_after_eq(b, a)
#define time_in_range(t, first, last) \
	(time_after_eq(t, first) && time_before_eq(t, last))
#define time_is_before_jiffies(t) time_after(jiffies, t)
#define time_is_after_jiffies(t)  time_before(jiffies, t)

#define MAX_JIFFY_OFFSET (~0ul / 2 - 1)

static inline unsigned jiffies_to_msecs(unsigned long ticks)
{
	return (unsigned)(ticks * (1000 / HZ));
}

static inline unsigned jiffies_to_usecs(unsigned long ticks)
{
	return (unsigned)(ticks * (1000000 / HZ));
}

static inline unsigned long usecs_to_jiffies(unsigned usecs)
{
	return DIV_ROUND_UP((unsigned long)usecs, 1000000ul / HZ);
}

static inline unsigned long nsecs_to_jiffies(u64 nsecs)
{
	return (unsigned long)(nsecs / (1000000000 / HZ));
}

#endif
