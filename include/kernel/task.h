/* SPDX-License-Identifier: MIT */
/* Tasks: what the kernel knows of a thread of control.
 *
 *	                    wake_up_process()
 *	  SLEEPING  ────────────────────────────>  RUNNING: on a CPU, or in its
 *	     ^                                        │      queue
 *	     └──── set_current_state(), schedule() ───┤
 *	                                              v
 *	                                            DEAD: somebody's to join
 *
 * A task that runs is its CPU's `current`, and in no queue. */
#ifndef KERNEL_TASK_H
#define KERNEL_TASK_H

#include "arch/fault_record.h"
#include "arch/layout.h"
#include "arch/smp.h"
#include "kernel/list.h"
#include "mm/kmap_task.h"

enum task_state {
	TASK_RUNNING,
	TASK_UNINTERRUPTIBLE, /* sleeps until it is woken; nothing else can */
	TASK_DEAD
};

#define TASK_NAME_MAX	 24
#define HELD_MUTEXES_MAX 8

/* The sleep that was seen last: kernel/sched/hung_task.c. */
struct task_sleep {
	unsigned long switches; /* of the task, then */
	unsigned long since;	/* jiffies */
	bool reported;
};

struct lock_info;

struct task {
	uint32_t esp; /* while it does not run: arch/i386/cpu/switch.asm */
	/* The lowest of STACK_SIZE bytes, from vmalloc(): no page is mapped
	 * below, for there lies the guard page of another area, or nothing. */
	uint8_t *stack;

	/* Its run queue's lock protects these (kernel/sched/sched.c). */
	unsigned state;	   /* enum task_state; the task writes it, too */
	unsigned cpu;	   /* where it runs, or ran */
	cpumask_t allowed; /* where it may */
	unsigned slice;	   /* ticks until it is another's turn */
	bool runnable;	   /* on a CPU, queued, or in flight */
	bool queued;
	struct list_head run_node;

	/* The task's own. */
	unsigned migrate_disabled; /* depth */
	int pagefault_disabled;	   /* depth: kernel/pagefault.h */
	struct lock_info *held_mutex[HELD_MUTEXES_MAX]; /* CHECK=1 */
	unsigned held_mutexes;

	struct fault_record fixed_fault; /* arch/extable.h */

	unsigned long ticks;	/* that it ran */
	unsigned long switches; /* how often it was given a CPU */

	/* kernel/thread/kthread.c */
	union {
		char name[TASK_NAME_MAX];
		char comm[TASK_NAME_MAX]; /* as Linux calls it */
	};
	int pid; /* in the order of their making, from 0 */
	int (*run)(void *arg);
	void *arg;
	int result;
	bool should_stop;
	struct list_head all_node; /* in the list of all tasks */
	struct task_sleep sleep;

	struct kmap_task kmap; /* mm/highmem/kmap_local.c, mm/highmem/kmap.c */
};

STATIC_ASSERT(sizeof(void *) > 4 || sizeof(struct task) <= 512);

DECLARE_PER_CPU(struct task *, current_task);

/* The task that asks. It stays the same wherever the task is moved. */
static inline struct task *get_current(void)
{
	return this_cpu_read(current_task);
}
#define current get_current()

/* The task that start_kernel() runs in. */
extern struct task main_task;

/* What the running task is about to be. To sleep until something is true:
 *
 *	set_current_state(TASK_UNINTERRUPTIBLE);
 *	if (!true_yet)
 *		schedule();
 *	set_current_state(TASK_RUNNING);
 *
 * A task that makes it true and then wakes this one finds the state, or the
 * test finds that it is true: the store of the state is seen before the test
 * is made. */
#define set_current_state(value) \
	((void)__atomic_exchange_n(&current->state, (value), __ATOMIC_SEQ_CST))

#endif
