/* SPDX-License-Identifier: MIT */
/* Memory that is kept out of the direct map (the word nomap=SIZE@BASE; what
 * persistent memory would be): a stray write does not reach it. Code that means
 * it maps it, for its task alone, with the protection that it asks for. That is
 * what protection keys for kernel pages are for; here it is done with page
 * tables alone, and without telling other CPUs.
 *
 * Notices: nomap_mapped, prot_ignored, window_no_flush. */
#include "kernel/ktest.h"

#include "arch/extable.h"
#include "arch/ipi.h"
#include "arch/pgtable.h"
#include "kernel/kthread.h"
#include "kmap_check.h"
#include "mm/memblock.h"

/* The first frame of what is NOMAP, or 0, and the test is skipped. */
static pfn_t nomap_frame(void)
{
	struct memblock_region *region;

	if (!HIGHMEM) {
		ktest_skip("HIGHMEM=n sees the direct map alone");
		return 0;
	}
	for_each_mem_region(region)
		if (region->flags & MEMBLOCK_NOMAP)
			return PFN_UP(region->base);
	ktest_skip("no memory is NOMAP (boot with nomap=SIZE@BASE)");
	return 0;
}

KTEST(nomap, "a stray write faults, wherever a pointer could point to it")
{
	pfn_t pfn = nomap_frame();

	if (!pfn)
		return;
	if (PFN_PHYS(pfn) < lowmem_end())
		EXPECT_FAULT(ACCESS_WRITE, PAGE_OFFSET + PFN_PHYS(pfn),
			     PAGE_ABSENT);
	EXPECT(!pfn_valid(pfn) || page_state(pfn_to_page(pfn)) == PG_ABSENT ||
	       page_state(pfn_to_page(pfn)) == PG_RESERVED);
}

KTEST(nomap, "the task that maps it reads what it wrote, and then no more")
{
	volatile uint32_t *words;
	pfn_t pfn = nomap_frame();

	if (!pfn)
		return;
	words = kmap_local_pfn(pfn);
	words[0] = 0x600df00d;
	words[1023] = 0x600df00d;
	kunmap_local(words);
	EXPECT_FAULT(ACCESS_READ, words, PAGE_ABSENT);
	EXPECT_FAULT(ACCESS_WRITE, words, PAGE_ABSENT);
	words = kmap_atomic_pfn(pfn);
	EXPECT_EQ(words[0], 0x600df00d);
	EXPECT_EQ(words[1023], 0x600df00d);
	kunmap_atomic(words);
}

KTEST(nomap, "what is mapped for reading cannot be written to")
{
	volatile uint32_t *words, *same;
	pfn_t pfn = nomap_frame();

	if (!pfn)
		return;
	words = kmap_local_pfn_prot(pfn, PAGE_KERNEL_RO);
	EXPECT_FAULT(ACCESS_WRITE, words, PAGE_FORBIDS);
	/* A mapping that may be written opens nothing to others. */
	same = kmap_local_pfn_prot(pfn, PAGE_KERNEL);
	same[7] = 77;
	EXPECT_EQ(words[7], 77);
	EXPECT_FAULT(ACCESS_WRITE, &words[7], PAGE_FORBIDS);
	kunmap_local(same);
	EXPECT_FAULT(ACCESS_WRITE, &same[7], PAGE_ABSENT);
	kunmap_local(words);
}

static volatile uint32_t *astray;

/* Writes where the task that mapped it may. */
static void write_astray(void *fault)
{
	uint32_t bad = 0xbad;

	*(int *)fault =
		copy_to_kernel_nofault((void *)astray, &bad, sizeof(bad));
}

static int write_as_task(void *unused)
{
	int fault;

	(void)unused;
	write_astray(&fault);
	return fault != 0;
}

KTEST(nomap, "another task and other CPUs fault at the address meanwhile")
{
	pfn_t pfn = nomap_frame();
	int fault = 0;

	if (!pfn)
		return;
	migrate_disable();
	astray = kmap_local_pfn(pfn);
	astray[0] = 0x600d;
	for_each_cpu(cpu, cpu_online_mask & ~cpumask_of(smp_processor_id())) {
		smp_call_function_single(cpu, write_astray, &fault, true);
		EXPECT(fault);
	}
	migrate_enable();
	EXPECT_EQ(kthread_join(kthread_run(write_as_task, NULL, "astray")), 1);
	EXPECT_EQ(astray[0], 0x600d);
	kunmap_local(astray);
}
