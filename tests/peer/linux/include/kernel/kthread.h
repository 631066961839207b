/* SPDX-License-Identifier: MIT */
/* Linux's, by Loft's name, with what differs made alike: tasks of one real-time
 * priority, which take turns when they yield, as all of Loft's do. Linux's
 * others run as the scheduler thinks fair: yield() often comes back without a
 * switch. */
#ifndef KERNEL_KTHREAD_H
#define KERNEL_KTHREAD_H

#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/sched/task.h>

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

/* A thread that may end before it is waited for: Linux frees it then, unless
 * somebody holds it. */
static inline struct task_struct *run_held(int (*run)(void *arg), void *arg,
					   const char *name)
{
	struct task_struct *other =
		kthread_create_on_node(run, arg, NUMA_NO_NODE, "%s", name);

	if (IS_ERR(other))
		return other;
	get_task_struct(other);
	wake_up_process(other);
	return other;
}

static inline int kthread_join(struct task_struct *other)
{
	int result = kthread_stop(other);

	put_task_struct(other);
	return result;
}

#undef kthread_run
#define kthread_run(run, arg, name) run_held(run, arg, name)

#undef kthread_create
#define kthread_create(run, arg, name) \
	take_turns(kthread_create_on_node(run, arg, NUMA_NO_NODE, name))
#define kthread_stop(other) end_turns(other)

/* What Loft calls it. No header comes after this one. */
#define task task_struct

#endif
