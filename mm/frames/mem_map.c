/* SPDX-License-Identifier: MIT */
/* mem_map: one struct page for each frame, in one array, at the top of lowmem.
 *
 *	frame     0 ............ 3 GiB | hole | 4 GiB ............ 62 GiB
 *	                               |      |
 *	mem_map  |struct pages of RAM..|.free.|..struct pages of RAM.....|
 *	lowmem   | ... | mem_map, 16 bytes a frame, up to 256 MiB        |
 *
 * The boot does not clear the array, which can have 256 MiB; mm/section.h
 * clears it a piece at a time. If a whole section has no RAM, its piece of the
 * array is freed to memblock and used for other data. Code with a doubtful
 * frame number therefore calls pfn_valid() first.
 *
 * Limits: the array may take half of lowmem's RAM, and leaves KERNEL_REST of
 * what is free. It is allocated in one piece, before the parts for holes are
 * freed, so it is no larger than the largest free piece. RAM that it cannot
 * describe is left out, and the log says so, with the reason. */
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "mm/memblock.h"
#include "mm/section.h"

#define SECTION_MAP_SIZE (PAGES_PER_SECTION * sizeof(struct page))
STATIC_ASSERT(SECTION_MAP_SIZE % PAGE_SIZE == 0);

/* The share of lowmem's RAM that the array may take: one in two. */
#define LOWMEM_SHARE 2

/* What it leaves free for the kernel itself: slab, stacks, CPUs' tables. */
#define KERNEL_REST MiB(4)

struct page *mem_map;

static size_t size; /* bytes in use */

/* Rounds up to whole largest blocks, so that each frame's buddies exist. */
static pfn_t whole_blocks(phys_addr_t end)
{
	return ALIGN(PFN_UP(end), (pfn_t)1 << MAX_PAGE_ORDER);
}

/* Frames that `bytes` of struct pages describe, in whole largest blocks. */
static pfn_t whole_blocks_in(phys_addr_t bytes)
{
	return ALIGN_DOWN((pfn_t)(bytes / sizeof(struct page)),
			  (pfn_t)1 << MAX_PAGE_ORDER);
}

/* What keeps the array from being larger. */
struct limit {
	pfn_t frames;	 /* it describes at most so many, whole blocks */
	const char *why; /* for the log */
};

/* Whether there is RAM in the section that begins at `pfn`. */
static bool has_ram(pfn_t pfn)
{
	return memblock_overlaps_region(&memblock.memory, PFN_PHYS(pfn),
					PFN_PHYS(PAGES_PER_SECTION));
}

/* How many of `all` frames an array of `bytes` describes, after its parts for
 * holes are freed. */
static pfn_t frames_for(phys_addr_t bytes, pfn_t all)
{
	pfn_t pfn = 0;

	for (; pfn < all; pfn += PAGES_PER_SECTION) {
		if (!has_ram(pfn))
			continue;
		if (bytes < SECTION_MAP_SIZE)
			break;
		bytes -= SECTION_MAP_SIZE;
	}
	return min(all, pfn + whole_blocks_in(bytes));
}

/* The largest free piece of lowmem: the array is one piece at first. */
static phys_addr_t largest_free_piece(void)
{
	phys_addr_t i, start, end, largest = 0;

	for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end,
				NULL) {
		start = PAGE_ALIGN(max(start, (phys_addr_t)PAGE_SIZE));
		end = ALIGN_DOWN(min(end, lowmem_end()), PAGE_SIZE);
		if (start < end)
			largest = max(largest, end - start);
	}
	return largest;
}

/* Bytes of lowmem that are free. */
static phys_addr_t free_lowmem(void)
{
	phys_addr_t i, start, end, sum = 0;

	for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end,
				NULL)
		if (start < lowmem_end())
			sum += min(end, lowmem_end()) - start;
	return sum;
}

/* The tightest limit to describing `all` frames. */
static struct limit find_limit(pfn_t all)
{
	phys_addr_t share =
		memblock_mem_between(0, lowmem_end()) / LOWMEM_SHARE;
	phys_addr_t spare = free_lowmem();
	struct limit limit = {frames_for(share, all), "half of lowmem"};
	pfn_t frames;

	frames = frames_for(spare > KERNEL_REST ? spare - KERNEL_REST : 0, all);
	if (frames < limit.frames)
		limit = (struct limit){frames, "what is free in lowmem"};
	frames = whole_blocks_in(largest_free_piece());
	if (frames < limit.frames)
		limit = (struct limit){frames, "the largest free piece of "
					       "lowmem"};
	return limit;
}

/* Leaves the RAM above frame `frames` out. */
static void clip(pfn_t frames, const char *why)
{
	phys_addr_t start = PFN_PHYS(frames), end = memblock_end_of_DRAM();
	phys_addr_t before = memblock_phys_mem_size(), lost;

	memblock_remove(start, PHYS_ADDR_MAX - start);
	lost = before - memblock_phys_mem_size();
	pr_warn("memory: %llu MiB from %pa to %pa left out: their struct pages "
		"would take more than %s\n",
		(unsigned long long)(lost >> 20), &start, &end, why);
}

/* Allocates the array for `frames` frames. */
static void allocate(pfn_t frames)
{
	mem_map = memblock_alloc_raw(frames * sizeof(struct page), PAGE_SIZE);
	if (!mem_map)
		panic("Too little memory: no room in lowmem for the %lu KiB "
		      "that describe its own %lu frames. Loft is made for "
		      "32 MiB of RAM and more",
		      (unsigned long)(frames * sizeof(struct page)) >> 10,
		      frames);
}

/* Frees the pieces of the array that describe no RAM. */
static void release_holes(pfn_t frames)
{
	for (pfn_t pfn = 0; pfn < frames; pfn += PAGES_PER_SECTION) {
		size_t piece = min(PAGES_PER_SECTION, frames - pfn) *
			       sizeof(struct page);

		if (section_present(pfn))
			continue;
		memblock_free(pfn_to_page(pfn), piece);
		ASSERT(size >= piece);
		size -= piece;
	}
}

pfn_t mem_map_init(void)
{
	pfn_t all = whole_blocks(memblock_end_of_DRAM());
	pfn_t least = min(all, whole_blocks(lowmem_end()));
	struct limit limit = find_limit(all);
	pfn_t frames = max(limit.frames, least);

	allocate(frames);
	if (frames < all)
		clip(frames, limit.why);
	size = frames * sizeof(struct page);
	sections_init(frames);
	release_holes(frames);
	return frames;
}

size_t mem_map_size(void)
{
	return size;
}
