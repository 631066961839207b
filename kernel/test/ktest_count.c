/* SPDX-License-Identifier: MIT */
/* Counting around tests. See kernel/test/ktest_count.h.
 *
 * What a test leaves behind makes it fail, with a sentence for each kind: how
 * many of what, and the caller that took them if it is known. A state that
 * would break the following tests (interrupts off, preemption off) is reset.
 *
 * Pages of lowmem are counted as one zone: an object that stays may cost a page
 * of one or of the other. Those that slab keeps count as free, since it may
 * need more or fewer for the same objects. */
#include "ktest_count.h"

#include "arch/smp.h"
#include "kernel/ktest.h"
#include "kernel/lock_check.h"
#include "kernel/pagefault.h"
#include "kernel/string.h"
#include "kernel/timer.h"
#include "mm/highmem.h"
#include "mm/page_alloc.h"
#include "mm/page_owner.h"
#include "mm/slab.h"
#include "mm/slab_count.h"
#include "mm/vmalloc.h"
#include "mm/zone.h"

/* Ticks to count for, while frames are made ready. */
#define COUNTS 5

#define VMALLOC_PAGES ((VMALLOC_END - VMALLOC_START) / PAGE_SIZE)

struct pages {
	unsigned long low, high;
};

/* Before the test. */
static struct {
	struct pages pages;
	unsigned local, atomic, pool;
	unsigned long objects[SLAB_CACHES];
	bool cache[SLAB_CACHES];
	uint32_t slab_clock;
	uint8_t area[VMALLOC_PAGES / 8 + 1]; /* a bit where one begins */
} before;

/* ---- What the CPU and the task are in ------------------------------------ */

/* Locks that are held, as CHECK=1 knows. */
static void check_locks(void)
{
	for (unsigned i = 0; i < lock_check_depth(); i++)
		ktest_leak("the lock %s is held, taken at %pS",
			   lock_check_nth(i)->name, lock_check_nth(i)->holder);
	lock_check_forget(0);
	for (unsigned i = 0; i < current->held_mutexes; i++)
		ktest_leak("the mutex %s is locked, at %pS",
			   current->held_mutex[i]->name,
			   current->held_mutex[i]->holder);
	current->held_mutexes = 0;
}

/* Nothing that sleeps comes before this. */
static void check_context(void)
{
	unsigned word = this_cpu_read(preempt_word) & PREEMPT_NO_RESCHED;

	check_locks();
	if (current->pagefault_disabled)
		ktest_leak("page faults are off, %d deep: is a kunmap_atomic() "
			   "missing?",
			   current->pagefault_disabled);
	current->pagefault_disabled = 0;
	if (in_atomic())
		ktest_leak("preemption is off (count 0x%x): is a "
			   "preempt_enable(), spin_unlock() or "
			   "kunmap_atomic() missing?",
			   preempt_count());
	this_cpu_write(preempt_word, word);
	if (irqs_disabled())
		ktest_leak("interrupts are off: is a local_irq_restore() "
			   "missing?");
	local_irq_enable();
}

/* ---- Mappings ------------------------------------------------------------ */

static void check_stack(const char *api, unsigned now, unsigned then,
			const void *caller)
{
	if (now <= then)
		return;
	if (caller)
		ktest_leak("%u mappings of %s, the newest by %pS", now - then,
			   api, caller);
	else
		ktest_leak("%u mappings of %s", now - then, api);
}

static void leak_slot(const struct page *page, unsigned users,
		      const void *caller)
{
	ktest_leak("frame 0x%lx is mapped by %u kmap(), the first in %pS",
		   page_to_pfn(page), users, caller);
}

static void check_mappings(void)
{
	check_stack("kmap_local", kmap_local_mappings(), before.local,
		    kmap_local_caller());
	check_stack("kmap_atomic", kmap_atomic_mappings(), before.atomic, NULL);
	if (kmap_count().mapped > before.pool)
		kmap_visit_mapped(leak_slot);
}

/* ---- Areas --------------------------------------------------------------- */

/* The number of an area's first page. */
static unsigned first_page(const void *addr)
{
	return ((uintptr_t)addr - VMALLOC_START) / PAGE_SIZE;
}

static void note_area(const void *addr, unsigned pages, const void *caller)
{
	unsigned page = first_page(addr);

	(void)pages, (void)caller;
	before.area[page / 8] |= (uint8_t)(1u << page % 8);
}

static void check_area(const void *addr, unsigned pages, const void *caller)
{
	unsigned page = first_page(addr);

	if (!(before.area[page / 8] & 1u << page % 8))
		ktest_leak("an area of %u pages at %p, asked for by %pS", pages,
			   addr, caller);
}

/* ---- Objects ------------------------------------------------------------- */

static void leak_objects(const struct kmem_cache *cache, const void *caller,
			 unsigned long objects)
{
	ktest_leak("%lu objects of cache %s, allocated at %pS", objects,
		   kmem_cache_name(cache), caller);
}

/* Whether the cache has records of areas, of which gaps take some: the areas
 * themselves are counted. */
static bool is_of_areas(const struct kmem_cache *cache)
{
	return !strcmp(kmem_cache_name(cache), "vmap_area");
}

static void check_cache(unsigned number)
{
	struct kmem_cache *cache = kmem_cache_at(number);
	unsigned long then = before.objects[number];
	unsigned long now;

	if (!cache || is_of_areas(cache))
		return;
	now = kmem_cache_in_use(cache);
	if (!before.cache[number])
		ktest_leak("the cache %s, with %lu objects in use",
			   kmem_cache_name(cache), now);
	else if (now > then)
		ktest_leak("%lu objects of cache %s", now - then,
			   kmem_cache_name(cache));
	if (CHECK && now > then)
		kmem_cache_visit_users(cache, before.slab_clock, leak_objects);
}

static void note_caches(void)
{
	for (unsigned i = 0; i < SLAB_CACHES; i++) {
		const struct kmem_cache *cache = kmem_cache_at(i);

		before.cache[i] = cache;
		before.objects[i] = cache ? kmem_cache_in_use(cache) : 0;
	}
	before.slab_clock = slab_clock;
}

/* ---- Pages --------------------------------------------------------------- */

static struct pages count_pages(void)
{
	struct pages now;

	vm_unmap_aliases();
	kmem_caches_shrink();
	now.low = slab_count().pages;
	drain_all_pages();
	now.low += zone_free_pages(&zones[ZONE_DMA]) +
		   zone_free_pages(&zones[ZONE_NORMAL]);
	now.high = zone_free_pages(&zones[ZONE_HIGHMEM]);
	return now;
}

/* While another CPU makes frames ready some are counted twice, for less than a
 * tick: the fewest of several counts are right. */
static struct pages count_pages_safely(void)
{
	struct pages now = count_pages();

	for (unsigned i = 1; i < COUNTS && num_online_cpus() > 1 &&
			     zones[ZONE_HIGHMEM].waiting_pages;
	     i++) {
		msleep(1000 / HZ);
		now.high = min(now.high, count_pages().high);
	}
	return now;
}

static void leak_block(pfn_t pfn, const void *caller, const void *callers)
{
	const struct page *page = pfn_to_page(pfn);

	if (page_state(page) == PG_ALLOCATED)
		ktest_leak("the block of order %u at frame 0x%lx, allocated at "
			   "%pS, called from %pS",
			   page_order(page), pfn, caller, callers);
}

static void check_zone(const char *name, unsigned long now, unsigned long then)
{
	if (now < then)
		ktest_leak("%lu pages of %s were not freed", then - now, name);
	else if (now > then)
		ktest_leak("%lu pages of %s more are free than before: what "
			   "was taken earlier was freed",
			   now - then, name);
}

static void check_pages(void)
{
	struct pages now = count_pages_safely();

	check_zone("lowmem", now.low, before.pages.low);
	check_zone("highmem", now.high, before.pages.high);
	if (CHECK && now.low + now.high < before.pages.low + before.pages.high)
		page_owner_visit(leak_block);
}

/* ---- Around a test ------------------------------------------------------- */

void ktest_count_begin(void)
{
	page_owner_stop();
	before.pages = count_pages_safely();
	before.local = kmap_local_mappings();
	before.atomic = kmap_atomic_mappings();
	before.pool = kmap_count().mapped;
	note_caches();
	memset(before.area, 0, sizeof(before.area));
	vmalloc_visit(note_area);
	page_owner_start();
}

void ktest_count_end(void)
{
	check_context();
	check_mappings();
	check_pages();
	page_owner_stop();
	vmalloc_visit(check_area);
	for (unsigned i = 0; i < SLAB_CACHES; i++)
		check_cache(i);
}
