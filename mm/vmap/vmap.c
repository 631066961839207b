/* SPDX-License-Identifier: MIT */
/* Areas of the vmalloc range: allocating and freeing their addresses, and their
 * page-table entries. See mm/vmalloc.h.
 *
 *	        vmap_area_take()      vmap_area_end()     purge
 *	gap ──────────────────> live ──────────> lazy ──────> gap
 *	                                 unmapped     all CPUs have flushed
 *
 * Unmapping clears the entries and flushes no TLB. Until the purge, other CPUs
 * can still reach the pages through old TLB entries. This is harmless: the
 * addresses are not allocated again before the purge, and correct code does not
 * use an address after unmapping it.
 *
 * Locking: vmap_lock protects the areas, gaps and tags, and the list of lazy
 * ones. An area that is live, or that was ended and is in no list yet, belongs
 * to its caller: its tag can be read without the lock. Page-table entries
 * belong to the area. */
#include "vmap.h"

#include "arch/page.h"
#include "arch/smp.h"
#include "arch/tlb.h"
#include "kernel/atomic.h"
#include "kernel/mutex.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/spinlock.h"
#include "mm/page_alloc.h"
#include "mm/page_check.h"
#include "mm/slab.h"

DEFINE_SPINLOCK(vmap_lock, RANK_VMAP);
static DEFINE_MUTEX(purge_lock, RANK_MUTEX);
struct vmap_space vmap_space;
static struct kmem_cache *cache; /* of struct vmap_area */

/* Areas that were ended, unmapped, the newest first. */
static struct {
	struct vmap_area *first;
	unsigned pages;
	unsigned most; /* pages that may be lazy: from lazy_most() */
	unsigned long purges;
} lazy;

/* ---- Lazy areas ---------------------------------------------------------- */

/* How many pages of addresses may be lazy: three eighths of all, or twice that
 * if a flush interrupts other CPUs. */
static unsigned lazy_most(void)
{
	unsigned part = SPACE_PAGES / 8 * 3;

	return num_online_cpus() > 1 ? 2 * part : part;
}

/* Steps of freeing addresses while the lock is held: preemption is off for
 * 15,000 instructions at most, and other tasks wait no longer. */
#define STEPS_AT_ONCE (32 * VM_STEPS_OF_GAP)

/* Flushes all CPUs, and frees the addresses of all areas that are lazy now. If
 * another task is purging already, the caller waits until it has finished. */
static __noinline void purge(void)
{
	struct vmap_area *area;

	mutex_lock(&purge_lock);
	spin_lock(&vmap_lock);
	area = lazy.first;
	lazy.first = NULL;
	lazy.pages = 0;
	lazy.most = lazy_most();
	spin_unlock(&vmap_lock);
	/* They are in no list, but their tags still mark them as lazy. */
	if (area)
		flush_tlb_all();
	while (area) {
		spin_lock(&vmap_lock);
		area = vmap_space_give_list(&vmap_space, area, STEPS_AT_ONCE);
		lazy.purges += !area;
		spin_unlock(&vmap_lock);
	}
	mutex_unlock(&purge_lock);
}

/* ---- Areas --------------------------------------------------------------- */

/* Fills the stock with enough records for one area. The caller holds the lock,
 * which is released meanwhile. False if memory is short. */
static bool fill_stock(void)
{
	while (vmap_space.stocked < VM_STOCK_NEEDED) {
		struct vmap_area *area;

		spin_unlock(&vmap_lock);
		area = kmem_cache_alloc(cache, GFP_KERNEL);
		spin_lock(&vmap_lock);
		if (!area)
			return false;
		vmap_space_stock(&vmap_space, area);
	}
	return true;
}

/* Takes an area from the gaps that are free now, or returns NULL. */
static inline struct vmap_area *try_take(uint32_t pages, uint32_t align)
{
	struct vmap_area *area = NULL;

	spin_lock(&vmap_lock);
	if (likely(vmap_space.stocked >= VM_STOCK_NEEDED) || fill_stock())
		area = vmap_space_take(&vmap_space, pages, align);
	spin_unlock(&vmap_lock);
	return area;
}

/* The same after a purge. */
static __noinline struct vmap_area *take_after_purge(uint32_t pages,
						     uint32_t align)
{
	vfree_deferred();
	purge();
	return try_take(pages, align);
}

struct vmap_area *vmap_area_take(uint32_t pages, size_t align,
				 enum vm_kind kind, const void *caller)
{
	struct vmap_area *area;

	if (unlikely(in_interrupt()))
		panic("vmap: an area is asked for %s, at %pS: that may take "
		      "long. Map before, or use kmap_local_page()",
		      atomic_reason(), caller);
	might_sleep_as("vmap", caller);
	if (!pages || pages >= SPACE_PAGES)
		return NULL;
	area = try_take(pages + 1, align / PAGE_SIZE);
	if (unlikely(!area))
		area = take_after_purge(pages + 1, align / PAGE_SIZE);
	if (likely(area)) {
		area->mapped = pages;
		area->caller = caller;
		smp_store_release(&area->kind, kind);
	}
	return area;
}

/* Inline so that vunmap()'s constant arguments remove branches. */
static inline struct vmap_area *end_area(const volatile void *addr,
					 enum vm_kind kind, const char *api,
					 const void *caller)
{
	uint32_t page = ((uint32_t)addr - VMALLOC_START) / PAGE_SIZE;
	struct vmap_area *area =
		page < SPACE_PAGES ? vmap_space.tag[page] : NULL;
	unsigned live = kind;

	if (likely(!in_interrupt()))
		might_sleep_as(api, caller);
	else if (kind != VM_ALLOC)
		panic("%s: %p is ended %s, at %pS, where that may be under way "
		      "already: leave it to a task",
		      api, (const void *)addr, atomic_reason(), caller);
	/* If two callers free the same area, one exchange succeeds. */
	if (unlikely(!area || area->page != page ||
		     (uint32_t)addr % PAGE_SIZE ||
		     !__atomic_compare_exchange_n(&area->kind, &live, VM_LAZY,
						  false, __ATOMIC_RELAXED,
						  __ATOMIC_RELAXED)))
		vmap_area_misused(addr, kind, api, caller);
	area->ender = caller;
	return area;
}

struct vmap_area *vmap_area_end(const volatile void *addr, enum vm_kind kind,
				const char *api, const void *caller)
{
	return end_area(addr, kind, api, caller);
}

/* ---- Page tables --------------------------------------------------------- */

/* pte_set_frame() of a page: its distance from the first page, 16 bytes for
 * each frame, is shifted into place, and not divided first. */
static inline void set_page(pte_t *entry, const struct page *page, pte_t prot)
{
	volatile uint32_t *half = (volatile uint32_t *)entry;
	uint32_t distance = (uint32_t)page - (uint32_t)mem_map;

	STATIC_ASSERT(sizeof(*page) == 16);
	half[1] = distance >> (32 + 4 - PAGE_SHIFT) | (uint32_t)(prot >> 32);
	half[0] = distance << (PAGE_SHIFT - 4) | (uint32_t)prot;
}

/* Four at a time. The compiler would unroll the loop as well, but with more
 * instructions for a single page. */
static inline void map_pages(uint32_t virt, struct page **pages, unsigned count,
			     pte_t prot)
{
	pte_t *entry = vmalloc_pte(virt);

	for (; count >= 4; count -= 4, entry += 4, pages += 4) {
		set_page(&entry[0], pages[0], prot);
		set_page(&entry[1], pages[1], prot);
		set_page(&entry[2], pages[2], prot);
		set_page(&entry[3], pages[3], prot);
	}
	for (; count; count--)
		set_page(entry++, *pages++, prot);
}

void vm_map_pages(uint32_t virt, struct page **pages, unsigned count,
		  pte_t prot)
{
	map_pages(virt, pages, count, prot);
}

static inline void unmap_pages(uint32_t virt, unsigned count)
{
	pte_t *entry = vmalloc_pte(virt);

	if (unlikely(count >= PTRS_PER_TABLE)) {
		vm_unmap_large(virt, count);
		return;
	}
	for (; count >= 4; count -= 4, entry += 4) {
		pte_kill(&entry[0]);
		pte_kill(&entry[1]);
		pte_kill(&entry[2]);
		pte_kill(&entry[3]);
	}
	for (; count; count--)
		pte_kill(entry++);
}

void vmap_area_unmap(struct vmap_area *area)
{
	bool enough;

	unmap_pages(vm_address(area), area->mapped);
	/* With the flush a late access faults at once. */
	if (CHECK)
		flush_tlb_kernel_range(vm_address(area),
				       vm_address(area) +
					       area->mapped * PAGE_SIZE);
	spin_lock(&vmap_lock);
	area->next = lazy.first;
	lazy.first = area;
	lazy.pages += area->pages;
	enough = lazy.pages > lazy.most;
	spin_unlock(&vmap_lock);
	if (unlikely(enough))
		purge();
}

void vm_count_mapped(const struct vmap_area *area, bool more)
{
	pfn_t pfn;

	for (uint32_t i = 0; i < area->mapped; i++)
		if (vm_shows_frame(vm_address(area) + i * PAGE_SIZE, &pfn))
			page_count_vmap(pfn, more);
}

/* CHECK=1: panics at the first of the pages that is none. A count that is
 * refused says nothing of how far the array reaches. */
static void check_pages(struct page **pages, unsigned count, const void *caller)
{
	for (unsigned i = 0; count < SPACE_PAGES && i < count; i++)
		page_check_use("vmap", pages[i], caller);
}

/* Maps frames, with large pages where possible. */
static void *__noinline map_frames(const struct vm_frames *from, unsigned count,
				   pte_t prot, pfn_t first, const void *caller)
{
	struct vmap_area *area =
		vmap_area_take_large(first, count, PAGE_SIZE, VM_MAP, caller);

	if (!area)
		return NULL;
	vm_map_frames(vm_address(area), from, count, prot_supported(prot));
	if (CHECK)
		vm_count_mapped(area, true);
	return (void *)vm_address(area);
}

void *vmap(struct page **pages, unsigned count, unsigned long flags, pte_t prot)
{
	const void *caller = __builtin_return_address(0);
	struct vmap_area *area;

	if (unlikely(flags && flags != VM_MAP))
		panic("vmap: called at %pS with the flags 0x%lx: they are "
		      "VM_MAP or 0, and the area is one of vmap()",
		      caller, flags);
	if (CHECK)
		check_pages(pages, count, caller);
	if (unlikely(count >= PTRS_PER_TABLE))
		return map_frames(&(struct vm_frames){.pages = pages}, count,
				  prot, page_to_pfn(pages[0]), caller);
	area = vmap_area_take(count, PAGE_SIZE, VM_MAP, caller);
	if (!area)
		return NULL;
	map_pages(vm_address(area), pages, count, prot_supported(prot));
	if (CHECK)
		vm_count_mapped(area, true);
	return (void *)vm_address(area);
}

void *vmap_pfn(const pfn_t *pfns, unsigned count, pte_t prot)
{
	return map_frames(&(struct vm_frames){.pfns = pfns}, count, prot,
			  count ? pfns[0] : 0, __builtin_return_address(0));
}

void vunmap(const void *addr)
{
	struct vmap_area *area;

	if (!addr)
		return;
	area = end_area(addr, VM_MAP, "vunmap", __builtin_return_address(0));
	if (CHECK)
		vm_count_mapped(area, false);
	vmap_area_unmap(area);
}

/* Frees the records in stock, except those that the next area needs. */
static void trim_stock(void)
{
	struct vmap_area *area = NULL;

	do {
		if (area)
			kmem_cache_free(cache, area);
		spin_lock(&vmap_lock);
		area = vmap_space.stocked > VM_STOCK_NEEDED
			       ? vmap_space_unstock(&vmap_space)
			       : NULL;
		spin_unlock(&vmap_lock);
	} while (area);
}

void vm_unmap_aliases(void)
{
	if (unlikely(in_interrupt()))
		panic("vm_unmap_aliases: called %s, at %pS: it waits for "
		      "others",
		      atomic_reason(), __builtin_return_address(0));
	might_sleep();
	vfree_deferred();
	purge();
	trim_stock();
	kmem_cache_shrink(cache);
}

/* ---- Questions ----------------------------------------------------------- */

bool vm_shows_frame(uint32_t virt, pfn_t *pfn)
{
	pte_t entry = large_pde(virt);

	if (entry) {
		*pfn = pte_pfn(&entry) + pte_index(virt);
		return true;
	}
	entry = *vmalloc_pte(virt);
	*pfn = pte_pfn(&entry);
	return entry & PTE_PRESENT;
}

pfn_t vmalloc_to_pfn(const void *addr)
{
	uint32_t virt = (uint32_t)addr;
	pfn_t pfn;

	if (unlikely(!is_vmalloc_addr(addr) || !vm_shows_frame(virt, &pfn)))
		panic("vmalloc_to_page: nothing is mapped at %p, in %s", addr,
		      layout_region(virt));
	return pfn;
}

struct page *vmalloc_to_page(const void *addr)
{
	pfn_t pfn = vmalloc_to_pfn(addr);

	if (unlikely(!pfn_valid(pfn)))
		panic("vmalloc_to_page: %p shows frame 0x%lx, which has no "
		      "struct page: ask vmalloc_to_pfn()",
		      addr, pfn);
	return pfn_to_page(pfn);
}

struct vmalloc_counts vmalloc_count(void)
{
	struct vmalloc_counts counts = {0};

	spin_lock(&vmap_lock);
	for (uint32_t page = 0; page < SPACE_PAGES;) {
		const struct vmap_area *area = vmap_space.tag[page];

		counts.areas += area->kind != VM_GAP;
		page += area->pages;
	}
	for (const struct vmap_area *area = lazy.first; area; area = area->next)
		counts.lazy++;
	counts.areas -= counts.lazy;
	counts.lazy_pages = lazy.pages;
	counts.pages =
		SPACE_PAGES - vmap_space_free_pages(&vmap_space) - lazy.pages;
	counts.purges = lazy.purges;
	spin_unlock(&vmap_lock);
	return counts;
}

void vmalloc_init(void)
{
	struct vmap_area *first, **tags;

	cache = kmem_cache_create("vmap_area", sizeof(struct vmap_area), 0,
				  SLAB_PANIC, NULL);
	first = kmem_cache_alloc(cache, GFP_KERNEL);
	tags = alloc_pages_exact(SPACE_PAGES * sizeof(*tags),
				 GFP_KERNEL | __GFP_ZERO);
	if (!first || !tags)
		panic("Too little memory: no room to keep track of the vmalloc "
		      "area");
	vmap_space_init(&vmap_space, SPACE_PAGES, tags, first);
	vmap_space.base = VMALLOC_START / PAGE_SIZE;
	lazy.most = lazy_most();
}
