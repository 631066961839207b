/* SPDX-License-Identifier: MIT */
/* vmalloc(): memory whose pages lie anywhere, highmem first, at addresses one
 * behind the other. Only the page tables know which pages they are; vfree()
 * reads them there.
 *
 * An interrupt handler may call vfree(), but not take the locks that it needs:
 * then the area is ended at once, so that mistakes are seen where they are made,
 * and waits in a list. The next task that comes here frees it. */
#include "arch/page.h"
#include "kernel/panic.h"
#include "kernel/preempt.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "mm/page_alloc.h"
#include "mm/vmap.h"

/* Pages that are asked for at once. */
#define CHUNK 32u

/* Pages of 2 MiB, and the order of such a block. */
#define LARGE_ORDER (PMD_SHIFT - PAGE_SHIFT)
#define LARGE_PAGES (1u << LARGE_ORDER)

/* What interrupt handlers freed, ended but still mapped. */
static struct vm_area *put_off;

/* ---- Freeing ------------------------------------------------------------------ */

/* Frees the first `count` pages of an area that was ended, and unmaps it. */
static void release(struct vm_area *area, unsigned count)
{
	uint32_t virt = vm_address(area);
	struct page *pages[CHUNK];

	area->mapped = count;
	while (count) {
		unsigned n = min(count, CHUNK);

		/* An area with large pages begins with one. */
		vm_pages(virt, pages, n);
		free_pages_bulk(n, pages);
		virt += n * PAGE_SIZE;
		count -= n;
	}
	vm_area_unmap(area);
}

/* Frees what interrupt handlers have put off. Not in an interrupt, where it
 * stays: whoever comes here in one is about to be told. */
static void free_put_off(void)
{
	struct vm_area *area, *next;

	if (likely(!READ_ONCE(put_off)) || in_interrupt())
		return;
	area = __atomic_exchange_n(&put_off, NULL, __ATOMIC_ACQUIRE);
	for (; area; area = next) {
		next = area->next;
		release(area, area->mapped);
	}
}

/* Puts an area that was ended into the list. Any context. */
static void put_off_release(struct vm_area *area)
{
	area->next = READ_ONCE(put_off);
	while (!__atomic_compare_exchange_n(&put_off, &area->next, area, false,
					    __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
}

void vfree(const void *addr)
{
	struct vm_area *area;

	if (!addr)
		return;
	area = vm_area_end(addr, VM_ALLOC, "vfree",
			   __builtin_return_address(0));
	if (in_interrupt()) {
		put_off_release(area);
		return;
	}
	free_put_off();
	release(area, area->mapped);
}

/* ---- Allocating ------------------------------------------------------------------ */

/* Fills the beginning of an area with blocks of 2 MiB, as long as there are
 * some; returns how many pages that were. */
static unsigned fill_large(const struct vm_area *area, unsigned count,
			   gfp_t gfp)
{
	uint32_t virt = vm_address(area);
	unsigned done = 0;

	while (virt % PMD_SIZE == 0 && count - done >= LARGE_PAGES) {
		struct page *block =
			alloc_pages(gfp | __GFP_NOWARN, LARGE_ORDER);

		if (!block)
			break;
		split_page(block, LARGE_ORDER);
		vm_map_range(virt, page_to_pfn(block), LARGE_PAGES,
			     prot_supported(PAGE_KERNEL));
		virt += PMD_SIZE;
		done += LARGE_PAGES;
	}
	return done;
}

/* Fills an area with pages; returns how many there were. */
static unsigned fill(const struct vm_area *area, unsigned count, gfp_t gfp)
{
	uint32_t virt = vm_address(area);
	struct page *pages[CHUNK];
	unsigned done = fill_large(area, count, gfp);

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

static void *refuse(size_t size, const char *why, gfp_t gfp)
{
	if (!(gfp & __GFP_NOWARN))
		pr_warn("vmalloc: %zu bytes: %s\n", size, why);
	return NULL;
}

/* Where large pages will do, an address that allows them, if there is one. */
static struct vm_area *take_area(unsigned count, size_t align,
				 const void *caller)
{
	struct vm_area *area = NULL;

	if (unlikely(count >= LARGE_PAGES))
		area = vm_area_take(count, max(align, (size_t)PMD_SIZE),
				    VM_ALLOC, caller);
	return area ? area : vm_area_take(count, align, VM_ALLOC, caller);
}

void *__vmalloc_node(size_t size, size_t align, gfp_t gfp, int node,
		     const void *caller)
{
	unsigned count = (unsigned)(PAGE_ALIGN(size) / PAGE_SIZE), got;
	struct vm_area *area;
	void *addr;

	(void)node;
	BUG_ON(align < PAGE_SIZE || align & (align - 1));
	if (!count)
		return refuse(size, "nobody can have that", gfp);
	if (count > totalram_pages())
		return refuse(size, "there is not so much memory", gfp);
	free_put_off();
	area = take_area(count, align, caller);
	if (!area)
		return refuse(size, "no addresses are left for it", gfp);
	addr = (void *)vm_address(area);
	got = fill(area, count, (gfp & ~__GFP_ZERO) | __GFP_HIGHMEM);
	if (unlikely(got < count)) {
		release(vm_area_end(addr, VM_ALLOC, "vmalloc", caller), got);
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
