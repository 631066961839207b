/* SPDX-License-Identifier: MIT */
/* kmap_local: mappings that belong to a task.
 *
 *	task A runs      A's slots in the window      | a0 | a1 | a2 |    |
 *	switch           saved with A; B's entries    | b0 |    |    |    |
 *	                 are written, the rest cleared
 *	... A runs again, on whatever CPU: a0, a1, a2, at the same addresses.
 *
 * While a task runs, the window itself is the only record of its mappings, so
 * that a mapping stores its entry once. A record in the task exists only while
 * another task runs.
 *
 * An entry is stored in two halves, and a switch may come between the two
 * stores. The first half is then saved, and written into the other CPU's
 * window. The second store goes there, too, because an entry has the same
 * address on each CPU. */
#include "kernel/panic.h"
#include "kernel/task.h"
#include "mm/kmap.h"
#include "mm/page_alloc.h"

/* ---- Mapping ------------------------------------------------------------- */

/* The caller of the caller is the code that maps. */
#define map_frame(pfn, prot)                                     \
	kmap_push_checked(KMAP_LOCAL, PFN_PHYS(pfn) | (prot), 1, \
			  __builtin_return_address(0))

void *kmap_local_pfn(pfn_t pfn)
{
	return map_frame(pfn, kmap_prot);
}

void *kmap_local_pfn_prot(pfn_t pfn, pte_t prot)
{
	return map_frame(pfn, prot_supported(prot));
}

void *kmap_local_page_prot(const struct page *page, pte_t prot)
{
	page_check(__func__, page, __builtin_return_address(0));
	if (!kmap_needed(page) && prot == PAGE_KERNEL)
		return kmap_direct(page);
	return map_frame(page_to_pfn(page), prot_supported(prot));
}

void *kmap_local_folio(struct folio *folio, size_t offset)
{
	struct page *page = &folio->page;
	unsigned long pages;
	char *start;

	page_check(__func__, page, __builtin_return_address(0));
	pages = folio_nr_pages(folio);
	if (unlikely(offset >= folio_size(folio)))
		panic("kmap_local_folio: byte 0x%zx is not in the folio at "
		      "frame 0x%lx, which has 0x%zx",
		      offset, folio_pfn(folio), folio_size(folio));
	if (!kmap_needed(page))
		return (char *)kmap_direct(page) + offset;
	if (pages > KMAP_FOLIO_PAGES) {
		page += offset >> PAGE_SHIFT;
		offset &= PAGE_SIZE - 1;
		pages = 1;
	}
	start = kmap_push_checked(KMAP_LOCAL, page_to_phys(page) | kmap_prot,
				  (unsigned)pages, __builtin_return_address(0));
	return start + offset;
}

/* ---- From task to task --------------------------------------------------- */

bool kmap_local_reserve(gfp_t gfp)
{
	struct kmap_task *task = &current->kmap;
	struct page *page;

	STATIC_ASSERT(KMAP_LOCAL_SLOTS * sizeof(*task->entry) <= PAGE_SIZE);
	if (task->entry != task->few)
		return true;
	task->taking_page = true;
	page = alloc_page(gfp & ~__GFP_HIGHMEM);
	task->taking_page = false;
	if (page)
		task->entry = lowmem_page_address(page);
	return page;
}

void kmap_task_free_page(struct kmap_task *task)
{
	__free_page(virt_to_page(task->entry));
}

/* Saves what the n-th slot holds. */
static inline void save(pte_t *entry, unsigned n)
{
	entry[n] = *window_pte(kmap_stack_base(KMAP_LOCAL) + n);
}

/* Saves, or restores, the slots that only one of the two tasks uses, and
 * flushes them on this CPU; returns the number of slots that both use. */
static unsigned __noinline switch_unshared(pte_t *saved, unsigned live,
					   const pte_t *restored,
					   unsigned wanted)
{
	const vpn_t base = kmap_stack_base(KMAP_LOCAL);
	unsigned n;

	for (n = live; n > wanted;) {
		save(saved, --n);
		window_clear(base + n, window_address(base + n));
	}
	ASSERT(live != wanted);
	kmap_set_next(KMAP_LOCAL, base + wanted);
	for (n = wanted; n > live;) {
		n--;
		window_set(base + n, restored[n]);
	}
	return min(live, wanted);
}

/* Slots that both tasks use are overwritten, and flushed once. */
void __regparm kmap_switch_live(struct kmap_task *prev, struct kmap_task *next)
{
	const vpn_t base = kmap_stack_base(KMAP_LOCAL);
	unsigned live = kmap_local_slots(), wanted = next->live;
	const pte_t *restored = next->entry;
	pte_t *saved = prev->entry;

	ASSERT(irqs_disabled() && !prev->live);
	ASSERT(live <= ARRAY_SIZE(prev->few) || saved != prev->few);
	prev->live = live;
	next->live = 0;
	if (live != wanted)
		live = switch_unshared(saved, live, restored, wanted);
	while (live--) {
		save(saved, live);
		window_replace(base + live, restored[live]);
	}
}

void kmap_local_panic_live(const char *when)
{
	panic("kmap_local: a task %s with %u mappings (the list is below). "
	      "Unmap what was mapped",
	      when, kmap_mappings(KMAP_LOCAL));
}
