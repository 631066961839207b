/* SPDX-License-Identifier: MIT */
/* Caches: creating and destroying them, and how they divide pages.
 *
 * All caches are in one array, so that struct page can name its cache by
 * number. The number of a destroyed cache is used again: no page has it any
 * more, and no CPU's list has an object.
 *
 * A slab is the smallest block that wastes at most an eighth at its end. Up to
 * 4096 bytes an object, there is always such a block; for larger objects it is
 * the block that wastes least.
 *
 * Locking: caches_lock for which numbers are taken; never with another. */
#include "kernel/errno.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "slab_cache.h"

#define CACHE_LINE 64

/* A CPU's list holds about this much, within limits. */
#define CPU_LIST_BYTES 8192u
#define CPU_LIST_MIN   4u
#define CPU_LIST_MAX   64u

#define KNOWN_FLAGS (SLAB_HWCACHE_ALIGN | SLAB_CACHE_DMA | SLAB_PANIC)

struct kmem_cache kmem_caches[SLAB_CACHES];

static DEFINE_SPINLOCK(caches_lock, RANK_SLAB);

/* ---- The layout ---------------------------------------------------------- */

/* The alignment of objects of `size` bytes, when `align` is asked for. */
static unsigned alignment(size_t size, size_t align, unsigned flags)
{
	unsigned line = CACHE_LINE;

	if (!(flags & SLAB_HWCACHE_ALIGN))
		line = SLAB_MIN_ALIGN;
	/* Several small objects may share a cache line, if none lies in two. */
	while (size <= line / 2 && line > SLAB_MIN_ALIGN)
		line /= 2;
	return max(line, (unsigned)align);
}

/* Computes the place of each part in the stride, and the stride. */
static void lay_out_object(struct kmem_cache *cache)
{
	unsigned end = max(cache->object_size, (unsigned)sizeof(void *));

	if (CHECK) {
		slab_check_layout(cache);
		return;
	}
	if (cache->ctor) {
		cache->link =
			(unsigned)ALIGN(cache->object_size, sizeof(void *));
		end = cache->link + (unsigned)sizeof(void *);
	}
	cache->stride = ALIGN(end, cache->align);
}

/* Bytes of a slab of this order that are in no object. */
static unsigned waste(const struct kmem_cache *cache, unsigned order)
{
	unsigned bytes = (unsigned)PAGE_SIZE << order;

	return bytes - (bytes - cache->before) / cache->stride * cache->stride;
}

/* The smallest order that wastes at most an eighth, or the one that wastes the
 * smallest part. */
static unsigned choose_order(const struct kmem_cache *cache)
{
	unsigned best = SLAB_MAX_ORDER;

	for (unsigned order = SLAB_MAX_ORDER; order-- > 0;) {
		unsigned eighth = (unsigned)PAGE_SIZE << best >> 3;
		unsigned most = max(waste(cache, best), eighth);

		if (waste(cache, order) << (best - order) <= most)
			best = order;
	}
	return best;
}

static void lay_out_slab(struct kmem_cache *cache)
{
	unsigned order = choose_order(cache);
	unsigned bytes = (unsigned)PAGE_SIZE << order;
	unsigned fitting = max(CPU_LIST_BYTES / cache->stride, CPU_LIST_MIN);

	cache->order = order;
	cache->mask = bytes - 1;
	cache->per_slab = (bytes - cache->before) / cache->stride;
	cache->span = cache->per_slab * cache->stride;
	ASSERT(cache->per_slab && cache->before + cache->span <= bytes);
	ASSERT(IS_ALIGNED(cache->stride, cache->align));
	cache->inverse = ~(uint32_t)0 / cache->stride + 1;
	cache->limit = min(fitting, CPU_LIST_MAX);
}

/* ---- Making and ending --------------------------------------------------- */

/* Why a cache with these properties cannot be created, or NULL. */
static const char *refusal(const char *name, size_t size, size_t align,
			   unsigned flags)
{
	if (!name)
		return "it has no name";
	if (!size || size > KMEM_CACHE_MAX_SIZE)
		return "objects have 1 to 8192 bytes";
	if (align & (align - 1) || align > PAGE_SIZE)
		return "alignment is a power of two, up to a page";
	if (flags & ~KNOWN_FLAGS)
		return "there is no such flag";
	return NULL;
}

/* Takes the first number that is free, or returns NULL. */
static struct kmem_cache *new_cache(const char *name)
{
	struct kmem_cache *cache = kmem_caches;
	unsigned long flags;

	spin_lock_irqsave(&caches_lock, flags);
	while (cache < kmem_caches + SLAB_CACHES && cache->name)
		cache++;
	if (cache < kmem_caches + SLAB_CACHES)
		cache->name = name;
	else
		cache = NULL;
	spin_unlock_irqrestore(&caches_lock, flags);
	return cache;
}

struct kmem_cache *kmem_cache_create(const char *name, size_t size,
				     size_t align, unsigned flags,
				     void (*ctor)(void *object))
{
	const char *why = refusal(name, size, align, flags);
	struct kmem_cache *cache = why ? NULL : new_cache(name);

	if (!cache) {
		why = why ? why : "there are as many caches as possible";
		if (flags & SLAB_PANIC)
			panic("kmem_cache_create: %s: %s", name, why);
		pr_err("kmem_cache_create: %s: %s\n", name, why);
		return NULL;
	}
	*cache = (struct kmem_cache){
		.number = (unsigned)(cache - kmem_caches),
		.name = name,
		.ctor = ctor,
		.flags = flags,
		.object_size = (unsigned)size,
		.align = alignment(size, align, flags),
	};
	spin_lock_init_ranked(&cache->lock, name, RANK_SLAB);
	lay_out_object(cache);
	lay_out_slab(cache);
	return cache;
}

int kmem_cache_shrink(struct kmem_cache *cache)
{
	slab_drain_cpus(cache);
	slab_release_empty(cache);
	return READ_ONCE(cache->slabs) != 0;
}

int kmem_cache_destroy(struct kmem_cache *cache)
{
	if (!cache)
		return 0;
	if (!cache->name)
		panic("kmem_cache_destroy: the cache at %p was destroyed "
		      "already, at %pS",
		      (const void *)cache, cache->ended_by);
	if (kmem_cache_shrink(cache)) {
		pr_err("kmem_cache_destroy: %s has objects in use, and stays\n",
		       cache->name);
		kmem_cache_show_users(cache);
		return -EBUSY;
	}
	ASSERT(!cache->taken && !cache->empty);
	cache->ended_by = __builtin_return_address(0);
	WRITE_ONCE(cache->name, NULL);
	return 0;
}

/* ---- Boot ---------------------------------------------------------------- */

void slab_init(void)
{
	slab_memory.start = (uintptr_t)phys_to_virt(0);
	slab_memory.size = (uintptr_t)lowmem_end();
	kmalloc_init();
}
