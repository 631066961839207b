/* SPDX-License-Identifier: MIT */
/* Zones: ranges of frames that the same devices and mappings can reach, and the
 * free blocks of each. For mm/ itself; others include mm/page_alloc.h.
 *
 *	0        16 MiB            lowmem_end()                   end of RAM
 *	|  DMA   |      NORMAL     |            HIGHMEM            |
 *
 * A zone keeps two things back: its watermarks, for requests that cannot wait
 * (min; low and high are where reclaim will start and stop), and a reserve
 * against requests that could have used a higher zone. Such requests cannot use
 * up the lowmem that other requests depend on. */
#ifndef MM_ZONE_H
#define MM_ZONE_H

#include "kernel/atomic.h"
#include "kernel/spinlock.h"
#include "mm/page.h"

/* The end of the addresses of ISA devices, which have 24 lines. */
#define ZONE_DMA_END MiB(16)

enum zone_watermark {
	WMARK_MIN,
	WMARK_LOW,
	WMARK_HIGH,
	NR_WMARK
};

/* The free blocks of one order, newest first. */
struct free_area {
	uint32_t first; /* frame of a head; 0: none */
	unsigned long nr_free;
};

struct zone {
	/* Written while booting: */
	const char *name;
	pfn_t start_pfn, end_pfn;
	unsigned long present_pages; /* RAM */
	unsigned long watermark[NR_WMARK];
	unsigned long lowmem_reserve[MAX_NR_ZONES]; /* by requested zone */
	unsigned long singles_most; /* that the list of them should have */

	/* With the sections (mm/frames/section.c), under their lock: */
	unsigned long managed_pages; /* ever given to the allocator */
	unsigned long waiting_pages; /* free, in sections not yet ready */

	/* With the free lists (mm/frames/buddy.c), under the lock: */
	spinlock_t lock;
	unsigned long free_pages;
	uint32_t first_single; /* frame of a page in no block; 0: none */
	unsigned long singles; /* pages in that list: among free_pages */
	struct free_area free_area[MAX_PAGE_ORDER + 1];
};

extern struct zone zones[MAX_NR_ZONES];

/* The zone where a request searches first, by its zone flags: the highest that
 * it allows and that has memory. */
extern uint8_t preferred_zone[GFP_ZONES + 1];

static inline enum zone_type first_zone(gfp_t gfp)
{
	return (enum zone_type)preferred_zone[gfp & GFP_ZONES];
}

static inline struct zone *page_zone(const struct page *page)
{
	return &zones[page_zonenum(page)];
}

/* Free pages of a zone, ready or waiting. Without a lock: some that are being
 * made ready may count twice, none is missed (mm/frames/section.c). */
static inline unsigned long zone_free_pages(const struct zone *zone)
{
	unsigned long waiting = smp_load_acquire(&zone->waiting_pages);

	return waiting + READ_ONCE(zone->free_pages);
}

/* Sets the borders of the zones in the array's `frames` frames and counts their
 * RAM. lowmem_end() must be a multiple of the largest block, if there is RAM
 * above it, so that no block lies in two zones. */
void zones_init(pfn_t frames);

/* Sets watermarks and reserves, after all zones have their pages. */
void zones_set_watermarks(void);

/* How many pages the request may take from `zone`, in blocks of any size. */
static inline unsigned long zone_allowance(const struct zone *zone, gfp_t gfp)
{
	unsigned long available = zone_free_pages(zone);
	unsigned long keep = zone->watermark[WMARK_MIN];

	if (gfp & __GFP_MEMALLOC)
		return available;
	if (gfp & __GFP_HIGH)
		keep -= keep / 2;
	keep += zone->lowmem_reserve[gfp_zone(gfp)];
	return available > keep ? available - keep : 0;
}

/* Calls `visit` for each part of [start, end) that lies in one zone. */
void for_each_zone_part(pfn_t start, pfn_t end,
			void (*visit)(struct zone *zone, pfn_t start,
				      pfn_t end));

/* One line a zone in the log: present, managed, free, reserved, watermarks. */
void show_zones(void);

/* One line a zone: how many free blocks it has of each order, as Linux's
 * /proc/buddyinfo. */
void buddyinfo(void);

#endif
