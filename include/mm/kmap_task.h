/* SPDX-License-Identifier: MIT */
/* The kmap_local and kmap_atomic mappings of a task and of a CPU, declared for
 * code that does not include mm/page.h: struct task, the task switch, and the
 * check after an interrupt. */
#ifndef MM_KMAP_TASK_H
#define MM_KMAP_TASK_H

#include "arch/layout.h"
#include "arch/page.h"
#include "arch/percpu.h"
#include "kernel/compiler.h"

/* Slots that one task can have mappings in; guards take some with CHECK=1. */
#define KMAP_LOCAL_SLOTS ((KMAP_ATOMIC_BASE - CPU_WINDOW_BASE) / PAGE_SIZE - 1)

/* struct task has room for so many; a task that uses more allocates a page. */
#define KMAP_TASK_SLOTS 32

/* And for so many more, for mappings of the page allocator while it allocates
 * that page: with CHECK=1 it maps pages to check them. */
#define KMAP_ALLOC_SLOTS 4

struct kmap_task {
	int pool_maps; /* its kmap()s less its kunmap()s */

	/* While it does not run: the entries of its slots, from the first, in
	 * `few`, or in a page that has room for KMAP_LOCAL_SLOTS. */
	unsigned live;
	bool taking_page;
	pte_t *entry;
	pte_t few[KMAP_TASK_SLOTS + KMAP_ALLOC_SLOTS];
};

/* Of a new task. */
static inline void kmap_task_init(struct kmap_task *task)
{
	task->entry = task->few;
}

/* Of a task that has ended. */
void kmap_task_free_page(struct kmap_task *task);
static inline void kmap_task_free(struct kmap_task *task)
{
	if (HIGHMEM && task->entry != task->few)
		kmap_task_free_page(task);
}

/* The stacks of mappings in the CPU window: see mm/kmap_stack.h. */
enum kmap_stack {
	KMAP_LOCAL,
	KMAP_ATOMIC,
	KMAP_STACKS
};

/* Where each stack begins and ends. */
static inline vpn_t kmap_stack_base(enum kmap_stack stack)
{
	return (stack == KMAP_LOCAL ? CPU_WINDOW_BASE : KMAP_ATOMIC_BASE) /
		       PAGE_SIZE +
	       1;
}

static inline vpn_t kmap_stack_end(enum kmap_stack stack)
{
	return (stack == KMAP_LOCAL ? KMAP_ATOMIC_BASE : KMAP_ATOMIC_END) /
	       PAGE_SIZE;
}

/* Read and written by single instructions: the task may be moved between any
 * two, and takes its KMAP_LOCAL along (kmap_switch()). */
DECLARE_PER_CPU(vpn_t[KMAP_STACKS], kmap_stack_next);

static inline vpn_t kmap_next(enum kmap_stack stack)
{
	return this_cpu_read(kmap_stack_next[stack]);
}

/* How many are in use. */
static inline unsigned kmap_slots(enum kmap_stack stack)
{
	return kmap_next(stack) - kmap_stack_base(stack);
}

/* Slots of the window that mappings of this task, or of this CPU, use. Two
 * loads and a comparison tell whether a mapping was left behind. With HIGHMEM=n
 * there are none. Any context. */
static inline unsigned kmap_local_slots(void)
{
	return HIGHMEM ? kmap_slots(KMAP_LOCAL) : 0;
}

static inline unsigned kmap_atomic_slots(void)
{
	return HIGHMEM ? kmap_slots(KMAP_ATOMIC) : 0;
}

/* The rest of kmap_switch(), if one of the two tasks has mappings. */
void __regparm kmap_switch_live(struct kmap_task *prev, struct kmap_task *next);

/* In the switch from one task to another, interrupts off: takes the mappings
 * of `prev` out of this CPU's window and puts those of `next` in. */
static inline void kmap_switch(struct kmap_task *prev, struct kmap_task *next)
{
	if (HIGHMEM &&
	    unlikely(kmap_next(KMAP_LOCAL) != kmap_stack_base(KMAP_LOCAL) ||
		     next->live))
		kmap_switch_live(prev, next);
}

#endif
