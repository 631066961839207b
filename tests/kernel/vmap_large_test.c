/* SPDX-License-Identifier: MIT */
/* Pages of 2 MiB in the vmalloc area: used where they can be, split where they
 * must be, and gone without a trace, on every CPU.
 *
 * Notices: large_runs_unchecked, large_kept, large_here_only,
 * large_frame_first, large_not_split, split_shows_one_page,
 * large_freed_by_page, large_never_aligned, large_or_nothing,
 * large_lowmem_first, protected_past_area, protected_late. */
#include "kernel/ktest.h"

#include "arch/ipi.h"
#include "kernel/atomic.h"
#include "kernel/errno.h"
#include "mm/vmap/vmap.h"
#include "vmap_check.h"

/* Where no PC has RAM: below the firmware's ROM. Nothing there is touched. */
#define NOWHERE 0xF0000000u

/* Two pieces, which a block of the largest order is. */
#define MANY  1024u
#define ORDER 10

static struct page *pages[MANY + 1];

/* Two blocks of 2 MiB in one, and a page; false if there are none. */
static bool take_blocks(void)
{
	struct page *block = alloc_pages(GFP_HIGHUSER | __GFP_NOWARN, ORDER);

	if (!block) {
		ktest_skip("no block of 4 MiB is free");
		return false;
	}
	for (unsigned i = 0; i < MANY; i++)
		pages[i] = block + i;
	pages[MANY] = alloc_page(GFP_HIGHUSER);
	return true;
}

static void free_blocks(void)
{
	__free_pages(pages[0], ORDER);
	__free_page(pages[MANY]);
}

/* ---- What every CPU sees ------------------------------------------------- */

static struct {
	const volatile uint32_t *at;
	uint32_t value;
	atomic_t differ;
} look;

static void look_here(void *unused)
{
	(void)unused;
	if (*look.at != look.value)
		atomic_inc(&look.differ);
}

/* How many CPUs read another word than `value` at `addr`. */
static unsigned cpus_that_differ(const volatile void *addr, uint32_t value)
{
	look.at = addr;
	look.value = value;
	atomic_set(&look.differ, 0);
	on_each_cpu(look_here, NULL, true);
	return (unsigned)atomic_read(&look.differ);
}

/* Whether the directories of all CPUs say the same of an address. */
static bool all_agree(const void *addr)
{
	unsigned index = pde_index(addr), differ = 0;

	for (unsigned cpu = 0; cpu < num_online_cpus(); cpu++)
		differ += per_cpu(kernel_directory, cpu)[index] !=
			  kernel_pd[index];
	return !differ;
}

static uint32_t *word(void *addr, unsigned page)
{
	return (uint32_t *)((char *)addr + page * PAGE_SIZE);
}

static bool is_large(const void *addr)
{
	return large_pde((uint32_t)addr) != 0;
}

/* Marks each page of a mapping; no two marks are alike. */
static void mark(void *addr, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		*word(addr, i) = 0xA0000 + i;
}

/* How many of pages[] hold something else, seen past the mapping. */
static unsigned mismarked(unsigned first, unsigned count)
{
	unsigned wrong = 0;

	for (unsigned i = 0; i < count; i++)
		wrong += page_read(pages[first + i]) != 0xA0000 + i;
	return wrong;
}

/* How many addresses of a mapping do not lead to pages[]. */
static unsigned misled(char *seen, unsigned count)
{
	unsigned wrong = 0;

	for (unsigned i = 0; i < count; i++)
		wrong += vmalloc_to_page(seen + i * PAGE_SIZE + 7) != pages[i];
	return wrong;
}

/* ---- vmap() -------------------------------------------------------------- */

KTEST(vmap_large, "2 MiB that lie in one piece are mapped by one entry")
{
	struct vmap_before before = vmap_begin();
	char *seen;

	if (!take_blocks())
		return;
	seen = vmap(pages, MANY + 1, VM_MAP, PAGE_KERNEL);
	EXPECT(is_large(seen) && all_agree(seen));
	EXPECT(is_large(seen + PMD_SIZE) && all_agree(seen + PMD_SIZE));
	EXPECT(!is_large(seen + 2 * PMD_SIZE));
	EXPECT_EQ(vm_large_pages(find_vm_area(seen)), 2);
	mark(seen, MANY + 1);
	EXPECT_EQ(mismarked(0, MANY + 1), 0);
	EXPECT_EQ(misled(seen, MANY + 1), 0);
	EXPECT_EQ(cpus_that_differ(word(seen, 1023), 0xA0000 + 1023), 0);
	EXPECT_FAULT(ACCESS_READ, word(seen, MANY + 1), PAGE_ABSENT);
	vunmap(seen);
	vm_unmap_aliases();
	EXPECT(!is_large(seen) && all_agree(seen));
	EXPECT_FAULT(ACCESS_READ, seen, PAGE_ABSENT);
	EXPECT_FAULT(ACCESS_READ, word(seen, 1023), PAGE_ABSENT);
	EXPECT_FAULT(ACCESS_READ, word(seen, MANY), PAGE_ABSENT);
	free_blocks();
	expect_vmap_as_before(&before);
}

KTEST(vmap_large, "pages that are not in one piece are mapped one by one")
{
	struct vmap_before before = vmap_begin();
	struct page *swapped;
	char *seen;

	if (!take_blocks())
		return;
	swapped = pages[1023];
	pages[1023] = pages[MANY];
	seen = vmap(pages, MANY, VM_MAP, PAGE_KERNEL);
	EXPECT(is_large(seen));
	EXPECT(!is_large(seen + PMD_SIZE));
	mark(seen, MANY);
	EXPECT_EQ(mismarked(0, MANY), 0);
	EXPECT_EQ(misled(seen, MANY), 0);
	vunmap(seen);
	pages[MANY] = pages[1023];
	pages[1023] = swapped;
	/* From its second page on a block does not lie as 2 MiB do, unless its
	 * addresses happen to, as well. */
	seen = vmap(pages + 1, MANY - 1, VM_MAP, PAGE_KERNEL);
	EXPECT(!is_large(seen));
	mark(seen, MANY - 1);
	EXPECT_EQ(mismarked(1, MANY - 1), 0);
	vunmap(seen);
	free_blocks();
	expect_vmap_as_before(&before);
}

KTEST(vmap_large, "after a large page its addresses serve for small, and again")
{
	struct vmap_before before = vmap_begin();
	uint32_t *seen, *again;

	if (!take_blocks())
		return;
	for (unsigned round = 0; round < 3; round++) {
		vm_unmap_aliases();
		seen = vmap(pages, 512, VM_MAP, PAGE_KERNEL);
		*word(seen, 5) = round;
		EXPECT(is_large(seen));
		EXPECT_EQ(cpus_that_differ(word(seen, 5), round), 0);
		vunmap(seen);
		vm_unmap_aliases();
		/* At 2 MiB, too, but one page is another. */
		pages[5] = pages[MANY];
		again = vmap(pages, 512, VM_MAP, PAGE_KERNEL);
		pages[5] = pages[0] + 5;
		EXPECT_EQ((uint32_t)again, (uint32_t)seen);
		EXPECT(!is_large(again));
		*word(again, 5) = 1000 + round;
		EXPECT_EQ(cpus_that_differ(word(again, 5), 1000 + round), 0);
		EXPECT_EQ(page_read(pages[MANY]), 1000 + round);
		vunmap(again);
	}
	free_blocks();
	expect_vmap_as_before(&before);
}

/* ---- Frames -------------------------------------------------------------- */

KTEST(vmap_large, "frames of no page and devices have large pages, too")
{
	struct vmap_before before = vmap_begin();
	pfn_t *pfns = vmalloc(513 * sizeof(*pfns));
	char *seen, *moved;

	for (unsigned i = 0; i < 513; i++)
		pfns[i] = PFN_DOWN(NOWHERE) + i;
	seen = vmap_pfn(pfns, 513, PAGE_KERNEL_DEVICE);
	EXPECT(is_large(seen) && !is_large(seen + PMD_SIZE));
	EXPECT_EQ(vmalloc_to_pfn(seen + 512 * PAGE_SIZE), pfns[512]);
	vunmap(seen);
	pfns[500] = pfns[7];
	seen = vmap_pfn(pfns, 513, PAGE_KERNEL_DEVICE);
	EXPECT(!is_large(seen));
	EXPECT_EQ(vmalloc_to_pfn(seen + 500 * PAGE_SIZE), pfns[7]);
	vunmap(seen);
	vfree(pfns);
	seen = ioremap(NOWHERE, MiB(4) + 1);
	moved = ioremap(NOWHERE + PAGE_SIZE, MiB(4));
	EXPECT(is_large(seen) && is_large(seen + PMD_SIZE));
	EXPECT(large_pde((uint32_t)seen) & PTE_PCD);
	EXPECT_EQ(vm_large_pages(find_vm_area(moved)), 0);
	for (unsigned i = 0; i < 1024; i += 31) {
		EXPECT_EQ(vmalloc_to_pfn(seen + i * PAGE_SIZE),
			  PFN_DOWN(NOWHERE) + i);
		EXPECT_EQ(vmalloc_to_pfn(moved + i * PAGE_SIZE),
			  PFN_DOWN(NOWHERE) + i + 1);
	}
	iounmap(seen);
	iounmap(moved);
	EXPECT(!is_large(seen));
	expect_vmap_as_before(&before);
}

/* ---- vmalloc() ----------------------------------------------------------- */

#define SIZE  ((size_t)MiB(6))
#define COUNT ((unsigned)(SIZE / PAGE_SIZE))

/* An area of large pages only; NULL if there are none. */
static char *take_large(void)
{
	char *addr = vmalloc(SIZE);

	if (addr && vm_large_pages(find_vm_area(addr)) == 3)
		return addr;
	ktest_skip("no three blocks of 2 MiB are free");
	vfree(addr);
	return NULL;
}

KTEST(vmap_large, "memory comes in blocks of 2 MiB, and goes so")
{
	struct vmap_before before = vmap_begin();
	unsigned wrong = 0;
	char *addr, *odd;

	if (too_few_pages(GFP_HIGHUSER, COUNT + 2 * PTRS_PER_TABLE))
		return;
	addr = take_large();
	if (!addr)
		return;
	vmallocinfo();
	mark(addr, COUNT);
	for (unsigned i = 0; i < COUNT; i++)
		wrong += page_read(vmalloc_to_page(word(addr, i))) !=
			 0xA0000 + i;
	EXPECT_EQ(wrong, 0);
	EXPECT_EQ(cpus_that_differ(word(addr, 1500), 0xA0000 + 1500), 0);
	EXPECT_EQ(page_order(vmalloc_to_page(addr)), 9);
	odd = vzalloc(MiB(2) + 1);
	for (unsigned i = 0; odd && i < 513; i++)
		wrong += *word(odd, i);
	EXPECT(odd && !wrong);
	vfree(odd);
	vfree(addr);
	vm_unmap_aliases();
	EXPECT_FAULT(ACCESS_WRITE, word(addr, 1500), PAGE_ABSENT);
	expect_vmap_as_before(&before);
}

/* Blocks that are given back but for a page of each. */
#define BROKEN 8

/* Takes all blocks of 2 MiB, from the reserves too, and gives back most pages
 * of some, which make no block: `single` keeps them apart. With `high`, blocks
 * of highmem only. */
static void take_all_blocks(struct page_list *rest, struct page **single,
			    bool high)
{
	const gfp_t all = GFP_HIGHUSER | __GFP_NOWARN | __GFP_MEMALLOC;
	struct page *block[BROKEN];

	for (unsigned i = 0; i < BROKEN; i++)
		block[i] = alloc_pages(all, 9);
	while (take_one(rest, all, 9))
		if (high && !PageHighMem(rest->first))
			break;
	for (unsigned i = 0; i < BROKEN; i++) {
		split_page(block[i], 9);
		single[i] = block[i] + 100;
		for (unsigned n = 0; n < 512; n++)
			if (n != 100)
				__free_page(block[i] + n);
	}
}

static void give_all_blocks(struct page_list *rest, struct page **single)
{
	for (unsigned i = 0; i < BROKEN; i++)
		__free_page(single[i]);
	free_all(rest);
}

KTEST(vmap_large, "without a free block of 2 MiB, pages do")
{
	struct page_list rest = {0};
	struct vmap_before before;
	struct page *single[BROKEN];
	char *addr;

	if (too_much_to_poison())
		return ktest_skip("too much memory to poison");
	if (too_few_pages(GFP_HIGHUSER, 2 * BROKEN * PTRS_PER_TABLE))
		return;
	before = vmap_begin();
	take_all_blocks(&rest, single, false);
	addr = vmalloc(MiB(3));
	if (EXPECT(addr)) {
		EXPECT_EQ(vm_large_pages(find_vm_area(addr)), 0);
		mark(addr, 768);
		EXPECT_EQ(cpus_that_differ(word(addr, 767), 0xA0000 + 767), 0);
	}
	vfree(addr);
	give_all_blocks(&rest, single);
	expect_vmap_as_before(&before);
}

KTEST(vmap_large, "pages of highmem come before blocks of lowmem")
{
	struct page_list rest = {0};
	struct vmap_before before;
	struct page *single[BROKEN];
	unsigned low = 0;
	char *addr;

	if (too_much_to_poison())
		return ktest_skip("too much memory to poison");
	if (nr_free_highpages() < 8192)
		return ktest_skip("too little highmem");
	before = vmap_begin();
	take_all_blocks(&rest, single, true);
	addr = vmalloc(MiB(3));
	for (unsigned i = 0; EXPECT(addr) && i < 768; i++)
		low += !PageHighMem(vmalloc_to_page(word(addr, i)));
	EXPECT_EQ(low, 0);
	vfree(addr);
	give_all_blocks(&rest, single);
	expect_vmap_as_before(&before);
}

KTEST(vmap_large, "whichever request for a block fails, pages take its place")
{
	struct vmap_before before;
	char *addr;

	/* Without a block in highmem, more requests precede the last. */
	if (nr_free_highpages() && nr_free_highpages() < 8192)
		return ktest_skip("too little highmem");
	before = vmap_begin();
	addr = take_large();
	if (!addr)
		return;
	vfree(addr);
	for (unsigned long n = 1; n <= 3; n++) {
		page_alloc_fail_at(n);
		addr = vmalloc(SIZE);
		page_alloc_fail_at(0);
		EXPECT(addr && vm_large_pages(find_vm_area(addr)) == 2);
		mark(addr, COUNT);
		EXPECT_EQ(*word(addr, 600), 0xA0000 + 600);
		vfree(addr);
	}
	expect_vmap_as_before(&before);
}

/* ---- Protection ---------------------------------------------------------- */

KTEST(vmap_large, "a large page is split where a part of it is protected")
{
	struct vmap_before before = vmap_begin();
	char *addr = take_large();
	unsigned wrong = 0;

	if (!addr)
		return;
	mark(addr, COUNT);
	/* The last page of the first piece, and the first of the second. */
	EXPECT_EQ(set_memory_ro((unsigned long)word(addr, 511), 2), 0);
	EXPECT(!is_large(addr) && !is_large(addr + PMD_SIZE));
	EXPECT(all_agree(addr) && all_agree(addr + PMD_SIZE));
	EXPECT(is_large(addr + 2 * PMD_SIZE));
	EXPECT_FAULT(ACCESS_WRITE, word(addr, 511), PAGE_FORBIDS);
	EXPECT_FAULT(ACCESS_WRITE, word(addr, 513) - 1, PAGE_FORBIDS);
	*word(addr, 510) = 0xA0000 + 510;
	*word(addr, 513) = 0xA0000 + 513;
	for (unsigned i = 0; i < COUNT; i++)
		wrong += *word(addr, i) != 0xA0000 + i;
	EXPECT_EQ(wrong, 0);
	EXPECT_EQ(cpus_that_differ(word(addr, 300), 0xA0000 + 300), 0);
	EXPECT_EQ(set_memory_rw((unsigned long)word(addr, 511), 2), 0);
	*word(addr, 511) = 1;
	EXPECT_EQ(cpus_that_differ(word(addr, 511), 1), 0);
	/* And now that the page is a small one, which this CPU remembers. */
	EXPECT_EQ(set_memory_ro((unsigned long)word(addr, 511), 1), 0);
	EXPECT_FAULT(ACCESS_WRITE, word(addr, 511), PAGE_FORBIDS);
	/* It is still freed as the block that it is. */
	vfree(addr);
	vm_unmap_aliases();
	EXPECT_FAULT(ACCESS_READ, word(addr, 511), PAGE_ABSENT);
	expect_vmap_as_before(&before);
}

KTEST(vmap_large, "only pages of one area can be protected")
{
	struct vmap_before before = vmap_begin();
	unsigned long addr = (unsigned long)vmalloc(3 * PAGE_SIZE);

	EXPECT_EQ(set_memory_ro(addr, 4), -EINVAL);
	EXPECT_EQ(set_memory_ro(addr + 3 * PAGE_SIZE, 1), -EINVAL);
	EXPECT_EQ(set_memory_ro(addr + 1, 1), -EINVAL);
	EXPECT_EQ(set_memory_ro(addr, 0), -EINVAL);
	EXPECT_EQ(set_memory_ro(addr, -1), -EINVAL);
	EXPECT_EQ(set_memory_ro(PAGE_OFFSET, 1), -EINVAL);
	*(uint32_t *)addr = 1;
	vfree((void *)addr);
	EXPECT_EQ(set_memory_ro(addr, 1), -EINVAL);
	expect_vmap_as_before(&before);
}
