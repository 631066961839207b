/* SPDX-License-Identifier: MIT */
/* What objects cost: one taken and given back, of a size that the compiler
 * knows, of one that it does not, and from a cache; and a thousand, more than
 * any list of a CPU's own holds. */
#include "kernel/bench.h"

#include "mm/slab.h"

#define RUNS 10000
#define MANY 1000u

BENCH(kmalloc_64)
{
	BENCH_EACH(RUNS)
		kfree(kmalloc(64, GFP_KERNEL));
}

BENCH(kmalloc_any)
{
	size_t size = 64;

	BENCH_EACH(RUNS)
		kfree(kmalloc(bench_hidden(size), GFP_KERNEL));
}

BENCH(kmem_cache_64)
{
	struct kmem_cache *cache = kmem_cache_create("bench", 64, 0, 0, NULL);

	if (!cache) {
		bench_skip("no cache");
		return;
	}
	BENCH_EACH(RUNS)
		kmem_cache_free(cache, kmem_cache_alloc(cache, GFP_KERNEL));
	kmem_cache_destroy(cache);
}

BENCH(kmalloc_64_each_1000)
{
	static void *object[MANY];

	bench_per(MANY);
	BENCH_EACH(10) {
		for (unsigned i = 0; i < MANY; i++)
			object[i] = kmalloc(64, GFP_KERNEL);
		for (unsigned i = 0; i < MANY; i++)
			kfree(object[i]);
	}
}
