/* SPDX-License-Identifier: MIT */
/* Tasks. */
#ifndef LINUX_SCHED_TASK_H
#define LINUX_SCHED_TASK_H

#include <linux/sched.h>

#endif
