/* SPDX-License-Identifier: MIT */
/* vmap() on the machine at hand: what is seen where, and for how long. Pages
 * are written and read past the mapping, too, so that a mapping which shows
 * the wrong page does not agree with itself.
 *
 * The lazy flush is tested through the TLB: an address is mapped and used,
 * unmapped, mapped again, and read by a CPU that has used it before. QEMU keeps
 * a translation until it is flushed.
 *
 * Notices: purge_without_flush, purge_flushes_here_only, unmap_gives_at_once,
 * guard_not_counted, unmap_leaves_last, entries_backwards, prot_ignored,
 * pte_frame_cut, gap_behind_forgotten, exhausted_without_purge,
 * lazy_without_end, too_many_wrap, vmalloc_area_small. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/smp.h"
#include "arch/tlb.h"
#include "kernel/kthread.h"
#include "kernel/timer.h"
#include "mm/slab.h"
#include "mm/vmap/vmap_area.h"
#include "vmap_check.h"

#define SPACE_PAGES ((VMALLOC_END - VMALLOC_START) / PAGE_SIZE)

#define MANY 64
static struct page *pages[MANY];

static volatile uint32_t *word(void *addr, unsigned page)
{
	return (volatile uint32_t *)((char *)addr + page * PAGE_SIZE);
}

/* ---- What a mapping shows ------------------------------------------------ */

KTEST(vmap, "pages appear in the order in which they are given")
{
	struct vmap_before before = vmap_begin();
	unsigned wrong = 0;
	void *seen;

	if (!take_numbered(pages, MANY, GFP_HIGHUSER))
		return;
	/* Not the order of their frames. */
	for (unsigned i = 0; i < MANY / 2; i += 3) {
		struct page *page = pages[i];

		pages[i] = pages[MANY - 1 - i];
		pages[MANY - 1 - i] = page;
		page_write(pages[i], i);
		page_write(pages[MANY - 1 - i], MANY - 1 - i);
	}
	seen = vmap(pages, MANY, VM_MAP, PAGE_KERNEL);
	if (EXPECT(seen)) {
		for (unsigned i = 0; i < MANY; i++) {
			wrong += *word(seen, i) != i;
			*word(seen, i) = 1000 + i;
			wrong += page_read(pages[i]) != 1000 + i;
		}
		EXPECT_EQ(wrong, 0);
	}
	vunmap(seen);
	free_numbered(pages, MANY);
	expect_vmap_as_before(&before);
}

KTEST(vmap, "a page may appear at several places, and read-only at one")
{
	struct vmap_before before = vmap_begin();
	volatile uint32_t *write, *read;
	struct page *twice[2];

	if (!take_numbered(pages, 1, GFP_HIGHUSER))
		return;
	twice[0] = twice[1] = pages[0];
	write = vmap(twice, 2, VM_MAP, PAGE_KERNEL);
	read = vmap(pages, 1, VM_MAP, PAGE_KERNEL_RO);
	*write = 4711;
	EXPECT_EQ(*word((void *)write, 1), 4711);
	EXPECT_EQ(*read, 4711);
	EXPECT_FAULT(ACCESS_WRITE, read, PAGE_FORBIDS);
	EXPECT_EQ(*read, 4711);
	if (cpu_features.nx)
		EXPECT_FAULT(ACCESS_FETCH, write, PAGE_FORBIDS);
	vunmap((void *)write);
	EXPECT_EQ(*read, 4711);
	vunmap((void *)read);
	free_numbered(pages, 1);
	expect_vmap_as_before(&before);
}

KTEST(vmap, "a page that is never mapped lies behind each area")
{
	struct vmap_before before = vmap_begin();
	char *area[8];

	if (!take_numbered(pages, 8, GFP_HIGHUSER))
		return;
	for (unsigned i = 0; i < 8; i++)
		area[i] = vmap(pages, i + 1, VM_MAP, PAGE_KERNEL);
	for (unsigned i = 0; i < 8; i++) {
		char *end = area[i] + (i + 1) * PAGE_SIZE;

		EXPECT_FAULT(ACCESS_WRITE, end, PAGE_ABSENT);
		EXPECT_FAULT(ACCESS_READ, end + PAGE_SIZE - 1, PAGE_ABSENT);
		EXPECT_FAULT(ACCESS_READ, area[i] - 1, PAGE_ABSENT);
	}
	for (unsigned i = 0; i < 8; i++)
		vunmap(area[i]);
	free_numbered(pages, 8);
	expect_vmap_as_before(&before);
}

KTEST(vmap, "a page above 4 GiB is not taken for one below")
{
	struct vmap_before before;
	struct page_list list = {0};
	struct page *page = NULL;
	void *seen;

	if (too_much_to_poison() || totalram_pages() <= 1u << 20)
		return ktest_skip("no RAM there, or too much to poison");
	before = vmap_begin();
	while (take_one(&list, GFP_HIGHUSER, MAX_PAGE_ORDER) &&
	       page_to_pfn(list.first) < 1u << 20)
		;
	if (EXPECT(list.first && page_to_pfn(list.first) >= 1u << 20)) {
		page = list.first + 3;
		page_write(page, 4711);
		seen = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
		EXPECT_EQ((uint32_t)vmalloc_to_page(seen), (uint32_t)page);
		EXPECT(seen && *word(seen, 0) == 4711);
		vunmap(seen);
	}
	free_all(&list);
	expect_vmap_as_before(&before);
}

KTEST(vmap, "frames can be mapped that no page stands for")
{
	struct vmap_before before = vmap_begin();
	/* The screen of text, and its last page first. */
	static const pfn_t pfns[] = {0xbf, 0xb8};
	volatile uint16_t *screen = vmap_pfn(pfns, 2, PAGE_KERNEL_DEVICE);

	if (EXPECT(screen)) {
		EXPECT_EQ(vmalloc_to_pfn((void *)screen), 0xbf);
		EXPECT_EQ(vmalloc_to_pfn((char *)screen + PAGE_SIZE), 0xb8);
		EXPECT_FAULT(ACCESS_READ, (char *)screen + 2 * PAGE_SIZE,
			     PAGE_ABSENT);
	}
	vunmap((void *)screen);
	EXPECT_EQ((uint32_t)vmap_pfn(pfns, 0, PAGE_KERNEL), 0);
	expect_vmap_as_before(&before);
}

KTEST(vmap, "an address leads to its page, and to its area")
{
	struct vmap_before before = vmap_begin();
	struct vmap_area *area;
	char *seen;

	if (!take_numbered(pages, 3, GFP_HIGHUSER))
		return;
	seen = vmap(pages, 3, VM_MAP, PAGE_KERNEL);
	for (unsigned i = 0; i < 3; i++) {
		char *at = seen + i * PAGE_SIZE;

		EXPECT_EQ((uint32_t)vmalloc_to_page(at), (uint32_t)pages[i]);
		EXPECT_EQ(vmalloc_to_pfn(at + PAGE_SIZE - 1),
			  page_to_pfn(pages[i]));
	}
	area = find_vm_area(seen);
	if (EXPECT(area)) {
		EXPECT_EQ(area->kind, VM_MAP);
		EXPECT_EQ(area->mapped, 3);
		EXPECT_EQ(area->pages, 4);
	}
	EXPECT_EQ((uint32_t)find_vm_area(seen + 4 * PAGE_SIZE - 1),
		  (uint32_t)area);
	EXPECT((uint32_t)find_vm_area(seen + 4 * PAGE_SIZE) != (uint32_t)area);
	EXPECT_EQ((uint32_t)find_vm_area(pages), 0);
	vunmap(seen);
	EXPECT_EQ((uint32_t)find_vm_area(seen), 0);
	free_numbered(pages, 3);
	expect_vmap_as_before(&before);
	EXPECT_EQ((uint32_t)find_vm_area(seen), 0);
}

KTEST(vmap, "the area is known by its addresses alone")
{
	EXPECT(!is_vmalloc_addr(NULL));
	EXPECT(!is_vmalloc_addr((void *)(VMALLOC_START - 1)));
	EXPECT(is_vmalloc_addr((void *)VMALLOC_START));
	EXPECT(is_vmalloc_addr((void *)(VMALLOC_END - 1)));
	EXPECT(!is_vmalloc_addr((void *)VMALLOC_END));
	EXPECT(!is_vmalloc_addr((void *)~0u));
}

/* ---- What cannot be had -------------------------------------------------- */

KTEST(vmap, "no pages, and more than the area has, are refused")
{
	struct vmap_before before = vmap_begin();
	static const unsigned counts[] = {
		0, SPACE_PAGES, SPACE_PAGES + 1, 1u << 20, 1u << 31, ~0u};

	for (unsigned i = 0; i < ARRAY_SIZE(counts); i++)
		EXPECT_EQ((uint32_t)vmap(pages, counts[i], VM_MAP, PAGE_KERNEL),
			  0);
	vunmap(NULL);
	expect_vmap_as_before(&before);
}

KTEST(vmap,
      "when all addresses are taken the answer is NULL, and all come back")
{
	struct vmap_before before = vmap_begin();
	unsigned first = exhaust_addresses();

	/* But for boot's own areas and what lies between them. */
	EXPECT(first > SPACE_PAGES / 2 - 200);
	EXPECT(first >= 15000);
	expect_vmap_as_before(&before);
	/* With what has just been ended waiting. The list of all of them lies
	 * elsewhere then, so a gap may be a page too small. */
	exhaust_addresses();
	EXPECT(exhaust_addresses() + 2 >= first);
	expect_vmap_as_before(&before);
}

KTEST(vmap, "an area that needs what has been ended gets it")
{
	struct vmap_before before = vmap_begin();
	struct vmalloc_counts counts = vmalloc_count();
	unsigned half = largest_area() / 2 + 1;
	pfn_t *frames = vmalloc(half * sizeof(*frames));
	void *area;

	if (!EXPECT(frames))
		return;
	for (unsigned i = 0; i < half; i++)
		frames[i] = 0xb8;
	counts = vmalloc_count();
	for (unsigned i = 0; i < 6; i++) {
		area = vmap_pfn(frames, half, PAGE_KERNEL_DEVICE);
		if (!EXPECT(area))
			break;
		vunmap(area);
	}
	EXPECT(vmalloc_count().purges >= counts.purges + 5);
	vfree(frames);
	expect_vmap_as_before(&before);
}

KTEST(vmap, "the last page of the vmalloc area is a guard, however full it is")
{
	struct vmap_before before = vmap_begin();
	unsigned most = largest_area();
	pfn_t *frames = kmalloc(most * sizeof(*frames), GFP_KERNEL);
	char *area;

	if (!EXPECT(frames))
		return;
	for (unsigned i = 0; i < most; i++)
		frames[i] = 0xb8;
	area = vmap_pfn(frames, most, PAGE_KERNEL_DEVICE);
	EXPECT_EQ((uint32_t)area + (most + 1) * PAGE_SIZE, VMALLOC_END);
	EXPECT_FAULT(ACCESS_WRITE, VMALLOC_END - PAGE_SIZE, PAGE_ABSENT);
	vunmap(area);
	kfree(frames);
	expect_vmap_as_before(&before);
}

/* ---- Lazily -------------------------------------------------------------- */

KTEST(vmap, "an address that was ended faults, and nobody gets it at first")
{
	struct vmap_before before = vmap_begin();
	void *first, *other[20];

	if (!take_numbered(pages, 2, GFP_HIGHUSER))
		return;
	first = vmap(pages, 2, VM_MAP, PAGE_KERNEL);
	vunmap(first);
	for (unsigned i = 0; i < ARRAY_SIZE(other); i++) {
		other[i] = vmap(pages, 1 + i % 2, VM_MAP, PAGE_KERNEL);
		EXPECT(other[i] > first);
	}
	/* Neither page has been touched there, so no TLB knows it. */
	EXPECT_FAULT(ACCESS_READ, first, PAGE_ABSENT);
	EXPECT_FAULT(ACCESS_READ, word(first, 1), PAGE_ABSENT);
	for (unsigned i = 0; i < ARRAY_SIZE(other); i++)
		vunmap(other[i]);
	vm_unmap_aliases();
	EXPECT_EQ((uint32_t)vmap(pages, 2, VM_MAP, PAGE_KERNEL),
		  (uint32_t)first);
	vunmap(first);
	free_numbered(pages, 2);
	expect_vmap_as_before(&before);
}

KTEST(vmap, "what was touched faults as soon as it has been forgotten")
{
	struct vmap_before before = vmap_begin();
	void *seen;

	if (!take_numbered(pages, MANY, GFP_HIGHUSER))
		return;
	seen = vmap(pages, MANY, VM_MAP, PAGE_KERNEL);
	for (unsigned i = 0; i < MANY; i++)
		*word(seen, i) = i;
	vunmap(seen);
	vm_unmap_aliases();
	for (unsigned i = 0; i < MANY; i++)
		EXPECT_FAULT(ACCESS_READ, word(seen, i), PAGE_ABSENT);
	free_numbered(pages, MANY);
	expect_vmap_as_before(&before);
}

KTEST(vmap, "what is live, and what waits, is counted")
{
	struct vmap_before before = vmap_begin();
	struct vmalloc_counts was = vmalloc_count(), now;
	void *area[5];

	if (!take_numbered(pages, 5, GFP_HIGHUSER))
		return;
	for (unsigned i = 0; i < 5; i++)
		area[i] = vmap(pages, i + 1, VM_MAP, PAGE_KERNEL);
	now = vmalloc_count();
	EXPECT_EQ(now.areas, was.areas + 5);
	EXPECT_EQ(now.pages, was.pages + 1 + 2 + 3 + 4 + 5 + 5);
	EXPECT_EQ(now.lazy, 0);
	vunmap(area[2]);
	vunmap(area[4]);
	now = vmalloc_count();
	EXPECT_EQ(now.areas, was.areas + 3);
	EXPECT_EQ(now.pages, was.pages + 1 + 2 + 4 + 3);
	EXPECT_EQ(now.lazy, 2);
	EXPECT_EQ(now.lazy_pages, 3 + 5 + 2);
	EXPECT_EQ(now.purges, was.purges);
	vm_unmap_aliases();
	now = vmalloc_count();
	EXPECT_EQ(now.lazy, 0);
	EXPECT_EQ(now.purges, was.purges + 1);
	/* There is nothing to flush now. */
	vm_unmap_aliases();
	EXPECT_EQ(vmalloc_count().purges, was.purges + 1);
	vunmap(area[0]);
	vunmap(area[1]);
	vunmap(area[3]);
	free_numbered(pages, 5);
	expect_vmap_as_before(&before);
}

KTEST(vmap, "a thousand areas are ended without a flush, then with one")
{
	struct vmap_before before = vmap_begin();
	unsigned long flushes;

	if (!take_numbered(pages, 1, GFP_HIGHUSER))
		return;
	migrate_disable();
	flushes = this_cpu_read(tlb_stats.full);
	for (unsigned i = 0; i < 1000; i++)
		vunmap(vmap(pages, 1, VM_MAP, PAGE_KERNEL));
	EXPECT_EQ(this_cpu_read(tlb_stats.full), flushes);
	vm_unmap_aliases();
	EXPECT_EQ(this_cpu_read(tlb_stats.full), flushes + 1);
	migrate_enable();
	free_numbered(pages, 1);
	expect_vmap_as_before(&before);
}

KTEST(vmap, "this CPU sees the new page through an address used again")
{
	struct vmap_before before = vmap_begin();
	void *first, *again;

	if (!take_numbered(pages, 2, GFP_HIGHUSER))
		return;
	migrate_disable();
	first = vmap(&pages[0], 1, VM_MAP, PAGE_KERNEL);
	EXPECT_EQ(*word(first, 0), 0);
	vunmap(first);
	vm_unmap_aliases();
	again = vmap(&pages[1], 1, VM_MAP, PAGE_KERNEL);
	EXPECT_EQ((uint32_t)again, (uint32_t)first);
	EXPECT_EQ(*word(again, 0), 1);
	migrate_enable();
	vunmap(again);
	free_numbered(pages, 2);
	expect_vmap_as_before(&before);
}

/* ---- Other CPUs ---------------------------------------------------------- */

/* Asks a thread, bound to another CPU, what it sees. */
static struct {
	volatile uint32_t *at;
	unsigned asked, answered; /* how often */
	uint32_t seen;
	bool sleeps; /* in between, so that its CPU idles */
} ask;

static int reader(void *unused)
{
	unsigned answered = 0;

	(void)unused;
	while (!kthread_should_stop()) {
		if (__atomic_load_n(&ask.asked, __ATOMIC_ACQUIRE) == answered) {
			if (ask.sleeps)
				msleep(1);
			continue;
		}
		ask.seen = *ask.at;
		answered++;
		__atomic_store_n(&ask.answered, answered, __ATOMIC_RELEASE);
	}
	return 0;
}

static uint32_t seen_there(volatile uint32_t *at)
{
	ask.at = at;
	__atomic_add_fetch(&ask.asked, 1, __ATOMIC_RELEASE);
	while (__atomic_load_n(&ask.answered, __ATOMIC_ACQUIRE) != ask.asked)
		yield();
	return ask.seen;
}

/* How often CPU `cpu` did not see what it should, while the same addresses show
 * one set of pages after the other. */
static unsigned mistakes_seen_from(unsigned cpu, bool sleeps, unsigned rounds)
{
	struct task *task = kthread_create(reader, NULL, "reader/%u", cpu);
	unsigned wrong = 0;

	if (IS_ERR(task))
		return ~0u;
	ask.asked = ask.answered = 0;
	ask.sleeps = sleeps;
	kthread_bind(task, cpu);
	wake_up_process(task);
	for (unsigned i = 0; i < rounds; i++) {
		unsigned n = 1 + i * 7 % MANY;
		unsigned step = n / 2 + 1; /* the first, and one inside */
		void *seen = vmap(&pages[MANY - n], n, VM_MAP, PAGE_KERNEL);

		for (unsigned page = 0; seen && page < n; page += step)
			wrong +=
				seen_there(word(seen, page)) != MANY - n + page;
		wrong += !seen;
		vunmap(seen);
		if (i % 4 == 3)
			vm_unmap_aliases();
	}
	kthread_stop(task);
	return wrong;
}

KTEST(vmap, "another CPU sees the new page through an address used again")
{
	struct vmap_before before;

	if (num_online_cpus() == 1)
		return ktest_skip("one CPU");
	before = vmap_begin();
	if (!take_numbered(pages, MANY, GFP_HIGHUSER))
		return;
	for (unsigned cpu = 1; cpu < num_online_cpus(); cpu++)
		EXPECT_EQ(mistakes_seen_from(cpu, false, 64), 0);
	free_numbered(pages, MANY);
	expect_vmap_as_before(&before);
}

KTEST(vmap, "so does one that idled when the address was forgotten")
{
	struct vmap_before before;

	if (num_online_cpus() == 1)
		return ktest_skip("one CPU");
	before = vmap_begin();
	if (!take_numbered(pages, MANY, GFP_HIGHUSER))
		return;
	EXPECT_EQ(mistakes_seen_from(1, true, 16), 0);
	free_numbered(pages, MANY);
	expect_vmap_as_before(&before);
}

KTEST(vmap, "the log shows a line for each area")
{
	vmallocinfo();
}
