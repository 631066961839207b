/* SPDX-License-Identifier: MIT */
/* vmalloc(): memory of any size, from where it should come, and all of it back:
 * also when an allocation fails half way, and when handlers free it.
 *
 * Notices: vmalloc_partial_kept, vmalloc_lowmem_first,
 * vmalloc_clears_too_little, vmalloc_small_align, vmalloc_aligned_in_range,
 * vfree_in_handler_lost, vfree_chunk_forgotten, put_off_past_purge,
 * put_off_past_need, stack_uncleared. */
#include "kernel/ktest.h"

#include "arch/ipi.h"
#include "kernel/kthread.h"
#include "kernel/string.h"
#include "mm/slab.h"
#include "mm/vmap/vmap.h"
#include "vmap_check.h"

static uint32_t *word(void *addr, size_t offset)
{
	return (uint32_t *)((char *)addr + offset);
}

/* Writes a word, that no other offset has, at the beginning and the end of each
 * page; returns how many are wrong when all have been written. */
static unsigned write_and_check(void *addr, size_t pages)
{
	unsigned wrong = 0;

	for (size_t at = 0; at < pages * PAGE_SIZE; at += PAGE_SIZE) {
		*word(addr, at) = at + 1;
		*word(addr, at + PAGE_SIZE - 4) = at + 2;
	}
	for (size_t at = 0; at < pages * PAGE_SIZE; at += PAGE_SIZE)
		wrong += *word(addr, at) != at + 1 ||
			 *word(addr, at + PAGE_SIZE - 4) != at + 2;
	return wrong;
}

/* Whether all words of so many pages are `value`. */
static bool all_are(void *addr, size_t pages, uint32_t value)
{
	for (size_t at = 0; at < pages * PAGE_SIZE; at += 4)
		if (*word(addr, at) != value)
			return false;
	return true;
}

static unsigned long used_of(const struct zone_counts *before,
			     enum zone_type zone)
{
	struct zone_counts now = count_zones();

	return before->free[zone] - now.free[zone];
}

/* ---- What one gets ------------------------------------------------------- */

KTEST(vmalloc, "memory of any size is in whole pages, with a guard behind it")
{
	static const size_t sizes[] = {
		1,	   4095,	 4096,	   4097,	 10000,
		KiB(64),   KiB(124) + 1, KiB(128), KiB(132) - 1, MiB(1),
		MiB(3) + 5};
	struct vmap_before before = vmap_begin();

	if (too_few_pages(GFP_HIGHUSER, MiB(4) / PAGE_SIZE))
		return;
	for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++) {
		size_t pages = (sizes[i] + PAGE_SIZE - 1) / PAGE_SIZE;
		char *addr = vmalloc(sizes[i]);

		if (!EXPECT(addr))
			continue;
		EXPECT(IS_ALIGNED((uint32_t)addr, PAGE_SIZE));
		EXPECT_EQ(write_and_check(addr, pages), 0);
		EXPECT_FAULT(ACCESS_WRITE, addr + pages * PAGE_SIZE,
			     PAGE_ABSENT);
		EXPECT_EQ(find_vm_area(addr)->mapped, pages);
		EXPECT_EQ(find_vm_area(addr)->kind, VM_ALLOC);
		vfree(addr);
	}
	expect_vmap_as_before(&before);
}

KTEST(vmalloc, "areas that live at the same time share no page")
{
	struct vmap_before before = vmap_begin();
	char *area[40];
	unsigned wrong = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(area); i++) {
		size_t size = (i * 5 % 13 + 1) * PAGE_SIZE;

		area[i] = vmalloc(size);
		if (area[i])
			memset(area[i], (int)i + 1, size);
	}
	for (unsigned i = 0; i < ARRAY_SIZE(area); i++) {
		wrong += !area[i] || !all_are(area[i], i * 5 % 13 + 1,
					      0x01010101 * (i + 1));
		vfree(area[i]);
	}
	EXPECT_EQ(wrong, 0);
	vfree(NULL);
	expect_vmap_as_before(&before);
}

KTEST(vmalloc, "what is asked for as zero is zero, to the end of its last page")
{
	struct vmap_before before = vmap_begin();
	void *addr;

	/* Something to find there. */
	addr = vmalloc(100 * PAGE_SIZE);
	memset(addr, 0xff, 100 * PAGE_SIZE);
	vfree(addr);
	addr = vzalloc(99 * PAGE_SIZE + 1);
	EXPECT(addr && all_are(addr, 100, 0));
	memset(addr, 0xff, 100 * PAGE_SIZE);
	vfree(addr);
	addr = __vmalloc(10, GFP_KERNEL | __GFP_ZERO);
	EXPECT(addr && all_are(addr, 1, 0));
	vfree(addr);
	expect_vmap_as_before(&before);
}

KTEST(vmalloc, "pages come from highmem first, or from where one says")
{
	struct vmap_before before = vmap_begin();
	void *addr = vmalloc(50 * PAGE_SIZE);
	unsigned low = 0;

	for (unsigned i = 0; addr && i < 50; i++)
		low += !PageHighMem(
			vmalloc_to_page((char *)addr + i * PAGE_SIZE));
	if (before.zones.free[ZONE_HIGHMEM] > 1000) {
		EXPECT_EQ(low, 0);
		EXPECT_EQ(used_of(&before.zones, ZONE_HIGHMEM), 50);
		EXPECT_EQ(used_of(&before.zones, ZONE_NORMAL), 0);
	}
	vfree(addr);
	addr = __vmalloc(5 * PAGE_SIZE, GFP_KERNEL | __GFP_DMA);
	for (unsigned i = 0; EXPECT(addr) && i < 5; i++)
		EXPECT(vmalloc_to_pfn((char *)addr + i * PAGE_SIZE) <
		       PFN_DOWN(MiB(16)));
	vfree(addr);
	expect_vmap_as_before(&before);
}

KTEST(vmalloc, "areas begin at a multiple of what is asked for, however large")
{
	struct vmap_before before = vmap_begin();

	for (size_t align = 1; align <= MiB(64); align *= 2) {
		void *odd = vmalloc(1);
		void *addr = __vmalloc_node(3 * PAGE_SIZE, align, GFP_KERNEL, 0,
					    used_of);

		EXPECT(addr);
		EXPECT_EQ((uint32_t)addr & (align - 1), 0);
		EXPECT_EQ((uint32_t)addr & (PAGE_SIZE - 1), 0);
		EXPECT_EQ((uint32_t)find_vm_area(addr)->caller,
			  (uint32_t)used_of);
		vfree(addr);
		vfree(odd);
	}
	/* There is no such address in the area. */
	EXPECT_EQ((uint32_t)__vmalloc_node(1, 1u << 31, GFP_KERNEL, 0, used_of),
		  0);
	expect_vmap_as_before(&before);
}

/* ---- What cannot be had -------------------------------------------------- */

KTEST(vmalloc, "nothing, and more than there is, is refused with a sentence")
{
	static const size_t sizes[] = {0,
				       ~0u,
				       0xfffff001,
				       0xfffff000,
				       1u << 31,
				       VMALLOC_END - VMALLOC_START,
				       VMALLOC_END - VMALLOC_START - PAGE_SIZE};
	struct vmap_before before = vmap_begin();

	for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++) {
		EXPECT_EQ((uint32_t)vmalloc(sizes[i]), 0);
		EXPECT_EQ((uint32_t)vzalloc(sizes[i]), 0);
		EXPECT_EQ((uint32_t)__vmalloc(sizes[i], GFP_NOWAIT), 0);
	}
	expect_vmap_as_before(&before);
}

KTEST(vmalloc, "whichever request for pages fails, nothing is left behind")
{
	struct vmap_before before = vmap_begin();

	/* Pages are asked for 32 at a time. */
	for (unsigned long n = 1; n <= 5; n++) {
		void *addr;

		page_alloc_fail_at(n);
		addr = __vmalloc(100 * PAGE_SIZE,
				 GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN);
		page_alloc_fail_at(0);
		EXPECT_EQ(!addr, n <= 4);
		vfree(addr);
		expect_vmap_as_before(&before);
	}
}

KTEST(vmalloc, "when memory runs out half way, that half goes back")
{
	struct vmap_before before;
	struct page_list rest = {0};
	unsigned came = 0;

	if (too_much_to_poison())
		return ktest_skip("too much memory to poison");
	before = vmap_begin();
	take_all(&rest, GFP_HIGHUSER);
	for (unsigned i = 0; i < 3; i++) {
		void *addr = __vmalloc(MiB(5), GFP_KERNEL | __GFP_NOWARN);

		came += addr != NULL;
		vfree(addr);
	}
	EXPECT_EQ(came, 0);
	free_all(&rest);
	expect_vmap_as_before(&before);
}

/* ---- Handlers ------------------------------------------------------------ */

#define EACH 8
static void *freed_by[NR_CPUS][EACH];

static void free_in_handler(void *unused)
{
	void **area = freed_by[smp_processor_id()];

	(void)unused;
	for (unsigned i = 0; i < EACH; i++)
		vfree(area[i]);
}

static void nothing(void *unused)
{
	(void)unused;
}

/* Those of other CPUs in an interrupt there, this CPU's in what looks like one;
 * at the same time, more or less. */
static void free_in_all_handlers(void)
{
	migrate_disable();
	smp_call_function(free_in_handler, NULL, false);
	simulate_interrupt();
	free_in_handler(NULL);
	end_simulated_interrupt();
	/* Calls are made in their order: behind this one all have been. */
	smp_call_function(nothing, NULL, true);
	migrate_enable();
}

KTEST(vmalloc, "what handlers of all CPUs free is freed by the next task")
{
	struct vmap_before before = vmap_begin();
	struct vmalloc_counts had;
	unsigned cpus = num_online_cpus();
	void *task = vmalloc(1);

	for (unsigned cpu = 0; cpu < cpus; cpu++)
		for (unsigned i = 0; i < EACH; i++)
			freed_by[cpu][i] = vmalloc((cpu + i + 1) * PAGE_SIZE);
	had = vmalloc_count();
	free_in_all_handlers();
	EXPECT_EQ(vmalloc_count().areas, had.areas);
	EXPECT_EQ((uint32_t)find_vm_area(freed_by[0][0]), 0);
	vfree(task);
	EXPECT_EQ(vmalloc_count().areas, had.areas - 1 - cpus * EACH);
	expect_vmap_as_before(&before);
}

KTEST(vmalloc, "and by the next that asks for memory")
{
	struct vmap_before before = vmap_begin();
	void *addr = vmalloc(10 * PAGE_SIZE);

	simulate_interrupt();
	vfree(addr);
	end_simulated_interrupt();
	addr = vmalloc(1);
	EXPECT_EQ(vmalloc_count().areas, before.areas.areas + 1);
	vfree(addr);
	expect_vmap_as_before(&before);
}

KTEST(vmalloc, "and by a caller that wants all addresses there are")
{
	struct vmap_before before = vmap_begin();
	void *addr = vmalloc(10 * PAGE_SIZE);

	simulate_interrupt();
	vfree(addr);
	end_simulated_interrupt();
	vm_unmap_aliases();
	EXPECT_EQ(vmalloc_count().areas, before.areas.areas);
	expect_vmap_as_before(&before);
}

KTEST(vmalloc, "and by a caller that finds no addresses left")
{
	struct vmap_before before = vmap_begin();
	struct vmap_area *area = vmap_area_take(before.largest, PAGE_SIZE,
						VM_ALLOC, vmap_area_take);

	/* All of the largest gap, in which nothing is mapped. */
	if (!EXPECT(area))
		return;
	area->mapped = 0;
	simulate_interrupt();
	vfree((void *)vm_address(area));
	end_simulated_interrupt();
	area = vmap_area_take(before.largest, PAGE_SIZE, VM_ALLOC,
			      vmap_area_take);
	if (EXPECT(area)) {
		area->mapped = 0;
		vfree((void *)vm_address(area));
	}
	expect_vmap_as_before(&before);
}

/* ---- Stacks -------------------------------------------------------------- */

static int nothing_to_do(void *unused)
{
	(void)unused;
	return 0;
}

static int report_stack(void *arg)
{
	*(void **)arg = __builtin_frame_address(0);
	return 0;
}

KTEST(vmalloc, "a stack holds nothing that others have left")
{
	uint8_t *old = vmalloc(STACK_SIZE);
	struct task *task;
	unsigned left = 0;

	memset(old, 0xa5, STACK_SIZE);
	vfree(old);
	task = kthread_create(nothing_to_do, NULL, "clean");
	/* The end has what the task begins with. */
	for (unsigned i = 0; i < STACK_SIZE - 64; i++)
		left += task->stack[i] != 0;
	EXPECT_EQ(left, 0);
	kthread_stop(task);
}

KTEST(vmalloc, "no page is mapped below the stack of a task, nor behind it")
{
	struct task *task[6];
	char *inside[6] = {0};

	for (unsigned i = 0; i < ARRAY_SIZE(task); i++)
		task[i] =
			kthread_create(report_stack, &inside[i], "stack/%u", i);
	for (unsigned i = 0; i < ARRAY_SIZE(task); i++) {
		char *stack, *end;

		if (!EXPECT(task[i]))
			continue;
		stack = (char *)task[i]->stack;
		end = stack + STACK_SIZE;
		EXPECT_FAULT(ACCESS_WRITE, stack - 1, PAGE_ABSENT);
		EXPECT_FAULT(ACCESS_WRITE, stack - PAGE_SIZE, PAGE_ABSENT);
		EXPECT_FAULT(ACCESS_WRITE, end, PAGE_ABSENT);
		EXPECT_EQ(write_and_check(stack, 1), 0);
		wake_up_process(task[i]);
		EXPECT_EQ(kthread_join(task[i]), 0);
		EXPECT(inside[i] >= stack && inside[i] < end);
	}
}
