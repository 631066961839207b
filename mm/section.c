/* SPDX-License-Identifier: MIT */
/* Sections made ready, one at a time.
 *
 *	memblock.memory    |==============|     |=====================|
 *	memblock.reserved     |###|
 *	section            |FF|RRR|FFFFFFF|AAAAA|FFFFFFFFFFFFFFFFFFFFF|
 *
 *	F  given to the free lists     R  RESERVED     A  ABSENT
 *
 * To make a section ready is to clear its struct pages, which makes every
 * frame INSIDE, and to read from memblock's lists what becomes of each. Those
 * lists are therefore left as memblock_free_all() left them; what is freed
 * later (memblock_free_late()) changes the list of a waiting section, and the
 * frames of one that is ready. That list is read under this file's lock and
 * changed without it: so to free late while there are other CPUs is a panic.
 *
 * A section goes from WAITING to READY once and never back, so who sees READY
 * needs no lock.
 *
 * Locking: section_lock protects all of this file's state, and the zones'
 * managed_pages and waiting_pages. Pages are counted as free before they are
 * no longer counted as waiting: who looks without the lock may see them twice,
 * and never misses any. */
#include "mm/section.h"

#include "arch/smp.h"
#include "kernel/atomic.h"
#include "kernel/panic.h"
#include "kernel/spinlock.h"
#include "kernel/string.h"
#include "mm/buddy.h"
#include "mm/memblock.h"

enum section_state {
	ABSENT,
	WAITING,
	READY
};

static DEFINE_SPINLOCK(section_lock, RANK_SECTION);
static uint8_t state[SECTIONS_MAX]; /* enum section_state */
static pfn_t covered;		    /* frames that mem_map describes */

/* Where the search for a waiting section goes on, for each zone: all before
 * it are ready or absent. */
static unsigned next_waiting[MAX_NR_ZONES];

/* The number of the section that `pfn` is in. */
static unsigned section_of(pfn_t pfn)
{
	return (unsigned)(pfn / PAGES_PER_SECTION);
}

/* The end of the section that `pfn` is in. */
static pfn_t section_end(pfn_t pfn)
{
	return min(ALIGN(pfn + 1, PAGES_PER_SECTION), covered);
}

void sections_init(pfn_t frames)
{
	struct memblock_region *region;

	covered = frames;
	memset(state, ABSENT, sizeof(state));
	memset(next_waiting, 0, sizeof(next_waiting));
	for_each_mem_region(region) {
		pfn_t pfn = PFN_DOWN(region->base);
		pfn_t end = PFN_UP(region->base + region->size);

		for (; pfn < end; pfn = section_end(pfn))
			state[section_of(pfn)] = WAITING;
	}
}

bool section_present(pfn_t pfn)
{
	return pfn < covered && state[section_of(pfn)] != ABSENT;
}

/* ---- What becomes of frames ---------------------------------------------- */

/* Gives the frames one state, each by itself. */
static void mark(pfn_t start, pfn_t end, enum page_state as)
{
	struct page *page = pfn_to_page(start), *last = pfn_to_page(end);

	for (; page < last; page++)
		page->head = PAGE_HEAD(as, 0);
}

/* Frames are free as soon as their section is ready. */
static void count_waiting(struct zone *zone, pfn_t start, pfn_t end)
{
	zone->waiting_pages += end - start;
	zone->managed_pages += end - start;
}

/* Frames that waited are free now. */
static void give_waiting(struct zone *zone, pfn_t start, pfn_t end)
{
	buddy_give_range(zone, start, end);
	zone->waiting_pages -= end - start;
}

/* Frames that were reserved are free now. */
static void give_reserved(struct zone *zone, pfn_t start, pfn_t end)
{
	mark(start, end, PG_INSIDE);
	zone->managed_pages += end - start;
	buddy_give_range(zone, start, end);
}

/* Whole frames of the next range of memory, without what `minus` lists, that
 * begins before frame `end`; false if there is none. */
static bool next_frames(phys_addr_t *cursor, const struct memblock_type *minus,
			pfn_t end, pfn_t *first, pfn_t *last)
{
	phys_addr_t low, high;

	do {
		if (!memblock_next_range(cursor, true, &memblock.memory, minus,
					 NUMA_NO_NODE, MEMBLOCK_NONE, &low,
					 &high, NULL) ||
		    low >= PFN_PHYS(end))
			return false;
		*first = PFN_UP(low);
		*last = PFN_DOWN(min(high, PFN_PHYS(end)));
	} while (*first >= *last);
	return true;
}

/* RAM from `start` to `end`, in one section: free, or else reserved. */
static void lay_out(pfn_t start, pfn_t end)
{
	phys_addr_t cursor = PFN_PHYS(start);
	pfn_t first, last;

	while (next_frames(&cursor, &memblock.reserved, end, &first, &last)) {
		mark(start, first, PG_RESERVED);
		for_each_zone_part(first, last, give_waiting);
		start = last;
	}
	mark(start, end, PG_RESERVED);
}

/* Makes the section that begins at `pfn` ready; the lock is held. */
static void make_ready(pfn_t pfn)
{
	pfn_t begin = pfn, end = section_end(pfn), first, last;
	phys_addr_t cursor = PFN_PHYS(pfn);

	memset(pfn_to_page(pfn), 0, (end - pfn) * sizeof(struct page));
	while (next_frames(&cursor, NULL, end, &first, &last)) {
		mark(pfn, first, PG_ABSENT);
		lay_out(first, last);
		pfn = last;
	}
	mark(pfn, end, PG_ABSENT);
	smp_store_release(&state[section_of(begin)], READY);
}

void section_make_ready(pfn_t pfn)
{
	uint8_t *its = &state[section_of(pfn)];
	unsigned long flags;

	if (smp_load_acquire(its) == READY)
		return;
	spin_lock_irqsave(&section_lock, flags);
	if (*its == WAITING)
		make_ready(ALIGN_DOWN(pfn, PAGES_PER_SECTION));
	spin_unlock_irqrestore(&section_lock, flags);
}

bool section_make_next_ready(const struct zone *zone)
{
	unsigned *next = &next_waiting[zone - zones];
	unsigned long flags;

	if (!READ_ONCE(zone->waiting_pages))
		return false;
	spin_lock_irqsave(&section_lock, flags);
	if (zone->waiting_pages) {
		*next = max(*next, section_of(zone->start_pfn));
		while (state[*next] != WAITING)
			++*next;
		make_ready(*next * PAGES_PER_SECTION);
	}
	spin_unlock_irqrestore(&section_lock, flags);
	return true;
}

bool section_make_any_ready(void)
{
	bool made = false;

	for (unsigned i = MAX_NR_ZONES; !made && i--;)
		made = section_make_next_ready(&zones[i]);
	return made;
}

bool pfn_valid(pfn_t pfn)
{
	if (!section_present(pfn))
		return false;
	section_make_ready(pfn);
	return true;
}

/* Where the run of sections in the same state that begins with that of `pfn`
 * ends, or `end` if that is before. */
static pfn_t same_state(pfn_t pfn, pfn_t end)
{
	uint8_t wanted = state[section_of(pfn)];

	while (pfn < end && state[section_of(pfn)] == wanted)
		pfn = section_end(pfn);
	return min(pfn, end);
}

/* memblock's way to say that frames are free: all at once at the hand-over,
 * when every section waits, and some later on. */
void memblock_free_pages(pfn_t start, pfn_t end)
{
	unsigned long flags;

	if (num_online_cpus() > 1)
		panic("memblock_free_late: frames 0x%lx-0x%lx come after other "
		      "CPUs, which may be reading memblock's lists: free them "
		      "before smp_init()",
		      start, end);
	spin_lock_irqsave(&section_lock, flags);
	while (start < end) {
		pfn_t part = same_state(start, end);
		bool waits = state[section_of(start)] == WAITING;

		for_each_zone_part(start, part,
				   waits ? count_waiting : give_reserved);
		start = part;
	}
	spin_unlock_irqrestore(&section_lock, flags);
}
