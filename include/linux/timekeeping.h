/* SPDX-License-Identifier: MIT */
/* Time. */
#ifndef LINUX_TIMEKEEPING_H
#define LINUX_TIMEKEEPING_H

#include <linux/types.h>
#include <linux/ktime.h>

#endif
