/* SPDX-License-Identifier: MIT */
/* Areas of the vmalloc area: taking them, ending them, and what comes in
 * between of the page tables. See mm/vmalloc.h.
 *
 *	        vm_area_take()      vm_area_end()     purge
 *	gap ──────────────────> live ──────────> lazy ──────> gap
 *	                                 unmapped     all CPUs have flushed
 *
 * Unmapping stores zeros and tells nobody. Until the purge other CPUs may still
 * reach the pages through what they remember; the addresses are not given out
 * again, so nobody who obeys the rules does.
 *
 * Locking: vmap_lock protects the areas, gaps and tags, and the list of lazy
 * ones. An area that is live, or that was ended and is in no list yet, belongs
 * to its user: its tag can be read without the lock. Page-table entries belong
 * to the area. */
#include "mm/vmap.h"

#include "arch/page.h"
#include "arch/smp.h"
#include "arch/tlb.h"
#include "kernel/atomic.h"
#include "kernel/mutex.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/spinlock.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"

#define SPACE_PAGES ((VMALLOC_END - VMALLOC_START) / PAGE_SIZE)

static DEFINE_SPINLOCK(vmap_lock, RANK_VMAP);
static DEFINE_MUTEX(purge_lock, RANK_MUTEX);
static struct vm_space space;
static struct kmem_cache *cache; /* of struct vm_area */

/* Areas that were ended, unmapped, the newest first. */
static struct {
	struct vm_area *first;
	unsigned areas, pages;
	unsigned long purges;
} lazy;

static unsigned live_areas;

/* ---- Lazy areas --------------------------------------------------------------- */

/* How many pages of addresses may wait: three eighths of all, or twice that
 * where a flush interrupts somebody. */
static unsigned lazy_most(void)
{
	unsigned part = SPACE_PAGES / 8 * 3;

	return num_online_cpus() > 1 ? 2 * part : part;
}

/* Makes the addresses of a list of areas available; the lock is held. Areas that
 * were taken one after the other often end so, and are one. */
static void give_back(struct vm_area *area)
{
	while (area) {
		struct vm_area *next = area->next;

		while (next && next->page + next->pages == area->page) {
			struct vm_area *joined = next;

			next = next->next;
			vm_space_join(&space, area, joined);
		}
		vm_space_give(&space, area);
		area = next;
	}
}

/* Makes the addresses of all areas that are lazy now available. Who comes
 * while another does so waits until they are. */
static void purge(void)
{
	struct vm_area *area;

	mutex_lock(&purge_lock);
	spin_lock(&vmap_lock);
	area = lazy.first;
	lazy.first = NULL;
	lazy.areas = lazy.pages = 0;
	spin_unlock(&vmap_lock);
	/* They are in no list, but their tags still say that they are lazy. */
	if (area)
		flush_tlb_all();
	spin_lock(&vmap_lock);
	lazy.purges += area != NULL;
	give_back(area);
	spin_unlock(&vmap_lock);
	mutex_unlock(&purge_lock);
}

/* ---- Areas ------------------------------------------------------------------------ */

/* Sees to it that the stock has enough for one area; the lock is held, and is
 * let go of meanwhile. False if memory is short. */
static bool fill_stock(void)
{
	while (space.stocked < VM_STOCK_NEEDED) {
		struct vm_area *area;

		spin_unlock(&vmap_lock);
		area = kmem_cache_alloc(cache, GFP_KERNEL);
		spin_lock(&vmap_lock);
		if (!area)
			return false;
		vm_space_stock(&space, area);
	}
	return true;
}

/* Takes what fits now, or nothing. */
static inline struct vm_area *try_take(uint32_t pages, uint32_t align)
{
	struct vm_area *area = NULL;

	spin_lock(&vmap_lock);
	if (likely(space.stocked >= VM_STOCK_NEEDED) || fill_stock())
		area = vm_space_take(&space, pages, align);
	if (likely(area))
		live_areas++;
	spin_unlock(&vmap_lock);
	return area;
}

/* The same once all that can be had again is had. */
static __noinline struct vm_area *take_after_purge(uint32_t pages,
						   uint32_t align)
{
	purge();
	return try_take(pages, align);
}

struct vm_area *vm_area_take(uint32_t pages, size_t align, enum vm_kind kind,
			     const void *caller)
{
	struct vm_area *area;

	if (unlikely(in_interrupt()))
		panic("vmap: an area is asked for in an interrupt, at %pS: "
		      "that may take long. Map before, or use "
		      "kmap_local_page()",
		      caller);
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

static const char *const kind_name[] = {
	[VM_GAP] = "gap",	    [VM_LAZY] = "ended",
	[VM_MAP] = "vmap()",	    [VM_ALLOC] = "vmalloc()",
	[VM_IOREMAP] = "ioremap()",
};

static const char *const ends_with[] = {
	[VM_MAP] = "vunmap()",
	[VM_ALLOC] = "vfree()",
	[VM_IOREMAP] = "iounmap()",
};

/* What page `page` of the range lies in, by someone who may not wait for the
 * lock. NULL if it is being changed: then tags lead to what lies elsewhere. */
static const struct vm_area *look_up(uint32_t page)
{
	for (uint32_t first = 0; first < SPACE_PAGES;) {
		const struct vm_area *area = READ_ONCE(space.tag[first]);
		uint32_t pages = area ? READ_ONCE(area->pages) : 0;

		if (!pages || READ_ONCE(area->page) != first)
			return NULL;
		if (page - first < pages)
			return area;
		first += pages;
	}
	return NULL;
}

/* What an address is, that nobody can end so. */
static void panic_not_ending(const volatile void *addr, enum vm_kind kind,
			     const char *api,
			     const void *caller) __noreturn __cold;
static void panic_not_ending(const volatile void *addr, enum vm_kind kind,
			     const char *api, const void *caller)
{
	const void *at = (const void *)addr;
	uint32_t page = ((uint32_t)addr - VMALLOC_START) / PAGE_SIZE;
	const struct vm_area *area;

	if (!is_vmalloc_addr(addr))
		panic("%s: %p, from %pS, is not in the vmalloc area, but in "
		      "%s",
		      api, at, caller, layout_region((uint32_t)addr));
	area = look_up(page);
	if (!area || area->kind == VM_GAP)
		panic("%s: nothing is at %p, from %pS: was it ended twice, "
		      "long ago?",
		      api, at, caller);
	if (area->kind == VM_LAZY)
		panic("%s: what was at %p, from %pS, has ended already, at "
		      "%pS; %pS had asked for it",
		      api, at, caller, area->ender, area->caller);
	if (area->kind != kind)
		panic("%s: %p, from %pS, is an area of %s, which ends with %s",
		      api, at, caller, kind_name[area->kind],
		      ends_with[area->kind]);
	panic("%s: %p, from %pS, is inside the area that %pS asked for, which "
	      "begins at 0x%lx: it ends by its beginning",
	      api, at, caller, area->caller, (unsigned long)vm_address(area));
}

struct vm_area *vm_area_end(const volatile void *addr, enum vm_kind kind,
			    const char *api, const void *caller)
{
	uint32_t page = ((uint32_t)addr - VMALLOC_START) / PAGE_SIZE;
	struct vm_area *area = page < SPACE_PAGES ? space.tag[page] : NULL;
	unsigned live = kind;

	if (unlikely(in_interrupt()) && kind != VM_ALLOC)
		panic("%s: %p is ended in an interrupt, at %pS, where it may "
		      "be under way already: leave it to a task",
		      api, (const void *)addr, caller);
	/* Of two who end it one is the first. */
	if (unlikely(!area || area->page != page ||
		     (uint32_t)addr % PAGE_SIZE ||
		     !__atomic_compare_exchange_n(&area->kind, &live, VM_LAZY,
						  false, __ATOMIC_RELAXED,
						  __ATOMIC_RELAXED)))
		panic_not_ending(addr, kind, api, caller);
	area->ender = caller;
	return area;
}

/* ---- Mappings of pages that one has ------------------------------------------ */

void vm_area_unmap(struct vm_area *area)
{
	bool enough;

	vm_unmap(vm_address(area), area->mapped);
	spin_lock(&vmap_lock);
	live_areas--;
	area->next = lazy.first;
	lazy.first = area;
	lazy.areas++;
	lazy.pages += area->pages;
	enough = lazy.pages > lazy_most();
	spin_unlock(&vmap_lock);
	if (unlikely(enough))
		purge();
}

/* Where the pages could be seen 2 MiB at a time, an address that allows it. */
static inline size_t alignment(struct page **pages, unsigned count)
{
	return vm_may_be_large(page_to_pfn(pages[0]), count) ? PMD_SIZE
							     : PAGE_SIZE;
}

void *vmap(struct page **pages, unsigned count, enum vm_kind flags, pte_t prot)
{
	struct vm_area *area;

	/* vfree() would free the caller's pages; a gap would be in no tree. */
	BUG_ON(flags != VM_MAP);
	area = vm_area_take(count, alignment(pages, count), VM_MAP,
			    __builtin_return_address(0));
	if (!area)
		return NULL;
	vm_map_pages(vm_address(area), pages, count, prot_supported(prot));
	return (void *)vm_address(area);
}

void *vmap_pfn(const pfn_t *pfns, unsigned count, pte_t prot)
{
	struct vm_area *area = vm_area_take(count, PAGE_SIZE, VM_MAP,
					    __builtin_return_address(0));
	pte_t *entry;

	if (!area)
		return NULL;
	prot = prot_supported(prot);
	entry = vmalloc_pte(vm_address(area));
	for (unsigned i = 0; i < count; i++)
		pte_set_frame(&entry[i], pfns[i], prot);
	return (void *)vm_address(area);
}

void vunmap(const void *addr)
{
	if (addr)
		vm_area_unmap(vm_area_end(addr, VM_MAP, "vunmap",
					  __builtin_return_address(0)));
}

/* Frees the structures in stock but for those that the next area needs. */
static void trim_stock(void)
{
	struct vm_area *area = NULL;

	do {
		if (area)
			kmem_cache_free(cache, area);
		spin_lock(&vmap_lock);
		area = space.stocked > VM_STOCK_NEEDED
			       ? vm_space_unstock(&space)
			       : NULL;
		spin_unlock(&vmap_lock);
	} while (area);
}

void vm_unmap_aliases(void)
{
	if (unlikely(in_interrupt()))
		panic("vm_unmap_aliases: called in an interrupt, at %pS: it "
		      "waits for others",
		      __builtin_return_address(0));
	purge();
	trim_stock();
	kmem_cache_shrink(cache);
}

/* ---- Questions -------------------------------------------------------------------------- */

pfn_t vmalloc_to_pfn(const void *addr)
{
	pte_t entry = is_vmalloc_addr(addr) ? vm_entry((uint32_t)addr) : 0;

	if (unlikely(!(entry & PTE_PRESENT)))
		panic("vmalloc_to_page: nothing is mapped at %p, in %s", addr,
		      layout_region((uint32_t)addr));
	return PFN_DOWN(entry & PTE_FRAME);
}

struct page *vmalloc_to_page(const void *addr)
{
	return pfn_to_page(vmalloc_to_pfn(addr));
}

/* Whether it is anybody's. */
static bool is_live(const struct vm_area *area)
{
	return area->kind != VM_GAP && area->kind != VM_LAZY;
}

struct vm_area *find_vm_area(const void *addr)
{
	uint32_t page = ((uint32_t)addr - VMALLOC_START) / PAGE_SIZE;
	struct vm_area *area;

	if (!is_vmalloc_addr(addr))
		return NULL;
	spin_lock(&vmap_lock);
	area = vm_space_find(&space, page);
	/* Before it can become another's, elsewhere. */
	if (!is_live(area))
		area = NULL;
	spin_unlock(&vmap_lock);
	return area;
}

/* How much of an area is shown 2 MiB at a time. */
static unsigned large_pages(const struct vm_area *area)
{
	uint32_t virt = ALIGN(vm_address(area), PMD_SIZE);
	uint32_t end = vm_address(area) + area->mapped * PAGE_SIZE;
	unsigned count = 0;

	for (; virt < end; virt += PMD_SIZE)
		count += vm_is_large(virt);
	return count;
}

/* The line of one area. */
static void show_area(const struct vm_area *area)
{
	unsigned long start = vm_address(area);
	char large[32] = "";

	if (large_pages(area))
		snprintf(large, sizeof(large), ", %u of 2 MiB,",
			 large_pages(area));
	pr_info("0x%08lx-0x%08lx %lu pages%s %s %pS\n", start,
		start + area->pages * PAGE_SIZE, (unsigned long)area->mapped,
		large, kind_name[area->kind], area->caller);
}

void vmallocinfo(void)
{
	spin_lock(&vmap_lock);
	for (uint32_t page = 0; page < SPACE_PAGES;) {
		const struct vm_area *area = space.tag[page];

		page += area->pages;
		if (area->kind != VM_GAP)
			show_area(area);
	}
	spin_unlock(&vmap_lock);
}

void vmalloc_explain(uint32_t addr)
{
	uint32_t page = (addr - VMALLOC_START) / PAGE_SIZE, offset;
	const struct vm_area *area;

	if (page >= SPACE_PAGES || !space.tag)
		return;
	area = look_up(page);
	if (!area) {
		console_printf("vmalloc: whose the address is was about to "
			       "change\n");
		return;
	}
	offset = addr - vm_address(area);
	if (area->kind == VM_GAP)
		console_printf("vmalloc: the address is nobody's\n");
	else if (area->kind == VM_LAZY)
		console_printf("vmalloc: byte 0x%lx of an area of %lu pages "
			       "that ended at %pS; %pS had asked for it\n",
			       (unsigned long)offset,
			       (unsigned long)area->mapped, area->ender,
			       area->caller);
	else
		console_printf("vmalloc: byte 0x%lx of an area of %lu pages "
			       "from %s, which %pS asked for%s\n",
			       (unsigned long)offset,
			       (unsigned long)area->mapped,
			       kind_name[area->kind], area->caller,
			       offset / PAGE_SIZE == area->mapped
				       ? ": its guard page"
				       : "");
}

struct vmalloc_counts vmalloc_count(void)
{
	struct vmalloc_counts counts;

	spin_lock(&vmap_lock);
	counts = (struct vmalloc_counts){
		.areas = live_areas,
		.lazy = lazy.areas,
		.pages = SPACE_PAGES - vm_space_free_pages(&space) - lazy.pages,
		.lazy_pages = lazy.pages,
		.purges = lazy.purges,
	};
	spin_unlock(&vmap_lock);
	return counts;
}

void vmalloc_init(void)
{
	struct vm_area *first, **tags;

	cache = kmem_cache_create("vm_area", sizeof(struct vm_area), 0,
				  SLAB_PANIC, NULL);
	first = kmem_cache_alloc(cache, GFP_KERNEL);
	tags = alloc_pages_exact(SPACE_PAGES * sizeof(*tags),
				 GFP_KERNEL | __GFP_ZERO);
	if (!first || !tags)
		panic("Too little memory: no room to keep track of the vmalloc "
		      "area");
	vm_space_init(&space, SPACE_PAGES, tags, first);
	space.base = VMALLOC_START / PAGE_SIZE;
}
