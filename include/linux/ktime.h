/* SPDX-License-Identifier: MIT */
/* Time since boot, in nanoseconds; 0 on a machine without a clock. */
#ifndef LINUX_KTIME_H
#define LINUX_KTIME_H

#include <linux/time64.h>
#include <linux/types.h>
#include "arch/time.h"

typedef s64 ktime_t;

#define ktime_get()		((ktime_t)time_ns())
#define ktime_get_ns()		((u64)time_ns())
#define ktime_get_boottime_ns() ((u64)time_ns())
#define local_clock()		((u64)time_ns())
#define ktime_sub(a, b)		((a) - (b))
#define ktime_add(a, b)		((a) + (b))
#define ktime_add_ns(t, ns)	((t) + (ktime_t)(ns))
#define ktime_add_us(t, us)	((t) + NSEC_PER_USEC * (ktime_t)(us))
#define ktime_add_ms(t, ms)	((t) + NSEC_PER_MSEC * (ktime_t)(ms))
#define ktime_to_ns(t)		((s64)(t))
#define ktime_to_us(t)		((s64)(t) / NSEC_PER_USEC)
#define ktime_to_ms(t)		((s64)(t) / NSEC_PER_MSEC)
#define ktime_us_delta(a, b)	ktime_to_us(ktime_sub(a, b))
#define ktime_ms_delta(a, b)	ktime_to_ms(ktime_sub(a, b))
#define ktime_before(a, b)	((a) < (b))
#define ktime_after(a, b)	((a) > (b))
#define ns_to_ktime(ns)		((ktime_t)(ns))
#define ms_to_ktime(ms)		(NSEC_PER_MSEC * (ktime_t)(ms))

#endif
