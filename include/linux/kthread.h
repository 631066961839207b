/* SPDX-License-Identifier: MIT */
/* Threads. Unlike in Linux, the function of a thread that is stopped before it
 * has run is called, and sees that it should stop. */
#ifndef LINUX_KTHREAD_H
#define LINUX_KTHREAD_H

#include <linux/kernel.h>
#include <linux/types.h>
#include <linux/err.h>
#include <linux/sched.h>
#include "kernel/kthread.h"

#define kthread_create_on_node(run, arg, node, ...) \
	((void)(node), kthread_create(run, arg, __VA_ARGS__))

/* A thread tied to a CPU, whose name has the CPU's number for its %u. */
#define kthread_create_on_cpu(run, arg, on, fmt)                        \
	({                                                              \
		unsigned on_ = (on);                                    \
		struct task *new_ = kthread_create(run, arg, fmt, on_); \
                                                                        \
		if (!IS_ERR(new_))                                      \
			kthread_bind(new_, on_);                        \
		new_;                                                   \
	})

#endif
