/* SPDX-License-Identifier: MIT */
/* Mistakes of callers: each panics with a sentence that says what the pointer
 * is. */
#include "kernel/panic.h"
#include "slab_cache.h"

void slab_check_number(const char *who, const struct page *slab)
{
	if (slab->cache >= SLAB_CACHES || !kmem_caches[slab->cache].name)
		panic("%s: frame 0x%lx says that it is a slab of cache %u, and "
		      "there is none of that number: its struct page was "
		      "overwritten",
		      who, page_to_pfn(slab), slab->cache);
}

void slab_not_lowmem(const char *who, const void *ptr)
{
	panic("%s: %p lies outside lowmem, where all objects are: it was "
	      "allocated by something else, or never",
	      who, ptr);
}

/* Describes the state of a page, which may be damaged. */
static const char *what_it_is(const struct page *head)
{
	switch (page_state(head)) {
	case PG_FREE:
	case PG_PCP:
		return "is free: was it freed before?";
	case PG_ALLOCATED:
		return "was allocated as pages: free it as pages";
	case PG_RESERVED:
		return "was never allocated: it is reserved since boot, as the "
		       "kernel's own variables are";
	case PG_ABSENT:
		return "is no RAM";
	default:
		return "is in an unknown state: its struct page "
		       "was overwritten";
	}
}

void slab_not_slab(const char *who, const struct page *head, const void *ptr)
{
	panic("%s: %p is no object of any cache. Its page, frame 0x%lx, %s",
	      who, ptr, page_to_pfn(head), what_it_is(head));
}

void slab_not_object(const char *who, const struct page *slab, const void *ptr)
{
	const struct kmem_cache *cache = slab_cache(slab);
	unsigned offset = slab_offset(cache, ptr);

	if (offset >= cache->span)
		panic("%s: %p lies in a slab of cache %s, but in none of its "
		      "objects",
		      who, ptr, cache->name);
	panic("%s: %p is inside an object of cache %s, %u bytes after its "
	      "beginning: free the address that was allocated",
	      who, ptr, cache->name, offset % cache->stride);
}

void slab_wrong_cache(const struct kmem_cache *cache, const struct page *slab,
		      const void *object)
{
	panic("kmem_cache_free: %p is an object of cache %s, and was freed to "
	      "cache %s",
	      object, slab_cache(slab)->name, cache->name);
}

void slab_freed_twice(const struct kmem_cache *cache, const void *object)
{
	panic("slab: object %p of cache %s is freed twice: it was the last "
	      "that this CPU freed to the cache",
	      object, cache->name);
}
