/* SPDX-License-Identifier: MIT */
/* Tasks: the record of a thread.
 *
 *	                    wake_up_process()
 *	  SLEEPING  ────────────────────────────>  RUNNING: on a CPU, or in its
 *	     ^                                        │      queue
 *	     └──── set_current_state(), schedule() ───┤
 *	                                              v
 *	                                            DEAD: waits to be joined
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

/* The last sleep that kernel/sched/hung_task.c has seen. */
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
	unsigned slice;	   /* ticks that are left */
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

/* The running task. The value stays valid if the task is moved to another
 * CPU. */
static inline struct task *get_current(void)
{
	return this_cpu_read(current_task);
}
#define current get_current()

/* The task that start_kernel() runs in. */
extern struct task main_task;

/* Sets the state of the running task. To sleep until a condition is true:
 *
 *	set_current_state(TASK_UNINTERRUPTIBLE);
 *	if (!true_yet)
 *		schedule();
 *	set_current_state(TASK_RUNNING);
 *
 * The state is stored before the condition is tested. If another task makes the
 * condition true and then wakes this one, either it finds the state, or the
 * test here finds the condition true: no wake-up is lost. */
#define set_current_state(value) \
	((void)__atomic_exchange_n(&current->state, (value), __ATOMIC_SEQ_CST))

#endif
