/* SPDX-License-Identifier: MIT */
/* Tasks. */
#ifndef LINUX_SCHED_CLOCK_H
#define LINUX_SCHED_CLOCK_H

#include <linux/sched.h>
#include <linux/ktime.h>

#endif
