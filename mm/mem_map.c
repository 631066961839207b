/* SPDX-License-Identifier: MIT */
/* mem_map: one struct page for each frame, in one array, at the top of lowmem.
 *
 *	frame     0 ............ 3 GiB | hole | 4 GiB ............ 62 GiB
 *	                               |      |
 *	mem_map  |struct pages of RAM..|.free.|..struct pages of RAM.....|
 *	lowmem   | ... | mem_map, 16 bytes a frame, up to 256 MiB        |
 *
 * The array is raw memory: nobody clears 256 MiB at boot (mm/section.h does, a
 * piece at a time). Where a whole section is hole, its piece of the array is
 * given back to memblock, and holds somebody's data: hence pfn_valid().
 *
 * Limits: the array may take half of lowmem. RAM that it then cannot describe
 * is left out, and the log says so. */
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "mm/memblock.h"
#include "mm/section.h"

#define SECTION_MAP_SIZE (PAGES_PER_SECTION * sizeof(struct page))
STATIC_ASSERT(SECTION_MAP_SIZE % PAGE_SIZE == 0);

/* The share of lowmem that the array may take: one in two. */
#define LOWMEM_SHARE 2

struct page *mem_map;

static size_t size; /* bytes in use */

/* Rounds up to whole largest blocks, so that each frame's buddies exist. */
static pfn_t whole_blocks(phys_addr_t end)
{
	return ALIGN(PFN_UP(end), (pfn_t)1 << MAX_PAGE_ORDER);
}

/* Leaves the RAM above frame `frames` out. */
static void clip(pfn_t frames)
{
	phys_addr_t start = PFN_PHYS(frames), end = memblock_end_of_DRAM();
	phys_addr_t before = memblock_phys_mem_size(), lost;

	memblock_remove(start, PHYS_ADDR_MAX - start);
	lost = before - memblock_phys_mem_size();
	pr_warn("memory: %llu MiB from %pa to %pa left out: lowmem has no "
		"room for their struct pages (it spends half of itself)\n",
		(unsigned long long)(lost >> 20), &start, &end);
}

/* How many frames the array may describe at most. */
static pfn_t affordable(void)
{
	phys_addr_t bytes = lowmem_end() / LOWMEM_SHARE;
	pfn_t frames = (pfn_t)(bytes / sizeof(struct page));

	frames = min(frames, SECTIONS_MAX * PAGES_PER_SECTION);
	return ALIGN_DOWN(frames, (pfn_t)1 << MAX_PAGE_ORDER);
}

/* Allocates the array, for less and less RAM if lowmem is in pieces; returns
 * how many frames it describes. */
static pfn_t allocate(pfn_t frames, pfn_t least)
{
	for (;;) {
		mem_map = memblock_alloc_raw(frames * sizeof(struct page),
					     PAGE_SIZE);
		if (mem_map)
			return frames;
		if (frames == least)
			panic("Too little memory: no room in lowmem for the "
			      "%lu KiB that describe its own %lu frames",
			      (unsigned long)(frames * sizeof(struct page)) >>
				      10,
			      frames);
		frames = max(least, ALIGN_DOWN(frames - frames / 4,
					       (pfn_t)1 << MAX_PAGE_ORDER));
	}
}

/* Gives the pieces of the array back that describe no RAM. */
static void release_holes(pfn_t frames)
{
	for (pfn_t pfn = 0; pfn < frames; pfn += PAGES_PER_SECTION) {
		size_t piece = min(PAGES_PER_SECTION, frames - pfn) *
			       sizeof(struct page);

		if (section_present(pfn))
			continue;
		memblock_free(pfn_to_page(pfn), piece);
		size -= piece;
	}
}

pfn_t mem_map_init(void)
{
	pfn_t all = whole_blocks(memblock_end_of_DRAM());
	pfn_t least = min(all, whole_blocks(lowmem_end()));
	pfn_t frames = min(all, affordable());

	frames = allocate(max(frames, least), least);
	if (frames < all)
		clip(frames);
	size = frames * sizeof(struct page);
	sections_init(frames);
	release_holes(frames);
	return frames;
}

size_t mem_map_size(void)
{
	return size;
}
