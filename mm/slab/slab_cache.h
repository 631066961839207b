/* SPDX-License-Identifier: MIT */
/* What a cache is made of.
 *
 *	kmem_cache_alloc()              kmem_cache_free()
 *	        ^                              |
 *	        |        this CPU's list       v         a stack, newest first
 *	      [object] <── [object] <── ... [object]
 *	        ^ refill, when empty           | flush, when too many
 *	        |                              v
 *	  EMPTY <──> PARTIAL <──> FULL                   slabs, by objects taken
 *	    ^ | beyond a reserve
 *	    | v
 *	  page allocator
 *
 * A slab is a block of pages, cut into objects of equal stride:
 *
 *	  before    stride      stride
 *	+--------+-----------+-----------+--   --+-------------+
 *	|        | object| + | object| + |  ...  | rest        |
 *	+--------+-----------+-----------+--   --+-------------+
 *	         |<------------- span ---------->|
 *
 * What follows the object, `+`, depends on the cache: nothing; or the link of a
 * free object, if the object itself must stay as it is (a constructor, or
 * CHECK=1); and with CHECK=1 red zones, and the callers that allocated and
 * freed it (mm/slab/slab_check.c).
 *
 * The slab's struct page holds the rest: the cache's number, the number of
 * objects taken, the first free object, and neighbours in the list. No table is
 * searched: the address gives the struct page, and the struct page has the
 * number of the cache.
 *
 * In a slab, free objects are linked by index; in a CPU's list by address. The
 * slab counts objects in CPUs' lists as taken. */
#ifndef MM_SLAB_CACHE_H
#define MM_SLAB_CACHE_H

#include "arch/irqflags.h"
#include "arch/percpu.h"
#include "kernel/spinlock.h"
#include "mm/page.h"
#include "mm/page_poison.h"
#include "mm/slab.h"
#include "mm/slab_count.h"

/* The largest block that is cut into objects. */
#define SLAB_MAX_ORDER 3

/* Empty slabs that a cache keeps. */
#define SLAB_EMPTY_KEPT 1

/* "No object", among the indices of a slab's free ones. */
#define SLAB_NONE 0xffff

/* A cache's slabs, by how many of their objects are taken: none, some, all. */
enum slab_list {
	SLAB_EMPTY,
	SLAB_PARTIAL,
	SLAB_FULL,
	SLAB_LISTS
};

struct kmem_cache {
	/* Written when it is created. What the fast path reads: */
	unsigned number;  /* its place in kmem_caches[] */
	unsigned link;	  /* where in a free object its link is */
	unsigned mask;	  /* bytes in a slab, less 1 */
	unsigned before;  /* where the first object is */
	unsigned span;	  /* stride * per_slab */
	uint32_t inverse; /* 2^32 / stride, rounded up */

	/* The rest: */
	const char *name;     /* NULL: there is no such cache */
	const void *ended_by; /* caller that destroyed the last one here */
	void (*ctor)(void *object);
	unsigned flags;
	unsigned object_size;
	unsigned align;
	unsigned track; /* where its struct slab_track is (CHECK=1) */
	unsigned stride;
	unsigned order;
	unsigned per_slab;
	unsigned limit; /* objects in a CPU's list, at most */

	/* With the lock: */
	spinlock_t lock;
	uint32_t first[SLAB_LISTS]; /* frames of slabs; 0: none */
	unsigned slabs;
	unsigned empty;
	unsigned long taken; /* objects: in use, or in a CPU's list */
};

/* One CPU's list of free objects of one cache. Used by the owning CPU, with
 * interrupts off. All zero is a list that was never used; `room` has no meaning
 * in an empty list. */
struct slab_cpu {
	void *first;
	int room; /* objects that may still come */
};

struct slab_cpus {
	struct slab_cpu of[SLAB_CACHES]; /* by the cache's number */
};
DECLARE_PER_CPU(struct slab_cpus, slab_cpus);

extern struct kmem_cache kmem_caches[SLAB_CACHES];

/* The begin and size of the direct map, copied here so that kfree() reads two
 * variables instead of calling the machine's functions. */
extern struct slab_memory {
	uintptr_t start, size;
} slab_memory;

/* ---- Where things are ---------------------------------------------------- */

static inline struct slab_cpu *this_slab_cpu(const struct kmem_cache *cache)
{
	return &this_cpu_ptr(&slab_cpus)->of[cache->number];
}

/* Of a free object: the next in the CPU's list. */
static inline void **next_object(const struct kmem_cache *cache, void *object)
{
	return (void **)((char *)object + cache->link);
}

static inline struct kmem_cache *slab_cache(const struct page *slab)
{
	return &kmem_caches[slab->cache];
}

/* Panics: the function named `who` was passed an address outside lowmem. */
void slab_not_lowmem(const char *who, const void *ptr) __noreturn __cold;

/* The head of the block that an address is in, slab or not. `who` is the name
 * of the function that asks. Panics if the address is outside lowmem. */
static inline struct page *slab_head(const char *who, const void *ptr)
{
	uintptr_t offset = (uintptr_t)ptr - slab_memory.start;
	struct page *page;

	if (unlikely(offset >= slab_memory.size))
		slab_not_lowmem(who, ptr);
	page = pfn_to_page(offset >> PAGE_SHIFT);
	return likely(PageSlab(page)) ? page : compound_head(page);
}

/* The offset of an address from the first object of its slab. An address before
 * that object gets a very large one. */
static inline unsigned slab_offset(const struct kmem_cache *cache,
				   const void *ptr)
{
	uintptr_t offset = (uintptr_t)ptr - slab_memory.start;

	return ((unsigned)offset & cache->mask) - (CHECK ? cache->before : 0);
}

/* Whether an object begins at this offset. A multiple of the stride times the
 * inverse is a little more than a multiple of 2^32; the remainder of anything
 * else is at least the inverse (Lemire, Kaser, Kurz, "Faster remainder by
 * direct computation", 2019). */
static inline bool slab_begins_at(const struct kmem_cache *cache,
				  unsigned offset)
{
	return offset < cache->span &&
	       (uint32_t)offset * cache->inverse < cache->inverse;
}

/* Object number `index` of a slab. */
static inline void *slab_object(const struct kmem_cache *cache,
				const struct page *slab, unsigned index)
{
	uintptr_t start = slab_memory.start +
			  ((uintptr_t)page_to_pfn(slab) << PAGE_SHIFT);

	return (char *)start + cache->before + index * cache->stride;
}

/* ---- Objects (mm/slab/slab.c) -------------------------------------------- */

/* kmem_cache_alloc() of an object of which `caller` wants `size` bytes. */
void *slab_alloc(struct kmem_cache *cache, gfp_t gfp, size_t size,
		 const void *caller);

/* Gives the objects in all CPUs' lists back to their slabs. Before interrupts
 * to other CPUs work: those in this CPU's list only. */
void slab_drain_cpus(struct kmem_cache *cache);

/* ---- Mistakes (mm/slab/slab_misuse.c) ------------------------------------ */

/* Panics: the function named `who` was passed a wrong pointer. It lies in the
 * block that begins at `head`, which is no slab; or it lies in a slab, but not
 * where an object begins. */
void slab_not_slab(const char *who, const struct page *head,
		   const void *ptr) __noreturn __cold;
void slab_not_object(const char *who, const struct page *slab,
		     const void *ptr) __noreturn __cold;

/* Panics: `object` of `slab` was freed to `cache`, which is not its cache; or
 * was freed to its cache twice in a row. */
void slab_wrong_cache(const struct kmem_cache *cache, const struct page *slab,
		      const void *object) __noreturn __cold;
void slab_freed_twice(const struct kmem_cache *cache,
		      const void *object) __noreturn __cold;

/* Panics if `slab` names a cache that does not exist: its struct page was
 * overwritten. */
void slab_check_number(const char *who, const struct page *slab);

/* ---- Pages (mm/slab/kmalloc.c) ------------------------------------------- */

/* Makes kmalloc()'s caches. */
void kmalloc_init(void);

/* kfree() of an address that is in no slab. */
void kmalloc_free_pages(struct page *head, const void *ptr);

/* ---- Slabs (mm/slab/slab_list.c) ----------------------------------------- */

/* Allocates a slab; false if there is no memory. */
bool slab_grow(struct kmem_cache *cache, gfp_t gfp);

/* Moves up to `count` objects from slabs to a chain, linked as in a CPU's list
 * and ended by NULL; returns how many. */
unsigned slab_take(struct kmem_cache *cache, void **chain, unsigned count);

/* Gives the objects of a chain back to their slabs, and slabs that are empty
 * then, beyond the reserve, to the page allocator. */
void slab_give(struct kmem_cache *cache, void *chain);

/* Gives all empty slabs to the page allocator. */
void slab_release_empty(struct kmem_cache *cache);

/* ---- CHECK=1 (mm/slab/slab_check.c) -------------------------------------- */

/* Patterns around and inside an object: Linux's values
 * (include/linux/poison.h). */
#define SLAB_RED_FREE	0xbb /* behind an object that is free */
#define SLAB_RED_IN_USE 0xcc /* behind one that is in use */
#define POISON_END	0xa5 /* the last byte of what was freed */

/* The callers that allocated and freed an object, and its size. It lies behind
 * the red zone: `sum` tells whether an overrun of that reached this, too. */
struct slab_track {
	const void *taken_by, *freed_by;
	size_t size;
	uint32_t taken_at; /* slab_clock then */
	uint32_t sum;
};

/* Lays out the rest of the stride, behind the object. */
void slab_check_layout(struct kmem_cache *cache);

/* Prepares the memory of a new slab, all of it free objects. */
void slab_check_new(const struct kmem_cache *cache, const struct page *slab);

/* Marks an object as in use, `size` bytes of it, or as free. They panic if it
 * was written to while it was free, or beyond its ends; or was free before. */
void slab_check_taken(const struct kmem_cache *cache, void *object, size_t size,
		      const void *caller);
void slab_check_freed(const struct kmem_cache *cache, void *object,
		      const void *caller);

/* The same for all objects of a slab that is given back. */
void slab_check_unused(const struct kmem_cache *cache, const struct page *slab);

/* The bytes of an object in use that were asked for; changes them. */
size_t slab_check_size(const struct kmem_cache *cache, const void *object);
void slab_check_resize(const struct kmem_cache *cache, void *object,
		       size_t size);

/* The caller that allocated an object, or NULL if it is free. */
const void *slab_check_user(const struct kmem_cache *cache, const void *object);

/* The same, NULL also if slab_clock was not yet above `clock` then. */
const void *slab_check_user_since(const struct kmem_cache *cache,
				  const void *object, uint32_t clock);

#endif
