/* SPDX-License-Identifier: MIT */
/* Tasks. */
#ifndef LINUX_SCHED_H
#define LINUX_SCHED_H

#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/types.h>
#include "kernel/sched.h"

#define task_struct   task
#define TASK_COMM_LEN TASK_NAME_MAX

/* There are no signals, so nothing but a wake-up ends a sleep. */
#define TASK_INTERRUPTIBLE TASK_UNINTERRUPTIBLE
#define TASK_KILLABLE	   TASK_UNINTERRUPTIBLE
#define TASK_IDLE	   TASK_UNINTERRUPTIBLE
#define TASK_NORMAL	   TASK_UNINTERRUPTIBLE

/* Without a barrier behind it, which does no harm. */
#define __set_current_state(value) set_current_state(value)
#define get_current_state()	   READ_ONCE(current->state)

#define task_pid_nr(task)	   ((task)->pid)
#define task_cpu(task)		   READ_ONCE((task)->cpu)
#define signal_pending(task)	   ((void)(task), false)
#define fatal_signal_pending(task) ((void)(task), false)

/* Sleep for `ticks`; return those that were left if the task was woken. */
static inline long schedule_timeout_uninterruptible(unsigned long ticks)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	return (long)schedule_timeout(ticks);
}

#define schedule_timeout_interruptible(ticks) \
	schedule_timeout_uninterruptible(ticks)
#define schedule_timeout_killable(ticks) schedule_timeout_uninterruptible(ticks)
#define schedule_timeout_idle(ticks)	 schedule_timeout_uninterruptible(ticks)

/* Gives the lock back for a moment if another task wants the CPU. Nothing asks
 * for a lock that is only waited for, as spin_needbreak() would. */
#define cond_resched_lock(lock)                \
	({                                     \
		bool wanted_ = need_resched(); \
                                               \
		if (wanted_) {                 \
			spin_unlock(lock);     \
			spin_lock(lock);       \
		}                              \
		wanted_;                       \
	})

/* Which memory a task's requests may use: there is nothing to reclaim. */
#define memalloc_nofs_save()	     0u
#define memalloc_nofs_restore(flags) ((void)(flags))
#define memalloc_noio_save()	     0u
#define memalloc_noio_restore(flags) ((void)(flags))

#endif
