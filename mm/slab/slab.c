/* SPDX-License-Identifier: MIT */
/* Allocating and freeing objects: this CPU's lists.
 *
 * For each cache and CPU there is a list, a stack: the object freed last is
 * allocated first, because it is likely to be in the CPU's cache. Only the
 * owning CPU uses the list, with interrupts off, so it needs no lock. CPU 1 may
 * free, into its own list, an object that CPU 0 has allocated. Objects go back
 * to their slabs under the slabs' lock (mm/slab/slab_list.c).
 *
 *	alloc: pop ── empty ──> half a list from slabs ── none ──> a new slab
 *	free: push ── full ───> the older half to slabs
 *
 * Each free checks that the page is a slab of the right cache, and that an
 * object begins at the address. This costs one multiplication.
 *
 * Locking: see slab_cache.h. Mistakes are reported without a lock, and with
 * interrupts as they were at the call. */
#include "mm/slab.h"

#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "mm/page_alloc.h"
#include "slab_cache.h"

DEFINE_PER_CPU(struct slab_cpus, slab_cpus);
struct slab_memory slab_memory;

/* Flags that few requests have. All others pay one test for them. */
#define SPECIAL (__GFP_ZERO | __GFP_HIGHMEM | __GFP_DMA)

/* ---- This CPU's list ----------------------------------------------------- */

/* Takes the newest object out of the list, which is not empty. */
static inline void *pop_object(const struct kmem_cache *cache,
			       struct slab_cpu *cpu)
{
	void *object = cpu->first;

	ASSERT(object && irqs_disabled());
	cpu->first = *next_object(cache, object);
	cpu->room++;
	return object;
}

/* Fills the list to half of its size, if slabs have so many objects, and takes
 * one from it; returns NULL if there is none. The list may not be empty any
 * more, because an interrupt handler may have freed an object meanwhile. */
static void *refill(struct kmem_cache *cache)
{
	struct slab_cpu *cpu;
	void *object = NULL;
	unsigned long flags;
	unsigned n;

	local_irq_save(flags);
	cpu = this_slab_cpu(cache);
	if (!cpu->first) {
		n = slab_take(cache, &cpu->first, cache->limit / 2);
		ASSERT(n <= cache->limit);
		cpu->room = (int)(cache->limit - n);
	}
	if (cpu->first)
		object = pop_object(cache, cpu);
	local_irq_restore(flags);
	return object;
}

/* Panics if the cache was destroyed. A destroyed cache has no objects left, so
 * each use of it comes here. */
static void check_alive(const struct kmem_cache *cache)
{
	if (unlikely(!cache->name))
		panic("kmem_cache_alloc: the cache at %p was destroyed at %pS: "
		      "it is used after its end",
		      (const void *)cache, cache->ended_by);
}

/* An object, when the list is empty, or NULL. The loop goes on only if a new
 * slab was allocated and other CPUs have taken all its objects. */
static void *__noinline take_object_slowly(struct kmem_cache *cache, gfp_t gfp)
{
	void *object;

	check_alive(cache);
	do
		object = refill(cache);
	while (!object && slab_grow(cache, gfp));
	return object;
}

/* An object from the list, else from a slab, or NULL. */
static inline void *take_object(struct kmem_cache *cache, gfp_t gfp)
{
	struct slab_cpu *cpu;
	void *object = NULL;
	unsigned long flags;

	local_irq_save(flags);
	cpu = this_slab_cpu(cache);
	if (likely(cpu->first))
		object = pop_object(cache, cpu);
	local_irq_restore(flags);
	return likely(object) ? object : take_object_slowly(cache, gfp);
}

/* Keeps the newest half of a full list, and gives the older objects back to
 * their slabs. A list that was never used says that it is full: then only its
 * room is set. */
static void __noinline flush(struct kmem_cache *cache, struct slab_cpu *cpu)
{
	void **link = &cpu->first, *rest;
	unsigned kept = 0;

	ASSERT(irqs_disabled());
	for (; *link && kept < (cache->limit + 1) / 2; kept++)
		link = next_object(cache, *link);
	rest = *link;
	*link = NULL;
	cpu->room = (int)(cache->limit - kept);
	if (rest)
		slab_give(cache, rest);
}

/* Makes an object the first of the list; false if it is that already. */
static inline bool push_object(struct kmem_cache *cache, void *object)
{
	struct slab_cpu *cpu;
	unsigned long flags;
	bool good;

	local_irq_save(flags);
	cpu = this_slab_cpu(cache);
	good = cpu->first != object;
	if (likely(good)) {
		*next_object(cache, object) = cpu->first;
		cpu->first = object;
		if (unlikely(--cpu->room < 0))
			flush(cache, cpu);
	}
	local_irq_restore(flags);
	return good;
}

/* Gives the objects in this CPU's list of a cache back to their slabs.
 * Interrupts are off. */
static void drain_this_cpu(void *arg)
{
	struct kmem_cache *cache = arg;
	struct slab_cpu *cpu = this_slab_cpu(cache);

	ASSERT(irqs_disabled());
	if (cpu->first)
		slab_give(cache, cpu->first);
	*cpu = (struct slab_cpu){0};
}

void slab_drain_cpus(struct kmem_cache *cache)
{
	drain_cpus(drain_this_cpu, cache);
}

/* ---- Requests ------------------------------------------------------------ */

/* Whether the cache can serve a request with these flags; logs the reason if
 * not. */
static bool may_serve(const struct kmem_cache *cache, gfp_t gfp)
{
	const char *why = NULL;

	if (gfp & __GFP_HIGHMEM)
		why = "an object needs an address, and high pages have none: "
		      "take alloc_page(), and map it";
	else if (gfp & __GFP_DMA && !(cache->flags & SLAB_CACHE_DMA))
		why = "__GFP_DMA is for caches made with SLAB_CACHE_DMA";
	else if (gfp & __GFP_ZERO && cache->ctor)
		why = "__GFP_ZERO would undo what the constructor did";
	if (why)
		pr_err("slab: %s: nothing allocated: %s\n", cache->name, why);
	return !why;
}

/* Serves a request with SPECIAL flags. */
static void *__noinline alloc_specially(struct kmem_cache *cache, gfp_t gfp,
					size_t size, const void *caller)
{
	void *object = NULL;

	if (may_serve(cache, gfp))
		object = take_object(cache, gfp & ~__GFP_ZERO);
	if (CHECK && object)
		slab_check_taken(cache, object, size, caller);
	if (object && gfp & __GFP_ZERO)
		memset(object, 0, CHECK ? size : cache->object_size);
	return object;
}

static inline void *alloc(struct kmem_cache *cache, gfp_t gfp, size_t size,
			  const void *caller)
{
	void *object;

	if (unlikely(gfp & SPECIAL))
		return alloc_specially(cache, gfp, size, caller);
	object = take_object(cache, gfp);
	if (CHECK && object)
		slab_check_taken(cache, object, size, caller);
	return object;
}

void *slab_alloc(struct kmem_cache *cache, gfp_t gfp, size_t size,
		 const void *caller)
{
	return alloc(cache, gfp, size, caller);
}

void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	return alloc(cache, gfp, cache->object_size,
		     __builtin_return_address(0));
}

/* Frees `object`, which the caller has checked to belong to `cache`. */
static inline void release(struct kmem_cache *cache, void *object,
			   const void *caller)
{
	if (CHECK)
		slab_check_freed(cache, object, caller);
	if (unlikely(!push_object(cache, object)))
		slab_freed_twice(cache, object);
}

/* Frees an object of a larger slab, or pages of kmalloc(); panics for anything
 * else. `cache` is the cache that the object should belong to, or NULL for
 * any. */
static void __noinline free_slowly(struct kmem_cache *cache, void *object,
				   const void *caller)
{
	const char *who = cache ? "kmem_cache_free" : "kfree";
	struct page *head;

	if (!cache && ZERO_OR_NULL_PTR(object))
		return;
	head = slab_head(who, object);
	if (!cache && !PageSlab(head))
		return kmalloc_free_pages(head, object);
	if (!PageSlab(head))
		slab_not_slab(who, head, object);
	slab_check_number(who, head);
	if (cache && slab_cache(head) != cache)
		slab_wrong_cache(cache, head, object);
	cache = slab_cache(head);
	if (!slab_begins_at(cache, slab_offset(cache, object)))
		slab_not_object(who, head, object);
	release(cache, object, caller);
}

/* The cache of an object in a slab of one page, as most are; NULL if the
 * address is anything else. */
static inline struct kmem_cache *cache_of_small(const void *ptr)
{
	uintptr_t offset = (uintptr_t)ptr - slab_memory.start;
	struct kmem_cache *cache;
	const struct page *page;

	if (unlikely(offset >= slab_memory.size))
		return NULL;
	page = pfn_to_page(offset >> PAGE_SHIFT);
	if (unlikely(page->head != PAGE_HEAD(PG_SLAB, 0)))
		return NULL;
	if (CHECK)
		slab_check_number("slab", page);
	cache = slab_cache(page);
	return likely(slab_begins_at(cache, slab_offset(cache, ptr))) ? cache
								      : NULL;
}

void kmem_cache_free(struct kmem_cache *cache, void *object)
{
	const void *caller = __builtin_return_address(0);

	if (likely(cache_of_small(object) == cache))
		release(cache, object, caller);
	else
		free_slowly(cache, object, caller);
}

void kfree(const void *ptr)
{
	struct kmem_cache *cache = cache_of_small(ptr);
	const void *caller = __builtin_return_address(0);

	if (likely(cache))
		release(cache, (void *)ptr, caller);
	else
		free_slowly(NULL, (void *)ptr, caller);
}
