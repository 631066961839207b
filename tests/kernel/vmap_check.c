/* SPDX-License-Identifier: MIT */
/* Counting addresses and pages of the vmalloc area from outside. */
#include "vmap_check.h"

#include "mm/highmem.h"
#include "kernel/ktest.h"
#include "mm/slab_count.h"
#include "mm/vmap/vmap.h"

/* An area of one page takes two. */
#define AREAS_MOST ((VMALLOC_END - VMALLOC_START) / PAGE_SIZE / 2)

unsigned exhaust_addresses(void)
{
	void **taken = vmalloc(AREAS_MOST * sizeof(*taken));
	struct page *page = alloc_page(GFP_HIGHUSER);
	unsigned n = 0, count;

	if (EXPECT(taken && page))
		while (n < AREAS_MOST &&
		       (taken[n] = vmap(&page, 1, VM_MAP, PAGE_KERNEL)))
			n++;
	count = n;
	while (n--)
		vunmap(taken[n]);
	vfree(taken);
	if (page)
		__free_page(page);
	return count;
}

/* Whether there is room for an area of so many pages. Purges. */
static bool has_room(uint32_t pages)
{
	struct vmap_area *area =
		vmap_area_take(pages, PAGE_SIZE, VM_MAP, has_room);

	if (!area)
		return false;
	area->mapped = 0;
	vmap_area_unmap(vmap_area_end((void *)vm_address(area), VM_MAP,
				      "vunmap", has_room));
	vm_unmap_aliases();
	return true;
}

unsigned largest_area(void)
{
	unsigned fits = 0, fails = (VMALLOC_END - VMALLOC_START) / PAGE_SIZE;

	while (fails - fits > 1) {
		unsigned pages = fits + (fails - fits) / 2;

		if (has_room(pages))
			fits = pages;
		else
			fails = pages;
	}
	return fits;
}

/* Pages that caches keep back are no loss. */
static struct zone_counts count_pages(void)
{
	kmem_caches_shrink();
	return count_zones();
}

struct vmap_before vmap_begin(void)
{
	/* A search costs many flushes, so there is one; boot's areas stay. */
	static unsigned largest;
	struct vmap_before before;

	if (!largest) {
		exhaust_addresses();
		largest = largest_area();
	}
	vm_unmap_aliases();
	before.largest = largest;
	before.areas = vmalloc_count();
	before.zones = count_pages();
	return before;
}

void expect_vmap_as_before(const struct vmap_before *before)
{
	struct vmalloc_counts now;

	vm_unmap_aliases();
	now = vmalloc_count();
	EXPECT_EQ(now.areas, before->areas.areas);
	EXPECT_EQ(now.pages, before->areas.pages);
	EXPECT_EQ(now.lazy, 0);
	EXPECT_EQ(now.lazy_pages, 0);
	EXPECT(has_room(before->largest));
	count_pages();
	expect_all_back(&before->zones);
}

/* The other way to a page; interrupts off. */
static volatile uint32_t *show(struct page *page)
{
	return kmap_local_page(page);
}

void page_write(struct page *page, uint32_t value)
{
	volatile uint32_t *seen;
	unsigned long flags;

	local_irq_save(flags);
	seen = show(page);
	*seen = value;
	kunmap_local((void *)seen);
	local_irq_restore(flags);
}

uint32_t page_read(struct page *page)
{
	volatile uint32_t *seen;
	unsigned long flags;
	uint32_t value;

	local_irq_save(flags);
	seen = show(page);
	value = *seen;
	kunmap_local((void *)seen);
	local_irq_restore(flags);
	return value;
}

bool take_numbered(struct page **pages, unsigned count, gfp_t gfp)
{
	unsigned got = (unsigned)alloc_pages_bulk(gfp, count, pages);

	if (!EXPECT_EQ(got, count)) {
		free_pages_bulk(got, pages);
		return false;
	}
	for (unsigned i = 0; i < count; i++)
		page_write(pages[i], i);
	return true;
}

void free_numbered(struct page **pages, unsigned count)
{
	free_pages_bulk(count, pages);
}
