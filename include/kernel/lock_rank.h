/* SPDX-License-Identifier: MIT */
/* The order in which locks are taken: a CPU or task that holds one may take
 * only those below it in this list. Two CPUs can then not wait for each other.
 * CHECK=1 checks the order each time a lock is taken.
 *
 * A lock without a rank may be taken and held beside all others: its order is
 * not checked, all other rules are. Code written for Linux makes such locks;
 * each of the kernel's own locks has a rank. */
#ifndef KERNEL_LOCK_RANK_H
#define KERNEL_LOCK_RANK_H

enum lock_rank {
	RANK_NONE,	 /* 0: a cleared lock has it, too */
	RANK_TEST_MUTEX, /* tests' own, around everything */
	RANK_MUTEX,
	RANK_TEST_OUTER,
	RANK_TEST_INNER,
	RANK_VMAP,     /* areas of the vmalloc range */
	RANK_KMAP,     /* slots of kmap()'s pool */
	RANK_SLAB,     /* a cache's list of slabs */
	RANK_SECTION,  /* which frames are ready */
	RANK_ZONE,     /* a zone's free lists */
	RANK_TLB,      /* the one shootdown under way */
	RANK_WAIT,     /* a wait queue; may wake tasks */
	RANK_TIMER,    /* a CPU's list of timers */
	RANK_TASKS,    /* the list of all tasks; printed while it is held */
	RANK_RUNQUEUE, /* a CPU's tasks */
	RANK_SERIAL,   /* received bytes */
	RANK_IOAPIC,   /* the registers of I/O APICs */
	RANK_CONSOLE,  /* last: any code may print */
};

#endif
