/* SPDX-License-Identifier: MIT */
/* Pages of 2 MiB in the vmalloc area: used where they can be, split where they
 * must be, and gone without a trace, on every CPU.
 *
 * Notices: vmap_runs_unchecked, vmap_large_kept, vmap_large_here_only,
 * split_shows_one_page, protect_no_flush, vmalloc_align_ignored. */
#include "kernel/ktest.h"

#include "arch/ipi.h"
#include "kernel/atomic.h"
#include "kernel/errno.h"
#include "mm/vmap.h"
#include "vmap_check.h"

/* Where no PC has RAM: below the firmware's ROM. Nothing there is touched. */
#define NOWHERE 0xF0000000u

/* ---- What every CPU sees ---------------------------------------------- */

static struct {
	const volatile uint32_t *at;
	uint32_t value;
	atomic_t differ;
} look;

static void look_here(void *arg)
{
	(void)arg;
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

/* Marks each page of a mapping with its number. */
static void mark(void *addr, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		*(uint32_t *)((char *)addr + i * PAGE_SIZE) = 0xA0000 + i;
}

/* ---- vmap() ----------------------------------------------------------- */

#define LARGE 1024u

static struct page *large[LARGE + 1];

/* Two blocks of 2 MiB and a page; false if there are none. */
static bool take_blocks(void)
{
	struct page *block = alloc_pages(GFP_HIGHUSER | __GFP_NOWARN, 10);

	if (!block) {
		ktest_skip("no block of 4 MiB is free");
		return false;
	}
	for (unsigned i = 0; i < LARGE; i++)
		large[i] = block + i;
	large[LARGE] = alloc_page(GFP_HIGHUSER);
	return true;
}

static void free_blocks(void)
{
	__free_pages(large[0], 10);
	__free_page(large[LARGE]);
}

KTEST(vmap_large, "2 MiB that lie in one piece are mapped by one entry")
{
	struct vmap_before before = vmap_begin();
	char *seen;

	if (!take_blocks())
		return;
	seen = vmap(large, LARGE + 1, VM_MAP, PAGE_KERNEL);
	EXPECT(vm_is_large((uint32_t)seen));
	EXPECT(vm_is_large((uint32_t)seen + PMD_SIZE));
	EXPECT(!vm_is_large((uint32_t)seen + 2 * PMD_SIZE));
	mark(seen, LARGE + 1);
	for (unsigned i = 0; i < LARGE + 1; i += 99) {
		EXPECT_EQ(page_read(large[i]), 0xA0000 + i);
		EXPECT_EQ(vmalloc_to_pfn(seen + i * PAGE_SIZE),
			  page_to_pfn(large[i]));
	}
	EXPECT_EQ(cpus_that_differ(seen + 1023 * PAGE_SIZE, 0xA0000 + 1023), 0);
	EXPECT_FAULT(ACCESS_READ, seen + (LARGE + 1) * PAGE_SIZE, PAGE_ABSENT);
	vunmap(seen);
	vm_unmap_aliases();
	EXPECT(!vm_is_large((uint32_t)seen));
	EXPECT_FAULT(ACCESS_READ, seen, PAGE_ABSENT);
	EXPECT_FAULT(ACCESS_READ, seen + LARGE * PAGE_SIZE, PAGE_ABSENT);
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
	swapped = large[700];
	large[700] = large[LARGE];
	seen = vmap(large, LARGE, VM_MAP, PAGE_KERNEL);
	EXPECT(vm_is_large((uint32_t)seen));
	EXPECT(!vm_is_large((uint32_t)seen + PMD_SIZE));
	mark(seen, LARGE);
	for (unsigned i = 500; i < 800; i++)
		EXPECT_EQ(page_read(large[i]), 0xA0000 + i);
	vunmap(seen);
	/* From its second page on the block does not lie as 2 MiB do. */
	large[LARGE] = large[700];
	large[700] = swapped;
	seen = vmap(large + 1, LARGE - 1, VM_MAP, PAGE_KERNEL);
	EXPECT(!vm_is_large((uint32_t)seen));
	mark(seen, LARGE - 1);
	EXPECT_EQ(page_read(large[1000]), 0xA0000 + 999);
	vunmap(seen);
	free_blocks();
	expect_vmap_as_before(&before);
}

KTEST(vmap_large,
      "after a large page the addresses serve for small ones, and again")
{
	struct vmap_before before = vmap_begin();
	uint32_t *seen, *again;

	if (!take_blocks())
		return;
	for (unsigned round = 0; round < 3; round++) {
		vm_unmap_aliases();
		seen = vmap(large, 512, VM_MAP, PAGE_KERNEL);
		*seen = round;
		EXPECT_EQ(cpus_that_differ(seen, round), 0);
		vunmap(seen);
		vm_unmap_aliases();
		/* At 2 MiB, too, but one page is another. */
		large[5] = large[LARGE];
		again = vmap(large, 512, VM_MAP, PAGE_KERNEL);
		large[5] = large[0] + 5;
		EXPECT_EQ((uint32_t)again, (uint32_t)seen);
		EXPECT(!vm_is_large((uint32_t)again));
		again[5 * PAGE_SIZE / 4] = 1000 + round;
		EXPECT_EQ(cpus_that_differ(again + 5 * PAGE_SIZE / 4,
					   1000 + round),
			  0);
		EXPECT_EQ(page_read(large[LARGE]), 1000 + round);
		vunmap(again);
	}
	free_blocks();
	expect_vmap_as_before(&before);
}

/* ---- vmalloc(), and protection ---------------------------------------- */

#define WORDS(bytes) ((bytes) / sizeof(uint32_t))
#define SIZE	     ((size_t)MiB(6))

static uint32_t *take_large(void)
{
	uint32_t *addr = __vmalloc(SIZE, GFP_KERNEL | __GFP_NOWARN);

	if (!addr) {
		ktest_skip("too little memory");
		return NULL;
	}
	if (!vm_is_large((uint32_t)addr)) {
		ktest_skip("no block of 2 MiB is free");
		vfree(addr);
		return NULL;
	}
	return addr;
}

KTEST(vmap_large, "large areas lie at 2 MiB, and have large pages")
{
	struct vmap_before before = vmap_begin();
	uint32_t *addr = take_large();

	if (!addr)
		return;
	EXPECT(vm_is_large((uint32_t)addr));
	addr[WORDS(SIZE) - 1] = 99;
	EXPECT_EQ(cpus_that_differ(&addr[WORDS(SIZE) - 1], 99), 0);
	vfree(addr);
	expect_vmap_as_before(&before);
}

KTEST(vmap_large, "where no block of 2 MiB is free, small pages do")
{
	struct vmap_before before = vmap_begin();
	unsigned without = 0;

	/* The request for the first block fails, or another. */
	for (unsigned n = 1; n <= 3; n++) {
		uint32_t *addr;

		page_alloc_fail_at(n);
		addr = __vmalloc(SIZE, GFP_KERNEL | __GFP_NOWARN);
		page_alloc_fail_at(0);
		if (!addr)
			continue;
		without += !vm_is_large((uint32_t)addr);
		for (unsigned i = 0; i < WORDS(SIZE); i += WORDS(PAGE_SIZE))
			addr[i] = i;
		for (unsigned i = 0; i < WORDS(SIZE); i += WORDS(PAGE_SIZE))
			EXPECT_EQ(addr[i], i);
		vfree(addr);
	}
	EXPECT(without > 0 || nr_free_pages() < 4 * SIZE / PAGE_SIZE);
	expect_vmap_as_before(&before);
}

KTEST(vmap_large, "a large page is split where a part of it is protected")
{
	struct vmap_before before = vmap_begin();
	uint32_t *addr = take_large(), at;

	if (!addr)
		return;
	at = (uint32_t)addr + 300 * PAGE_SIZE;
	for (unsigned i = 0; i < WORDS(SIZE); i += WORDS(PAGE_SIZE))
		addr[i] = i;
	EXPECT_EQ(set_memory_ro(at, 2), 0);
	EXPECT(!vm_is_large(at));
	EXPECT_FAULT(ACCESS_WRITE, at - 4 + PAGE_SIZE, PAGE_FORBIDS);
	EXPECT_FAULT(ACCESS_WRITE, at + 2 * PAGE_SIZE - 1, PAGE_FORBIDS);
	*(uint32_t *)(at - 4) = *(uint32_t *)(at + 2 * PAGE_SIZE + 4) = 1;
	EXPECT_EQ(set_memory_rw(at, 2), 0);
	*(uint32_t *)(at + 4) = 1;
	for (unsigned i = 0; i < WORDS(SIZE); i += WORDS(PAGE_SIZE))
		EXPECT_EQ(addr[i], i);
	EXPECT_EQ(cpus_that_differ((void *)at, WORDS(300 * PAGE_SIZE)), 0);
	vfree(addr);
	vm_unmap_aliases();
	EXPECT_FAULT(ACCESS_READ, at, PAGE_ABSENT);
	expect_vmap_as_before(&before);
}

KTEST(vmap_large, "only pages of one area can be protected")
{
	struct vmap_before before = vmap_begin();
	uint32_t addr = (uint32_t)vmalloc(3 * PAGE_SIZE);

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

/* ---- ioremap() -------------------------------------------------------- */

KTEST(vmap_large, "what is 2 MiB of device is mapped by one entry")
{
	struct vmap_before before = vmap_begin();
	uint32_t seen = (uint32_t)ioremap(NOWHERE, MiB(4) + 1);
	uint32_t moved = (uint32_t)ioremap(NOWHERE + PAGE_SIZE, MiB(4));

	EXPECT(vm_is_large(seen) && vm_is_large(seen + PMD_SIZE));
	EXPECT(vm_entry(seen) & PTE_PCD);
	EXPECT_EQ(vmalloc_to_pfn((void *)(seen + 777 * PAGE_SIZE)),
		  PFN_DOWN(NOWHERE) + 777);
	EXPECT_EQ(vmalloc_to_pfn((void *)(seen + 1024 * PAGE_SIZE)),
		  PFN_DOWN(NOWHERE) + 1024);
	EXPECT(!vm_is_large(moved));
	iounmap((void *)seen);
	iounmap((void *)moved);
	EXPECT(!vm_is_large(seen));
	expect_vmap_as_before(&before);
}
