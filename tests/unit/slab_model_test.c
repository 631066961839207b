/* SPDX-License-Identifier: MIT */
/* sources: mm/frames/buddy.c mm/slab/kmalloc.c mm/frames/mem_map.c mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c mm/frames/page_alloc.c mm/frames/page_check.c mm/frames/page_free.c mm/frames/page_owner.c mm/frames/page_poison.c mm/frames/pcp.c mm/frames/section.c mm/frames/show_mem.c mm/slab/slab.c mm/slab/slab_cache.c mm/slab/slab_check.c mm/slab/slab_count.c mm/slab/slab_list.c mm/slab/slab_misuse.c mm/frames/zone.c arch/host/cpu.c arch/host/memory.c arch/host/panic.c arch/host/printk.c kernel/lock/lock_check.c kernel/lock/spinlock.c */
/* Objects held against a model that cannot be wrong: a map with a cell for each
 * eight bytes of lowmem, and a pattern in all that is in use.
 *
 *	random call --> caches  --> an address, or NULL
 *	            `-> cells   --> was it nobody's? does it still hold what was
 *	                            written?
 *
 * Calls come from random CPUs and for random caches; caches are made and ended
 * in between, and requests for pages fail now and then. What is given out must
 * be nobody's, aligned and in lowmem. What is freed must hold what its owner
 * wrote. In the end everything is freed, and every page must come back.
 *
 *	SEED=123 OPS=1000000 build/.../slab_model_test
 *
 * repeats or prolongs a run; a failure prints the seed and the call. */
#include <time.h>

#include "slab_fixture.h"

#define CELL	8
#define CELLS	(MiB(32) / CELL)
#define THINGS	6000
#define CACHES	20
#define CPUS	4
#define EPISODE 20000
#define LARGEST 20000

static bool used[CELLS];

static struct thing {
	uint8_t *ptr;
	size_t size;
	struct kmem_cache *cache; /* NULL: kmalloc()'s */
	uint8_t pattern;
} thing[THINGS];
static unsigned things;

static struct kmem_cache *cache[CACHES];

static unsigned long long seed, state_of_random;
static unsigned long calls, failures;
static char call[100];

static unsigned rnd(unsigned below)
{
	state_of_random ^= state_of_random << 13;
	state_of_random ^= state_of_random >> 7;
	state_of_random ^= state_of_random << 17;
	return (unsigned)((state_of_random >> 11) % below);
}

#define check(cond)                                                           \
	do {                                                                  \
		if (!(cond))                                                  \
			fail_msg("SEED=%llu, call %lu, %s: not so: %s", seed, \
				 calls, call, #cond);                         \
	} while (0)

#define note(...) snprintf(call, sizeof(call), __VA_ARGS__)

/* ---- The model ----------------------------------------------------------- */

/* Changes the cells of [ptr, ptr + size), which all must have been the other
 * way round. */
static void paint(const uint8_t *ptr, size_t size, bool now)
{
	phys_addr_t at = virt_to_phys(ptr);

	check(at + size <= MiB(32));
	for (phys_addr_t i = at / CELL; i * CELL < at + size; i++) {
		check(used[i] != now);
		used[i] = now;
	}
}

static void scribble(const struct thing *t)
{
	memset(t->ptr, t->pattern, t->size);
}

static bool holds(const struct thing *t, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (t->ptr[i] != t->pattern)
			return false;
	return true;
}

/* Remembers what was given out, unless it was nothing. */
static void took(void *ptr, size_t size, struct kmem_cache *from, bool zero)
{
	struct thing *t = &thing[things];

	if (!ptr) {
		failures++;
		return;
	}
	*t = (struct thing){ptr, size, from, 0};
	check(IS_ALIGNED(virt_to_phys(ptr), from ? from->align : 8));
	check(ksize(ptr) >= size);
	paint(ptr, size, true);
	check(!zero || holds(t, size));
	t->pattern = (uint8_t)rnd(256);
	scribble(t);
	things++;
}

static void drop(unsigned i)
{
	struct thing t = thing[i];

	check(holds(&t, t.size));
	paint(t.ptr, t.size, false);
	thing[i] = thing[--things];
	if (t.cache && rnd(2))
		kmem_cache_free(t.cache, t.ptr);
	else
		kfree(t.ptr);
}

/* ---- Calls --------------------------------------------------------------- */

/* Small ones are common, and all come. */
static size_t any_size(void)
{
	unsigned most = 1u << rnd(15);

	return 1 + rnd(min(most, (unsigned)LARGEST));
}

static void allocate(void)
{
	gfp_t gfp = GFP_KERNEL | __GFP_NOWARN | (rnd(4) ? 0 : __GFP_ZERO);
	unsigned i = rnd(CACHES * 2);
	size_t size = any_size();

	if (things == THINGS)
		return;
	if (i < CACHES && cache[i]) {
		note("kmem_cache_alloc(%u, 0x%x)", cache[i]->object_size, gfp);
		took(kmem_cache_alloc(cache[i], gfp), cache[i]->object_size,
		     cache[i], gfp & __GFP_ZERO);
		return;
	}
	note("kmalloc(%zu, 0x%x)", size, gfp);
	took(kmalloc(size, gfp), size, NULL, gfp & __GFP_ZERO);
}

static void free_some(unsigned count)
{
	note("free %u", count);
	while (count-- && things)
		drop(rnd(things));
}

static void reallocate(void)
{
	unsigned i = rnd(things + 1);
	size_t size = any_size();
	struct thing *t = &thing[i];
	uint8_t *ptr;

	if (i == things || t->cache)
		return;
	note("krealloc(%p, %zu)", (void *)t->ptr, size);
	paint(t->ptr, t->size, false);
	ptr = krealloc(t->ptr, size, GFP_KERNEL | __GFP_NOWARN);
	if (!ptr) {
		paint(t->ptr, t->size, true);
		check(holds(t, t->size));
		failures++;
		return;
	}
	t->ptr = ptr;
	paint(ptr, size, true);
	check(holds(t, min(size, t->size)));
	t->size = size;
	scribble(t);
}

/* Makes a cache, or tries to end one: that must work exactly if nothing of it
 * is in use. */
static void make_or_end(void)
{
	unsigned i = rnd(CACHES), in_use = 0;

	if (!cache[i]) {
		note("kmem_cache_create");
		cache[i] = kmem_cache_create("model", 1 + rnd(6000),
					     rnd(3) ? 0 : 1u << rnd(13),
					     rnd(2) * SLAB_HWCACHE_ALIGN, NULL);
		check(cache[i]);
		return;
	}
	note("kmem_cache_destroy(%u)", cache[i]->object_size);
	for (unsigned n = 0; n < things; n++)
		in_use += thing[n].cache == cache[i];
	check(kmem_cache_in_use(cache[i]) == in_use);
	check(kmem_cache_destroy(cache[i]) == (in_use ? -EBUSY : 0));
	if (!in_use)
		cache[i] = NULL;
}

static void look(void)
{
	note("look");
	for (unsigned i = 0; i < SLAB_CACHES; i++)
		if (kmem_caches[i].name)
			assert_cache_sound(&kmem_caches[i]);
}

static void one_call(void)
{
	unsigned what = rnd(1000);

	calls++;
	host_cpu = rnd(CPUS);
	if (what < 480)
		allocate();
	else if (what < 900)
		free_some(1);
	else if (what < 902)
		free_some(rnd(THINGS));
	else if (what < 960)
		reallocate();
	else if (what < 975)
		make_or_end();
	else if (what < 980 && cache[rnd(CACHES)])
		kmem_cache_shrink(kmalloc_caches[1 + rnd(KMALLOC_CACHES - 1)]);
	else if (what < 990)
		page_alloc_fail_at(1 + rnd(5));
	else if (what < 991)
		look();
}

/* ---- Runs ---------------------------------------------------------------- */

static void everything_comes_back(void)
{
	page_alloc_fail_at(0);
	note("the end");
	while (things)
		drop(things - 1);
	look();
	for (unsigned i = 0; i < CACHES; i++)
		if (cache[i])
			check(kmem_cache_destroy(cache[i]) == 0);
	memset(cache, 0, sizeof(cache));
	assert_all_free();
	for (unsigned i = 0; i < CELLS; i++)
		check(!used[i]);
}

static void objects_do_what_the_model_does(void **state)
{
	unsigned long wanted =
		getenv("OPS") ? strtoul(getenv("OPS"), NULL, 0) : 100000;

	seed = getenv("SEED") ? strtoull(getenv("SEED"), NULL, 0)
			      : (unsigned long long)time(NULL);
	state_of_random = seed * 2 + 1; /* never 0, where it would stay */
	print_message("# SEED=%llu\n", seed);
	while (calls < wanted) {
		setup_slab(state);
		for (unsigned i = 0; i < EPISODE; i++)
			one_call();
		everything_comes_back();
	}
	print_message("# %lu calls, %lu failed for want of memory\n", calls,
		      failures);
	assert_true(failures > wanted / 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		slab_test(objects_do_what_the_model_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
