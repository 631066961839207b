/* SPDX-License-Identifier: MIT */
/* Linux's, by Loft's name. */
#ifndef KERNEL_SCHED_H
#define KERNEL_SCHED_H

#include <linux/preempt.h>
#include <linux/sched.h>

#endif
