/* SPDX-License-Identifier: MIT */
/* Sections made ready, one at a time.
 *
 *	memblock.memory    |==============|     |=====================|
 *	memblock.reserved     |###|
 *	section            |FF|RRR|FFFFFFF|AAAAA|FFFFFFFFFFFFFFFFFFFFF|
 *
 *	F  given to the free lists     R  RESERVED     A  ABSENT
 *
 * Making a section ready clears its struct pages, which makes every frame
 * INSIDE, and then sets the state of each frame from memblock's lists. Those
 * lists must therefore stay as memblock_free_all() left them. A later
 * memblock_free_late() changes memblock's list if the section waits, and the
 * frames themselves if it is ready. This file reads the list under its lock,
 * but memblock changes it without: memblock_free_late() panics once other CPUs
 * run.
 *
 * A section goes from WAITING to READY once and never back, so a reader that
 * sees READY needs no lock.
 *
 * Locking: section_lock protects all of this file's state, and the zones'
 * managed_pages and waiting_pages. Pages are added to the free count before
 * they leave the waiting count: a reader without the lock may count pages
 * twice, and never misses one. */
#include "mm/section.h"

#include "arch/smp.h"
#include "buddy.h"
#include "kernel/atomic.h"
#include "kernel/panic.h"
#include "kernel/sched.h"
#include "kernel/spinlock.h"
#include "kernel/string.h"
#include "mm/memblock.h"

enum section_state {
	ABSENT,
	WAITING,
	READY
};

static DEFINE_SPINLOCK(section_lock, RANK_SECTION);
static uint8_t state[SECTIONS_MAX]; /* enum section_state */
static pfn_t covered;		    /* frames that mem_map describes */

/* For each zone, the section where the search for a waiting one starts: all
 * sections before it are ready or absent. */
static unsigned next_waiting[MAX_NR_ZONES];

/* The number of the section that `pfn` is in. */
static unsigned section_of(pfn_t pfn)
{
	ASSERT(pfn / PAGES_PER_SECTION < SECTIONS_MAX);
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

	ASSERT(IS_ALIGNED(frames, (pfn_t)1 << MAX_PAGE_ORDER));
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

/* ---- The states of frames ------------------------------------------------ */

/* Makes each frame of [start, end) a head of order 0 in state `as`. */
static void mark(pfn_t start, pfn_t end, enum page_state as)
{
	struct page *page = pfn_to_page(start), *last = pfn_to_page(end);

	for (; page < last; page++)
		page->head = PAGE_HEAD(as, 0);
}

/* Counts free frames of a section that waits. */
static void count_waiting(struct zone *zone, pfn_t start, pfn_t end)
{
	zone->waiting_pages += end - start;
	zone->managed_pages += end - start;
}

/* Frees frames that were counted as waiting. */
static void give_waiting(struct zone *zone, pfn_t start, pfn_t end)
{
	buddy_give_range(zone, start, end);
	ASSERT(zone->waiting_pages >= end - start);
	zone->waiting_pages -= end - start;
}

/* Frees frames of a ready section that were reserved. */
static void give_reserved(struct zone *zone, pfn_t start, pfn_t end)
{
	mark(start, end, PG_INSIDE);
	zone->managed_pages += end - start;
	buddy_give_range(zone, start, end);
}

/* Finds the whole frames of the next range of memory, minus what `minus` lists,
 * that begins before frame `end`. Returns false if there is none. */
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

/* Sets the states of the RAM frames [start, end), which lie in one section:
 * frees those that memblock has free and marks the others RESERVED. */
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

/* Makes the section that begins at `pfn` ready. The caller holds the lock. */
static void make_ready(pfn_t pfn)
{
	pfn_t begin = pfn, end = section_end(pfn), first, last;
	phys_addr_t cursor = PFN_PHYS(pfn);

	lockdep_assert_held(&section_lock);
	ASSERT(IS_ALIGNED(pfn, PAGES_PER_SECTION));
	ASSERT(state[section_of(pfn)] == WAITING);
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
		ASSERT(*next <= section_of(zone->end_pfn - 1));
		make_ready(*next * PAGES_PER_SECTION);
	}
	spin_unlock_irqrestore(&section_lock, flags);
	return true;
}

bool section_make_any_ready(void)
{
	bool made = false;

	for (unsigned i = MAX_NR_ZONES; !made && i--;)
		made = READ_ONCE(zones[i].waiting_pages) &&
		       section_make_next_ready(&zones[i]);
	return made;
}

IDLE_WORK(section_make_any_ready);

bool pfn_valid(pfn_t pfn)
{
	if (!section_present(pfn))
		return false;
	section_make_ready(pfn);
	return true;
}

/* The end of the run of sections, from that of `pfn` on, that are in the same
 * state; `end` if the run is longer. */
static pfn_t same_state(pfn_t pfn, pfn_t end)
{
	uint8_t wanted = state[section_of(pfn)];

	while (pfn < end && state[section_of(pfn)] == wanted)
		pfn = section_end(pfn);
	return min(pfn, end);
}

/* memblock calls this for frames that are free: for all of them at the
 * hand-over, when every section waits, and for memblock_free_late(). */
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
