/* SPDX-License-Identifier: MIT */
/* What a task has to do with mappings, as struct task holds it. */
#ifndef MM_KMAP_TASK_H
#define MM_KMAP_TASK_H

#include "arch/pgtable.h"

/* Slots that one task can have mappings in; guards take some with CHECK=1. */
#define KMAP_LOCAL_SLOTS ((KMAP_ATOMIC_BASE - CPU_WINDOW_BASE) / PAGE_SIZE - 1)

struct kmap_task {
	int pool_maps; /* its kmap()s less its kunmap()s */

	/* While it does not run: the entries of its slots, from the first. */
	unsigned live;
	pte_t entry[KMAP_LOCAL_SLOTS];
};

#endif
