/* SPDX-License-Identifier: MIT */
/* Slabs: allocating them, moving them between a cache's lists, freeing them.
 *
 *	     first object taken           last object taken
 *	EMPTY ────────────────> PARTIAL ────────────────> FULL
 *	      <────────────────         <────────────────
 *	     last object freed            first object freed
 *
 * While the lock is free, each slab is in the list that its slab_inuse requires
 * (list_of()). Objects are taken from partial slabs first, so that other slabs
 * can become empty.
 *
 * Locking: the cache's lock protects its slabs and lists. The page allocator is
 * called without it. */
#include "kernel/lock_check.h"
#include "kernel/panic.h"
#include "mm/page_alloc.h"
#include "slab_cache.h"

/* ---- Lists --------------------------------------------------------------- */

/* The list that a slab belongs in. */
static enum slab_list list_of(const struct kmem_cache *cache,
			      const struct page *slab)
{
	if (!slab->slab_inuse)
		return SLAB_EMPTY;
	return slab->slab_inuse < cache->per_slab ? SLAB_PARTIAL : SLAB_FULL;
}

/* Makes a slab the first of a list. */
static void link(struct kmem_cache *cache, struct page *slab,
		 enum slab_list list)
{
	uint32_t pfn = (uint32_t)page_to_pfn(slab);

	lockdep_assert_held(&cache->lock);
	ASSERT(slab_cache(slab) == cache && list_of(cache, slab) == list);
	slab->prev = 0;
	slab->next = cache->first[list];
	if (slab->next)
		pfn_to_page(slab->next)->prev = pfn;
	cache->first[list] = pfn;
	cache->empty += list == SLAB_EMPTY;
}

/* Takes a slab out of the list that it is in. */
static void unlink(struct kmem_cache *cache, const struct page *slab,
		   enum slab_list list)
{
	lockdep_assert_held(&cache->lock);
	ASSERT(slab->prev || cache->first[list] == page_to_pfn(slab));
	ASSERT(list != SLAB_EMPTY || cache->empty);
	if (slab->prev)
		pfn_to_page(slab->prev)->next = slab->next;
	else
		cache->first[list] = slab->next;
	if (slab->next)
		pfn_to_page(slab->next)->prev = slab->prev;
	cache->empty -= list == SLAB_EMPTY;
}

/* Moves a slab with a changed number of taken objects from the list `before` to
 * the right one. */
static void settle(struct kmem_cache *cache, struct page *slab,
		   enum slab_list before)
{
	enum slab_list now = list_of(cache, slab);

	if (now == before)
		return;
	unlink(cache, slab, before);
	link(cache, slab, now);
}

/* ---- Slabs --------------------------------------------------------------- */

/* Where a free object keeps the index of the next one in its slab: the same
 * word that links it in a CPU's list. */
static uintptr_t *next_index(const struct kmem_cache *cache, void *object)
{
	return (uintptr_t *)next_object(cache, object);
}

/* Makes a block that was allocated a slab of free objects, in no list yet. */
static void make_slab(const struct kmem_cache *cache, struct page *page)
{
	ASSERT(page->head == PAGE_HEAD(PG_ALLOCATED, cache->order));
	ASSERT(cache->per_slab && cache->per_slab < SLAB_NONE);
	if (CHECK)
		slab_check_new(cache, page);
	for (unsigned i = 0; i < cache->per_slab; i++) {
		void *object = slab_object(cache, page, i);

		*next_index(cache, object) =
			i + 1 < cache->per_slab ? i + 1 : SLAB_NONE;
		if (cache->ctor)
			cache->ctor(object);
	}
	page->cache = (uint16_t)cache->number;
	page->slab_inuse = 0;
	page->slab_free = 0;
	page->head = PAGE_HEAD(PG_SLAB, cache->order);
}

/* Frees the pages of slabs that are in no list, linked by `next`. */
static void release_slabs(const struct kmem_cache *cache, uint32_t pfn)
{
	while (pfn) {
		struct page *page = pfn_to_page(pfn);

		pfn = page->next;
		ASSERT(!page->slab_inuse);
		if (CHECK)
			slab_check_unused(cache, page);
		page->cache = 0;
		page->refcount = 1;
		page->head = PAGE_HEAD(PG_ALLOCATED, cache->order);
		__free_pages(page, cache->order);
	}
}

bool slab_grow(struct kmem_cache *cache, gfp_t gfp)
{
	gfp_t zone = cache->flags & SLAB_CACHE_DMA ? __GFP_DMA : 0;
	struct page *page = alloc_pages(gfp | zone, cache->order);
	unsigned long flags;

	if (!page)
		return false;
	make_slab(cache, page);
	spin_lock_irqsave(&cache->lock, flags);
	link(cache, page, SLAB_EMPTY);
	cache->slabs++;
	spin_unlock_irqrestore(&cache->lock, flags);
	return true;
}

/* ---- Objects out of slabs ------------------------------------------------ */

/* A slab with a free object, or NULL. */
static struct page *slab_with_free(const struct kmem_cache *cache)
{
	uint32_t pfn = cache->first[SLAB_PARTIAL];

	if (!pfn)
		pfn = cache->first[SLAB_EMPTY];
	return pfn ? pfn_to_page(pfn) : NULL;
}

/* Moves up to `count` free objects of a slab to the front of a chain; returns
 * how many. */
static unsigned take_from(struct kmem_cache *cache, struct page *slab,
			  void **chain, unsigned count)
{
	enum slab_list before = list_of(cache, slab);
	unsigned n = 0;

	for (; n < count && slab->slab_free != SLAB_NONE; n++) {
		void *object = slab_object(cache, slab, slab->slab_free);

		ASSERT(slab->slab_free < cache->per_slab);
		slab->slab_free = (uint16_t)*next_index(cache, object);
		*next_object(cache, object) = *chain;
		*chain = object;
	}
	slab->slab_inuse = (uint16_t)(slab->slab_inuse + n);
	ASSERT(slab->slab_inuse <= cache->per_slab);
	settle(cache, slab, before);
	return n;
}

unsigned slab_take(struct kmem_cache *cache, void **chain, unsigned count)
{
	struct page *slab;
	unsigned long flags;
	unsigned n = 0;

	*chain = NULL;
	spin_lock_irqsave(&cache->lock, flags);
	while (n < count && (slab = slab_with_free(cache)))
		n += take_from(cache, slab, chain, count - n);
	ASSERT(n <= count);
	cache->taken += n;
	spin_unlock_irqrestore(&cache->lock, flags);
	return n;
}

/* ---- And back ------------------------------------------------------------ */

/* Gives one object back to its slab, moves the slab to the right list, and
 * returns it. */
static struct page *give_one(struct kmem_cache *cache, void *object)
{
	struct page *slab = slab_head("slab", object);
	enum slab_list before = list_of(cache, slab);

	if (unlikely(!slab->slab_inuse))
		panic("slab: more objects of cache %s are freed than were "
		      "taken: some were freed twice. CHECK=1 sees which",
		      cache->name);
	ASSERT(slab_cache(slab) == cache && cache->taken);
	*next_index(cache, object) = slab->slab_free;
	slab->slab_free =
		(uint16_t)(slab_offset(cache, object) / cache->stride);
	slab->slab_inuse--;
	cache->taken--;
	settle(cache, slab, before);
	return slab;
}

/* Removes an empty slab from the cache, and puts it in front of a chain. */
static void retire(struct kmem_cache *cache, struct page *slab, uint32_t *chain)
{
	ASSERT(!slab->slab_inuse && cache->slabs);
	unlink(cache, slab, SLAB_EMPTY);
	cache->slabs--;
	slab->next = *chain;
	*chain = (uint32_t)page_to_pfn(slab);
}

void slab_give(struct kmem_cache *cache, void *chain)
{
	uint32_t retired = 0;
	unsigned long flags;

	spin_lock_irqsave(&cache->lock, flags);
	while (chain) {
		void *object = chain;
		struct page *slab;

		chain = *next_object(cache, object);
		slab = give_one(cache, object);
		if (!slab->slab_inuse && cache->empty > SLAB_EMPTY_KEPT)
			retire(cache, slab, &retired);
	}
	spin_unlock_irqrestore(&cache->lock, flags);
	release_slabs(cache, retired);
}

void slab_release_empty(struct kmem_cache *cache)
{
	uint32_t retired = 0;
	unsigned long flags;

	spin_lock_irqsave(&cache->lock, flags);
	while (cache->first[SLAB_EMPTY])
		retire(cache, pfn_to_page(cache->first[SLAB_EMPTY]), &retired);
	spin_unlock_irqrestore(&cache->lock, flags);
	release_slabs(cache, retired);
}
