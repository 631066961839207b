/* SPDX-License-Identifier: MIT */
/* Units of time. */
#ifndef LINUX_TIME_H
#define LINUX_TIME_H

#include <linux/types.h>
#include <linux/time64.h>
#include <linux/jiffies.h>

#endif
