/* SPDX-License-Identifier: MIT */
/* Linux's, by Loft's name, with what differs made alike: tasks of one real-time
 * priority, which take turns when they yield, as all of Loft's do. Linux's
 * others run as the scheduler thinks fair: yield() often comes back without a
 * switch. */
#ifndef KERNEL_KTHREAD_H
#define KERNEL_KTHREAD_H

#include <linux/kthread.h>
#include <linux/sched.h>

static inline struct task_struct *take_turns(struct task_struct *other)
{
	if (IS_ERR(other))
		return other;
	sched_set_fifo(other);
	sched_set_fifo(current);
	return other;
}

static inline int end_turns(struct task_struct *other)
{
	sched_set_normal(current, 0);
	return kthread_stop(other);
}

#undef kthread_create
#define kthread_create(run, arg, name) \
	take_turns(kthread_create_on_node(run, arg, NUMA_NO_NODE, name))
#define kthread_stop(other) end_turns(other)

/* What Loft calls it. No header comes after this one. */
#define task task_struct

#endif
