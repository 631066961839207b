/* SPDX-License-Identifier: MIT */
/* vmalloc(): memory at consecutive addresses, with pages from anywhere, highmem
 * first. Only the page tables record the pages; vfree() reads them there.
 *
 * An interrupt handler may call vfree(), but must not take the locks that
 * freeing needs. The area is then ended at once, so that a second vfree() is
 * reported, and put into a list. The next task that calls vmalloc() or vfree()
 * frees it. */
#include "arch/page.h"
#include "arch/tlb.h"
#include "kernel/panic.h"
#include "kernel/preempt.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "mm/page_alloc.h"
#include "vmap.h"

/* Pages that are allocated by one call. */
#define CHUNK 32u

/* The order of a block that a large page maps. */
#define PMD_ORDER (PMD_SHIFT - PAGE_SHIFT)

/* Areas that interrupt handlers freed: ended, but still mapped. */
static struct vmap_area *put_off;

/* ---- Freeing ------------------------------------------------------------- */

/* Frees `count` pages that are mapped one by one. */
static void free_singles(const pte_t *entry, unsigned count)
{
	struct page *pages[CHUNK];

	while (count) {
		unsigned n = min(count, CHUNK);

		for (unsigned i = 0; i < n; i++)
			pages[i] = pfn_to_page(pte_pfn(&entry[i]));
		free_pages_bulk(n, pages);
		entry += n;
		count -= n;
	}
}

/* Frees a whole piece: a block, also if its large page was split; or pages. */
static void free_piece(uint32_t virt)
{
	struct page *first = vmalloc_to_page((void *)virt);

	if (page_order(first))
		__free_pages(first, PMD_ORDER);
	else
		free_singles(vmalloc_pte(virt), PTRS_PER_TABLE);
}

/* Frees the first `count` pages of an area that was ended, and unmaps it. */
static void release(struct vmap_area *area, unsigned count)
{
	uint32_t virt = vm_address(area);

	area->mapped = count;
	if (CHECK)
		vm_count_mapped(area, false);
	while (unlikely(count >= PTRS_PER_TABLE)) {
		unsigned n = vm_pages_in_piece(virt, count);

		if (n == PTRS_PER_TABLE)
			free_piece(virt);
		else
			free_singles(vmalloc_pte(virt), n);
		virt += n * PAGE_SIZE;
		count -= n;
	}
	free_singles(vmalloc_pte(virt), count);
	vmap_area_unmap(area);
}

void vfree_deferred(void)
{
	struct vmap_area *area, *next;

	if (likely(!READ_ONCE(put_off)) || in_interrupt())
		return;
	area = __atomic_exchange_n(&put_off, NULL, __ATOMIC_ACQUIRE);
	for (; area; area = next) {
		next = area->next;
		release(area, area->mapped);
	}
}

/* Puts an area that was ended into the list. Any context. */
static void put_off_release(struct vmap_area *area)
{
	area->next = READ_ONCE(put_off);
	while (!__atomic_compare_exchange_n(&put_off, &area->next, area, false,
					    __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
}

void vfree(const void *addr)
{
	struct vmap_area *area;

	if (!addr)
		return;
	area = vmap_area_end(addr, VM_ALLOC, "vfree",
			     __builtin_return_address(0));
	if (in_interrupt()) {
		put_off_release(area);
		return;
	}
	vfree_deferred();
	release(area, area->mapped);
}

/* ---- Allocating ---------------------------------------------------------- */

/* Fills `count` pages of an area with single ones; returns how many came. */
static unsigned fill_singles(uint32_t virt, unsigned count, gfp_t gfp)
{
	struct page *pages[CHUNK];
	unsigned done = 0;

	while (done < count) {
		unsigned wanted = min(count - done, CHUNK);
		unsigned got = (unsigned)alloc_pages_bulk(gfp, wanted, pages);

		vm_map_pages(virt + done * PAGE_SIZE, pages, got,
			     prot_supported(PAGE_KERNEL));
		done += got;
		if (got < wanted)
			break;
	}
	return done;
}

/* A block for a large page, or NULL. No block of lowmem while single pages of
 * highmem are free. */
static struct page *take_block(gfp_t gfp)
{
	struct page *block = alloc_pages(gfp | __GFP_NOWARN, PMD_ORDER);

	if (!block || PageHighMem(block) || gfp_zone(gfp) != ZONE_HIGHMEM ||
	    nr_free_highpages() < PTRS_PER_TABLE)
		return block;
	__free_pages(block, PMD_ORDER);
	return NULL;
}

/* The same, with blocks for whole pieces. */
static unsigned __noinline fill_pieces(uint32_t virt, unsigned count, gfp_t gfp)
{
	unsigned done = 0, n;

	for (; done < count; done += n) {
		uint32_t at = virt + done * PAGE_SIZE;
		struct page *block = NULL;
		unsigned got;

		n = vm_pages_in_piece(at, count - done);
		if (n == PTRS_PER_TABLE)
			block = take_block(gfp);
		if (block) {
			large_map(at, page_to_pfn(block),
				  prot_supported(PAGE_KERNEL));
			continue;
		}
		got = fill_singles(at, n, gfp);
		if (got < n) {
			done += got;
			break;
		}
	}
	/* For all large pages at once. */
	flush_tlb_page(virt);
	return done;
}

static void *refuse(size_t size, const char *why, gfp_t gfp)
{
	if (!(gfp & __GFP_NOWARN))
		pr_warn("vmalloc: %zu bytes: %s\n", size, why);
	return NULL;
}

void *__vmalloc_node(size_t size, size_t align, gfp_t gfp, int node,
		     const void *caller)
{
	unsigned count = (unsigned)(PAGE_ALIGN(size) / PAGE_SIZE), got;
	gfp_t each = (gfp & ~__GFP_ZERO) | __GFP_HIGHMEM;
	struct vmap_area *area;
	void *addr;

	(void)node;
	BUG_ON(!align || align & (align - 1));
	if (!count)
		return refuse(size, "nobody can have that", gfp);
	if (count > totalram_pages())
		return refuse(size, "there is not so much memory", gfp);
	vfree_deferred();
	align = max(align, (size_t)PAGE_SIZE);
	area = vmap_area_take_large(0, count, align, VM_ALLOC, caller);
	if (!area)
		return refuse(size, "no addresses are left for it", gfp);
	addr = (void *)vm_address(area);
	got = likely(count < PTRS_PER_TABLE)
		      ? fill_singles(vm_address(area), count, each)
		      : fill_pieces(vm_address(area), count, each);
	if (CHECK)
		vm_count_mapped(area, true);
	if (unlikely(got < count)) {
		release(vmap_area_end(addr, VM_ALLOC, "vmalloc", caller), got);
		return refuse(size, "no pages are left for it", gfp);
	}
	if (gfp & __GFP_ZERO)
		memset(addr, 0, (size_t)count * PAGE_SIZE);
	return addr;
}

void *__vmalloc(size_t size, gfp_t gfp)
{
	return __vmalloc_node(size, PAGE_SIZE, gfp, 0,
			      __builtin_return_address(0));
}

void *vmalloc(size_t size)
{
	return __vmalloc_node(size, PAGE_SIZE, GFP_KERNEL, 0,
			      __builtin_return_address(0));
}

void *vzalloc(size_t size)
{
	return __vmalloc_node(size, PAGE_SIZE, GFP_KERNEL | __GFP_ZERO, 0,
			      __builtin_return_address(0));
}
