/* SPDX-License-Identifier: MIT */
/* Tasks. */
#ifndef LINUX_SCHED_SIGNAL_H
#define LINUX_SCHED_SIGNAL_H

#include <linux/sched.h>

#endif
