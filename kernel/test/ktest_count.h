/* SPDX-License-Identifier: MIT */
/* What a test must leave as it was: free pages, objects and caches of slab,
 * mappings, areas of the vmalloc range, locks, preemption and interrupts. For
 * kernel/test/ktest.c, which counts around each test. */
#ifndef KERNEL_KTEST_COUNT_H
#define KERNEL_KTEST_COUNT_H

/* Empties all reserves and counts, before a test. Sleeps. */
void ktest_count_begin(void);

/* The same after it: what is missing, or is more than before, is its failure
 * (ktest_leak()). */
void ktest_count_end(void);

#endif
