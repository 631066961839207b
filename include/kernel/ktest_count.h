/* SPDX-License-Identifier: MIT */
/* What a suite of tests must leave as it was: free pages, slots of kmap, areas
 * of the vmalloc range. For kernel/ktest.c, which counts around each suite. */
#ifndef KERNEL_KTEST_COUNT_H
#define KERNEL_KTEST_COUNT_H

/* Empties all reserves and counts, before a suite's first test. Sleeps. */
void ktest_count_begin(void);

/* The same after its last, whose failure it is if something is missing, or is
 * more than before. */
void ktest_count_end(void);

#endif
