/* SPDX-License-Identifier: MIT */
/* Kernel threads.
 *
 *	struct task *task = kthread_run(collect, &pile, "collector/%u", n);
 *
 *	if (IS_ERR(task))
 *		return PTR_ERR(task);
 *	...
 *	result = kthread_stop(task);	or kthread_join(task)
 *
 *	static int collect(void *arg)
 *	{
 *		while (!kthread_should_stop())
 *			...
 *		return 0;
 *	}
 *
 * Every thread is ended by one kthread_stop() or kthread_join(), which frees
 * it; or runs for ever. */
#ifndef KERNEL_KTHREAD_H
#define KERNEL_KTHREAD_H

#include "kernel/err.h"
#include "kernel/sched.h"

/* Makes a task that will run `run(arg)` once wake_up_process() starts it, on
 * any CPU; ERR_PTR(-ENOMEM) if memory is short. Task context. */
struct task *kthread_create(int (*run)(void *arg), void *arg, const char *fmt,
			    ...) __printf(3, 4);

/* The same, started at once. */
#define kthread_run(run, arg, ...)                                          \
	({                                                                  \
		struct task *task_ = kthread_create(run, arg, __VA_ARGS__); \
		if (!IS_ERR(task_))                                         \
			wake_up_process(task_);                             \
		task_;                                                      \
	})

/* Ties a task that has not been started to a CPU. */
void kthread_bind(struct task *task, unsigned cpu);

/* Waits until the thread has returned; frees it; returns its result. Task
 * context; once for each thread, by one task. */
int kthread_join(struct task *task);

/* The same, after asking the thread to stop: kthread_should_stop() is true from
 * now on, and a sleeping thread is woken. A thread that was never started is
 * started, and sees that it should stop. */
int kthread_stop(struct task *task);
bool kthread_should_stop(void);

/* The start of a new task: called by the first switch to it. */
void kthread_begin(void) __noreturn;

/* Ends the running task, as a return from the thread's function does. */
void task_exit(void) __noreturn;

/* Makes the task that a CPU is to start with; NULL if memory is short. On the
 * boot CPU. */
struct task *kthread_make_idle(unsigned cpu);

/* Makes the running code a task, main_task, and gives this CPU an idle task.
 * On the boot CPU, once there are pages. From here on schedule() works. */
void kthread_init(void);

#endif
