/* SPDX-License-Identifier: MIT */
/* struct page: the record of a page frame, in 16 bytes, so that the records of
 * 64 GiB take 256 MiB of lowmem.
 *
 *	 0      1      2         4                8         12        16
 *	+------+------+---------+----------------+---------+---------+
 *	| head | bits |  slot   |    refcount    |  next   |  prev   |
 *	+------+------+---------+----------------+---------+---------+
 *
 * What the words mean depends on the state, the lower half of `head`:
 *
 *	state        order   slot      refcount      the last eight bytes
 *	INSIDE       0       (a)       -             -
 *	FREE         0..10   (a)       -             neighbours in the free list
 *	PCP          0..3    (a)       -             the next in the list
 *	ALLOCATED    0..10   (a)       users         `private`, its owner's
 *	SLAB         0..10   (b)       used, free    neighbours in a slab list
 *	RESERVED     0       -         -             -
 *	ABSENT       0       -         -             -
 *
 *	(a) the page's slot in pkmap plus 1, or 0. It is the one field that
 *	    stays when a page is freed: kmap() may still map it, stale.
 *	(b) `cache`, the number of the cache: pages of slab are never mapped.
 *
 * Only the struct page of the first frame of a block, its head, is used: to
 * allocate or free a block of any size changes one struct page. All the others
 * are INSIDE, which is also the state of cleared memory. The head of a frame
 * inside is found by alignment, in ten steps at most (compound_head()).
 *
 * Each field has bytes of its own because each has another writer: the
 * allocator writes `head`, kmap `slot`, users `refcount`. None of them needs a
 * lock of the others.
 *
 * The struct page of a frame that waits to be made ready (mm/section.h) holds
 * garbage. The allocator has not given such a frame to any caller yet; code
 * that computes a frame number checks it with pfn_valid() first. */
#ifndef MM_PAGE_H
#define MM_PAGE_H

#include "arch/page.h"
#include "kernel/compiler.h"
#include "kernel/types.h"
#include "mm/gfp.h"

/* The largest block that the allocator has: 2^10 pages, 4 MiB. */
#define MAX_PAGE_ORDER 10

enum page_state {
	PG_INSIDE,    /* not a head: look below */
	PG_FREE,      /* in a zone's free list */
	PG_PCP,	      /* free, in a list of a CPU, or of single pages */
	PG_ALLOCATED, /* in use, until the last user puts it */
	PG_SLAB,      /* the same, divided into objects by mm/slab/slab.c */
	PG_RESERVED,  /* RAM that was in use before there was an allocator */
	PG_ABSENT,    /* no RAM, or none that may be touched */
};

/* Bits of `bits`. */
#define PG_POISONED 0x01 /* free and filled with a pattern (CHECK=1) */
#define PG_VMAP	    0x02 /* and up: areas of vmap() that map it (CHECK=1) */
#define PG_VMAP_MAX (0xff & -PG_VMAP) /* that many, or more */

struct page {
	union {
		struct {
			uint8_t head; /* PAGE_HEAD(state, order) */
			uint8_t bits;
			union {
				uint16_t slot;
				uint16_t cache; /* SLAB: its number */
			};
		};
		uint32_t head_bits_slot; /* all three, for one compare */
	};
	union {
		int32_t refcount; /* get_page(), put_page() */
		struct {	  /* SLAB */
			uint16_t slab_inuse;
			uint16_t slab_free;
		};
	};
	union {
		struct { /* FREE, PCP, SLAB: frames, 0 for none */
			uint32_t next;
			uint32_t prev;
		};
		uint64_t private;
	};
};
STATIC_ASSERT(sizeof(struct page) == 16);

#define PAGE_HEAD(state, order) ((uint8_t)((state) | (order) << 4))

/* `head_bits_slot` of a page that is mapped by nothing and has no bit set. */
#define PAGE_HEAD_ALONE(state, order) \
	((uint32_t)(state) | (uint32_t)(order) << 4)

static inline enum page_state page_state(const struct page *page)
{
	return (enum page_state)(page->head & 15);
}

/* The order of the block that `page`, a head, begins. */
static inline unsigned page_order(const struct page *page)
{
	return page->head >> 4;
}

static inline bool PageSlab(const struct page *page)
{
	return page_state(page) == PG_SLAB;
}

static inline bool PageReserved(const struct page *page)
{
	return page_state(page) == PG_RESERVED;
}

/* ---- Frames -------------------------------------------------------------- */

/* One entry for each frame, from frame 0 on. Frame 0 itself is never allocated,
 * so that 0 can mean "no frame". */
extern struct page *mem_map;

/* Both ways are arithmetic, and check nothing. */
static inline struct page *pfn_to_page(pfn_t pfn)
{
	return mem_map + pfn;
}

static inline pfn_t page_to_pfn(const struct page *page)
{
	return (pfn_t)(page - mem_map);
}

static inline phys_addr_t page_to_phys(const struct page *page)
{
	return PFN_PHYS(page_to_pfn(page));
}

/* The page of an address in the direct map. Panics for another address. */
static inline struct page *virt_to_page(const volatile void *ptr)
{
	return pfn_to_page(PFN_DOWN(virt_to_phys(ptr)));
}

/* The permanent address of a page of lowmem. Panics for a high page. */
static inline void *lowmem_page_address(const struct page *page)
{
	return phys_to_virt(page_to_phys(page));
}

/* Whether the frame has a valid struct page; makes it ready if it waits. Not
 * every such frame is RAM: see its state. */
bool pfn_valid(pfn_t pfn);

/* The first page of the block that `page` is part of; `page` itself if it is
 * not inside a block. Panics if the frame is INSIDE without a block: the array
 * was overwritten. */
struct page *compound_head(struct page *page);

/* ---- Users --------------------------------------------------------------- */

/* Add a user to, or remove one from, the block that `page` is in. get_page()
 * panics for a page without users. */
void get_page(struct page *page);
void put_page(struct page *page);

/* How many users the block of `page` has. */
int page_ref_count(struct page *page);

/* ---- Zones --------------------------------------------------------------- */

/* Where zones begin; beyond the array for a zone that has no frames. */
extern struct page *normal_start_page, *highmem_start_page;

/* Bytes of the array, and of its parts that describe lowmem and highmem: from
 * the distance of a pointer to mem_map, or to highmem_start_page, one compare
 * tells whether it points there. */
extern uintptr_t mem_map_bytes, lowmem_map_bytes, highmem_map_bytes;

/* Whether the page is outside the direct map. */
static inline bool PageHighMem(const struct page *page)
{
	return page >= highmem_start_page;
}

static inline enum zone_type page_zonenum(const struct page *page)
{
	return (enum zone_type)((page >= normal_start_page) +
				(page >= highmem_start_page));
}

#endif
