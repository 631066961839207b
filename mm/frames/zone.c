/* SPDX-License-Identifier: MIT */
/* The zones: where they begin, and what each keeps back.
 *
 * The sizes are Linux's (mm/page_alloc.c, "min_free_kbytes" and
 * "lowmem_reserve_ratio"), so that experience with Linux applies here:
 *
 *	min of lowmem    4 * sqrt(KiB of lowmem) KiB, shared by size
 *	min of highmem   a 1024th of the zone, 32 to 128 pages, and no more
 *	                 than a quarter of it
 *	low, high        min and a quarter, min and a half
 *	reserve          a part of the memory in the zones between: 1/256 kept
 *	                 in DMA, 1/32 in NORMAL
 *
 * One thing differs: NORMAL keeps no more than half of its pages. With 62 GiB,
 * a 32nd of highmem is more than all of lowmem, and requests for highmem would
 * never get a page of lowmem, even if most of it were free. */
#include "mm/zone.h"

#include "kernel/panic.h"
#include "mm/memblock.h"

/* min_free: KiB at least and at most. */
#define MIN_FREE_LEAST 128
#define MIN_FREE_MOST  (256 * 1024)

/* Single pages that wait to be joined with others: one in this many pages of a
 * zone at most. */
#define SINGLES_PART 64

/* A lower zone keeps one page in this many of those above it. */
static const unsigned reserve_ratio[MAX_NR_ZONES] = {256, 32, 1};

struct zone zones[MAX_NR_ZONES] = {
	[ZONE_DMA] = {.name = "DMA",
		      .lock = SPINLOCK_INIT("zone DMA", RANK_ZONE)},
	[ZONE_NORMAL] = {.name = "NORMAL",
			 .lock = SPINLOCK_INIT("zone NORMAL", RANK_ZONE)},
	[ZONE_HIGHMEM] = {.name = "HIGHMEM",
			  .lock = SPINLOCK_INIT("zone HIGHMEM", RANK_ZONE)},
};

uint8_t preferred_zone[GFP_ZONES + 1];
struct page *normal_start_page, *highmem_start_page;
uintptr_t mem_map_bytes, lowmem_map_bytes, highmem_map_bytes;

void for_each_zone_part(pfn_t start, pfn_t end,
			void (*visit)(struct zone *zone, pfn_t start,
				      pfn_t end))
{
	ASSERT(start <= end);
	for (struct zone *zone = zones; zone < zones + MAX_NR_ZONES; zone++) {
		pfn_t from = max(start, zone->start_pfn);
		pfn_t to = min(end, zone->end_pfn);

		if (from < to)
			visit(zone, from, to);
	}
}

/* Adds the RAM frames [start, end) to the zone's count. */
static void add_present(struct zone *zone, pfn_t start, pfn_t end)
{
	zone->present_pages += end - start;
}

/* The highest zone with RAM, not above the requested one. */
static uint8_t populated(enum zone_type asked)
{
	uint8_t zone = (uint8_t)asked;

	while (zone && !zones[zone].present_pages)
		zone--;
	return zone;
}

void zones_init(pfn_t frames)
{
	bool all_low = memblock_end_of_DRAM() <= lowmem_end();
	pfn_t low = all_low ? frames : PFN_DOWN(lowmem_end());
	pfn_t dma = min(PFN_DOWN(ZONE_DMA_END), low);
	phys_addr_t i, start, end;

	BUG_ON(!IS_ALIGNED(low, 1UL << MAX_PAGE_ORDER));
	ASSERT(dma <= low && low <= frames);
	zones[ZONE_DMA].end_pfn = zones[ZONE_NORMAL].start_pfn = dma;
	zones[ZONE_NORMAL].end_pfn = zones[ZONE_HIGHMEM].start_pfn = low;
	zones[ZONE_HIGHMEM].end_pfn = frames;
	normal_start_page = pfn_to_page(dma);
	highmem_start_page = pfn_to_page(low);
	mem_map_bytes = frames * sizeof(struct page);
	lowmem_map_bytes = low * sizeof(struct page);
	highmem_map_bytes = mem_map_bytes - lowmem_map_bytes;
	for_each_mem_range(i, &start, &end)
		if (PFN_UP(start) < PFN_DOWN(end))
			for_each_zone_part(PFN_UP(start), PFN_DOWN(end),
					   add_present);
	for (gfp_t flags = 0; flags < ARRAY_SIZE(preferred_zone); flags++)
		preferred_zone[flags] = populated(gfp_zone(flags));
}

/* The largest number whose square is not above `n`. */
static unsigned long square_root(unsigned long n)
{
	unsigned long root = 0;

	for (unsigned bit = 16; bit--;) {
		unsigned long larger = root | 1UL << bit;

		if (larger * larger <= n)
			root = larger;
	}
	return root;
}

/* Pages that lowmem as a whole keeps back. */
static unsigned long lowmem_min(unsigned long lowmem_pages)
{
	const unsigned shift = PAGE_SHIFT - 10;
	unsigned long kib = 4 * square_root(lowmem_pages << shift);

	kib = max(kib, (unsigned long)MIN_FREE_LEAST);
	return min(kib, (unsigned long)MIN_FREE_MOST) >> shift;
}

/* Pages that highmem keeps back. */
static unsigned long highmem_min(unsigned long pages)
{
	unsigned long keep = max(pages / 1024, 32UL);

	keep = min(keep, 128UL);
	return min(keep, pages / 4);
}

/* low and high follow from min, and differ from it even in the smallest
 * zone. */
static void set_watermarks(struct zone *zone, unsigned long min_pages)
{
	unsigned long quarter = (min_pages + 3) / 4;

	zone->watermark[WMARK_MIN] = min_pages;
	zone->watermark[WMARK_LOW] = min_pages + quarter;
	zone->watermark[WMARK_HIGH] = min_pages + 2 * quarter;
}

/* What `zone` keeps from requests that begin in each zone above it. */
static void set_reserves(struct zone *zone)
{
	unsigned i = (unsigned)(zone - zones);
	unsigned long above = 0, most = zone->managed_pages;

	if (i == ZONE_NORMAL)
		most /= 2;
	while (++i < MAX_NR_ZONES) {
		above += zones[i].managed_pages;
		zone->lowmem_reserve[i] =
			min(above / reserve_ratio[zone - zones], most);
	}
}

void zones_set_watermarks(void)
{
	unsigned long dma = zones[ZONE_DMA].managed_pages;
	unsigned long normal = zones[ZONE_NORMAL].managed_pages;
	unsigned long high = zones[ZONE_HIGHMEM].managed_pages;
	unsigned long low = dma + normal, keep = lowmem_min(low);
	/* A multiplication of two numbers of pages needs 64 bits. */
	unsigned long of_dma =
		low ? (unsigned long)(((uint64_t)keep * dma + low - 1) / low)
		    : 0;

	set_watermarks(&zones[ZONE_DMA], of_dma);
	set_watermarks(&zones[ZONE_NORMAL], normal ? keep - of_dma : 0);
	set_watermarks(&zones[ZONE_HIGHMEM], highmem_min(high));
	for (unsigned i = 0; i < MAX_NR_ZONES; i++) {
		set_reserves(&zones[i]);
		zones[i].singles_most = zones[i].managed_pages / SINGLES_PART;
	}
}
