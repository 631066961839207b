/* SPDX-License-Identifier: MIT */
/* Counts of objects and slabs: for reports, and for tests that search for
 * leaks.
 *
 *	for (unsigned i = 0; i < SLAB_CACHES; i++)
 *		if ((cache = kmem_cache_at(i)))
 *			pr_info("%s: %lu\n", kmem_cache_name(cache),
 *				kmem_cache_in_use(cache));
 *
 * No lock is held: a figure is exact if nothing uses the cache at that moment,
 * and a cache stays only if its owner keeps it. */
#ifndef MM_SLAB_COUNT_H
#define MM_SLAB_COUNT_H

#include "kernel/types.h"

struct kmem_cache;

/* The greatest number of caches. */
#define SLAB_CACHES 128

/* The cache of this number, or NULL. Any context. */
struct kmem_cache *kmem_cache_at(unsigned number);

/* The name that it was created with. Any context. */
const char *kmem_cache_name(const struct kmem_cache *cache);

/* Objects of a cache that are allocated. Any context. */
unsigned long kmem_cache_in_use(const struct kmem_cache *cache);

/* Calls kmem_cache_shrink() for each cache. */
void kmem_caches_shrink(void);

/* Objects that are allocated or in a CPU's list, and pages, of all caches. Any
 * context. */
struct slab_counts {
	unsigned long objects, pages;
};
struct slab_counts slab_count(void);

/* Counts the objects that were ever allocated, with CHECK=1. */
extern uint32_t slab_clock;

/* CHECK=1: calls `visit` for each caller that has allocated objects in use
 * after slab_clock was `clock`, with the number of these objects. */
void kmem_cache_visit_users(struct kmem_cache *cache, uint32_t clock,
			    void (*visit)(const struct kmem_cache *cache,
					  const void *caller,
					  unsigned long objects));

#endif
