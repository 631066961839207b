/* SPDX-License-Identifier: MIT */
/* kmap_local: what a mapping shows, for how long, how deep; what may come in
 * between two of its instructions. Tasks are in kmap_task_test.c.
 *
 * Notices: window_no_flush, window_high_half_lost, window_halves_swapped,
 * push_entry_first, pop_next_first, folio_first_page_only, prot_ignored,
 * nx_forgotten. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/irqflags.h"
#include "kmap_check.h"
#include "mm/kmap_stack.h"
#include "mm/memblock.h"

#define FOUR_GIB PFN_DOWN(GiB(4))

KTEST(kmap_local, "a page shows what was written to it, in every zone")
{
	struct kmap_state before = kmap_state();

	for (unsigned zone = 0; zone < MAX_NR_ZONES; zone++) {
		struct page *page = zone_page(zone);
		void *addr;

		if (!page)
			continue;
		sign_page(page);
		addr = kmap_local_page(page);
		EXPECT(shows(addr, page));
		EXPECT(IS_ALIGNED((uint32_t)addr, PAGE_SIZE));
		kunmap_local(addr);
		__free_page(page);
	}
	expect_as_before(&before);
}

KTEST(kmap_local, "a page of lowmem is seen where it always is, if not forced")
{
	struct page *page = alloc_page(GFP_KERNEL);
	void *addr = kmap_local_page(page);

	EXPECT_EQ(is_kmap_addr(addr), addr != lowmem_page_address(page));
	sign_page(page);
	EXPECT(shows(lowmem_page_address(page), page));
	kunmap_local(addr);
	__free_page(page);
}

KTEST(kmap_local, "frames above 4 GiB are told from those below")
{
	struct page_list list = {0};
	struct page *below = test_page();
	void *addr;

	sign_page(below);
	while (!too_much_to_poison() &&
	       take_one(&list, GFP_HIGHUSER, MAX_PAGE_ORDER) &&
	       page_to_pfn(list.first) < FOUR_GIB)
		;
	if (list.first && page_to_pfn(list.first) >= FOUR_GIB) {
		sign_page(list.first + 7);
		addr = kmap_local_page(list.first + 7);
		EXPECT(shows(addr, list.first + 7));
		kunmap_local(addr);
	} else {
		ktest_skip(CHECK ? "CHECK=1 writes every page: 1 GiB at most"
				 : "no RAM above 4 GiB is free");
	}
	free_all(&list);
	addr = kmap_local_page(below);
	EXPECT(shows(addr, below));
	kunmap_local(addr);
	__free_page(below);
}

KTEST(kmap_local, "a page that is mapped twice shows the same bytes twice")
{
	struct page *page = test_page();
	volatile char *first = kmap_local_page(page);
	volatile char *second = kmap_local_page(page);

	first[1234] = 'x';
	EXPECT_EQ(second[1234], 'x');
	EXPECT_EQ(first != second, is_kmap_addr(first));
	kunmap_local(second);
	EXPECT_EQ(first[1234], 'x');
	kunmap_local(first);
	__free_page(page);
}

KTEST(kmap_local, "any address in the page ends the mapping")
{
	struct kmap_state before = kmap_state();
	struct page *page = test_page();

	for (unsigned at = 0; at < PAGE_SIZE; at = at * 2 + 1) {
		char *addr = kmap_local_page(page);

		kunmap_local(addr + at);
		EXPECT_EQ(kmap_local_slots(), before.local);
	}
	__free_page(page);
	expect_as_before(&before);
}

KTEST(kmap_local, "when it has ended, nothing is there")
{
	struct page *page = test_page();
	volatile char *addr;

	if (nothing_is_mapped()) {
		__free_page(page);
		return;
	}
	addr = kmap_local_page(page);
	addr[0] = 1;
	kunmap_local(addr);
	EXPECT_FAULT(ACCESS_READ, addr, PAGE_ABSENT);
	EXPECT_FAULT(ACCESS_WRITE, addr + PAGE_SIZE - 1, PAGE_ABSENT);
	__free_page(page);
}

KTEST(kmap_local, "the next page at an address is seen, and not the last")
{
	struct page *page[2] = {test_page(), test_page()};
	unsigned wrong = 0;

	sign_page(page[0]);
	sign_page(page[1]);
	for (unsigned n = 0; n < 100; n++) {
		void *addr = kmap_local_page(page[n % 2]);

		wrong += !shows(addr, page[n % 2]);
		kunmap_local(addr);
	}
	EXPECT_EQ(wrong, 0);
	__free_page(page[0]);
	__free_page(page[1]);
}

static void *deep[KMAP_LOCAL_SLOTS];

KTEST(kmap_local, "mappings nest as deep as there are slots, each its own")
{
	unsigned depth = KMAP_LOCAL_SLOTS / (1 + CHECK), wrong = 0;
	struct kmap_state before = kmap_state();
	struct page *block = alloc_pages(GFP_HIGHUSER, 5);

	for (unsigned n = 0; n < 32; n++)
		sign_page(block + n);
	for (unsigned n = 0; n < depth; n++)
		deep[n] = kmap_local_page(block + n % 32);
	for (unsigned n = 0; n < depth; n++)
		wrong += !shows(deep[n], block + n % 32);
	EXPECT_EQ(wrong, 0);
	for (unsigned n = depth; n--;)
		kunmap_local(deep[n]);
	__free_pages(block, 5);
	expect_as_before(&before);
}

/* ---- Folios -------------------------------------------------------------- */

/* Whether the folio's pages from `first` on are seen from `addr` on. */
static bool shows_folio(const char *addr, struct folio *folio,
			unsigned long first, unsigned long pages)
{
	for (unsigned long n = 0; n < pages; n++)
		if (!shows(addr + n * PAGE_SIZE, folio_page(folio, first + n)))
			return false;
	return true;
}

KTEST(kmap_local, "a folio's pages are seen one behind the other")
{
	struct kmap_state before = kmap_state();

	/* The most pages, and two more mappings around them. */
	for (unsigned order = 0; 1 << order <= KMAP_FOLIO_PAGES; order++) {
		struct folio *folio =
			folio_alloc(GFP_HIGHUSER | __GFP_NOWARN, order);
		struct page *other = test_page();
		void *below, *above;
		char *addr;

		if (!folio) {
			__free_page(other);
			continue;
		}
		for (unsigned n = 0; n < folio_nr_pages(folio); n++)
			sign_page(folio_page(folio, n));
		sign_page(other);
		below = kmap_local_page(other);
		addr = kmap_local_folio(folio, 0);
		above = kmap_local_page(other);
		EXPECT(shows_folio(addr, folio, 0, folio_nr_pages(folio)));
		EXPECT(shows(above, other) && shows(below, other));
		kunmap_local(above);
		kunmap_local(addr + folio_size(folio) / 2);
		kunmap_local(below);
		folio_put(folio);
		__free_page(other);
	}
	expect_as_before(&before);
}

KTEST(kmap_local, "an offset into a folio is the address of its byte")
{
	struct folio *folio = folio_alloc(GFP_HIGHUSER, 2);
	char *start = kmap_local_folio(folio, 0);
	char *addr = kmap_local_folio(folio, 2 * PAGE_SIZE + 77);

	start[2 * PAGE_SIZE + 77] = 'f';
	EXPECT_EQ(*(volatile char *)addr, 'f');
	EXPECT_EQ((uint32_t)addr % PAGE_SIZE, 77);
	kunmap_local(addr);
	kunmap_local(start);
	folio_put(folio);
}

KTEST(kmap_local, "of a folio too large for the window one page is seen")
{
	struct folio *folio = folio_alloc(GFP_HIGHUSER | __GFP_NOWARN, 9);
	char *addr;

	if (!folio)
		return ktest_skip("no block of 2 MiB is free");
	sign_page(folio_page(folio, 300));
	addr = kmap_local_folio(folio, 300 * PAGE_SIZE + 5);
	EXPECT(shows(addr - 5, folio_page(folio, 300)));
	kunmap_local(addr);
	folio_put(folio);
}

/* ---- Protection ---------------------------------------------------------- */

KTEST(kmap_local, "what is mapped for reading cannot be written to")
{
	for (unsigned zone = 0; HIGHMEM && zone < MAX_NR_ZONES; zone++) {
		struct page *page = zone_page(zone);
		volatile char *addr, *same;

		if (!page)
			continue;
		sign_page(page);
		addr = kmap_local_page_prot(page, PAGE_KERNEL_RO);
		same = kmap_local_pfn_prot(page_to_pfn(page), PAGE_KERNEL_RO);
		EXPECT(shows(addr, page) && shows(same, page));
		EXPECT_FAULT(ACCESS_WRITE, addr, PAGE_FORBIDS);
		EXPECT_FAULT(ACCESS_WRITE, same + 4095, PAGE_FORBIDS);
		kunmap_local(same);
		kunmap_local(addr);
		__free_page(page);
	}
	if (!HIGHMEM)
		ktest_skip("HIGHMEM=n has no protection to give");
}

KTEST(kmap_local, "what is mapped cannot be run")
{
	struct page *page = test_page();
	char *addr = kmap_local_page(page);

	addr[0] = (char)0xc3; /* ret */
	if (cpu_features.nx)
		EXPECT_FAULT(ACCESS_FETCH, addr, PAGE_FORBIDS);
	else
		ktest_skip("no NX on this CPU");
	kunmap_local(addr);
	__free_page(page);
}

KTEST(kmap_local, "a frame is mapped by its number, whatever it is")
{
	pfn_t video = PFN_DOWN(0xB8000);
	volatile char *addr;

	if (!HIGHMEM)
		return ktest_skip("HIGHMEM=n maps nothing");
	EXPECT_FAULT(ACCESS_READ, PAGE_OFFSET + 0xB8000, PAGE_ABSENT);
	addr = kmap_local_pfn_prot(video, PAGE_KERNEL_DEVICE);
	EXPECT(is_kmap_addr(addr));
	(void)addr[0];
	kunmap_local(addr);
}

/* ---- What goes on in between --------------------------------------------- */

KTEST(kmap_local, "preemption, interrupts and page faults stay on")
{
	struct page *page = test_page();
	unsigned count = preempt_count();
	void *addr = kmap_local_page(page);

	EXPECT_EQ(preempt_count(), count);
	EXPECT(!irqs_disabled());
	EXPECT(!pagefault_disabled());
	EXPECT_EQ(current->migrate_disabled, 0);
	kunmap_local(addr);
	__free_page(page);
}

static struct {
	struct page *outer, *inner;
} stepped;

/* What is looked at between any two of its instructions. */
static void map_and_look(void)
{
	void *first = kmap_local_page(stepped.outer), *second, *third;

	peek_expect(shows(first, stepped.outer));
	second = kmap_local_page(stepped.inner);
	peek_expect(shows(second, stepped.inner));
	kunmap_local(second);
	third = kmap_local_page(stepped.outer);
	peek_expect(shows(third, stepped.outer));
	peek_expect(shows(first, stepped.outer));
	kunmap_local(third);
	kunmap_local(first);
}

/* An interrupt that maps two pages. */
static void handler_maps(void)
{
	unsigned slots = kmap_local_slots();
	void *first = kmap_local_page(stepped.inner);
	void *second = kmap_local_page(stepped.outer);

	peek_expect(shows(first, stepped.inner));
	peek_expect(shows(second, stepped.outer));
	kunmap_local(second);
	kunmap_local(first);
	peek_expect(kmap_local_slots() == slots);
}

/* A switch to another task, which maps pages at the same addresses, and back
 * to this one. */
static void task_switches(void)
{
	static struct kmap_task other;
	struct kmap_task *me = &current->kmap;

	kmap_switch(me, &other);
	peek_expect(!kmap_local_slots());
	handler_maps();
	kmap_switch(&other, me);
}

static void both(void)
{
	handler_maps();
	task_switches();
}

static void step(void (*peek)(void))
{
	struct kmap_state before = kmap_state();

	stepped.outer = test_page();
	stepped.inner = test_page();
	sign_page(stepped.outer);
	sign_page(stepped.inner);
	/* Each of the six calls is several instructions. */
	EXPECT(step_through(map_and_look, peek) > 50);
	__free_page(stepped.outer);
	__free_page(stepped.inner);
	expect_as_before(&before);
}

KTEST(kmap_local, "an interrupt between any two instructions may map")
{
	step(handler_maps);
}

KTEST(kmap_local, "a switch to another task may come between any two")
{
	step(task_switches);
}

KTEST(kmap_local, "an interrupt and then a switch may come between any two")
{
	step(both);
}

/* ---- Half an entry ------------------------------------------------------- */

/* Frames whose entries differ in both halves. */
static struct {
	pfn_t low, high;
} frames;

static void map_in_turns(void)
{
	for (unsigned n = 0; n < 4; n++) {
		void *first = kmap_local_pfn(n % 2 ? frames.low : frames.high);
		void *second = kmap_local_pfn(n % 2 ? frames.high : frames.low);

		kunmap_local(second);
		kunmap_local(first);
	}
}

/* What the CPU could find in the window. */
static void look_at_entries(void)
{
	vpn_t vpn = kmap_stack_base(KMAP_LOCAL);

	for (unsigned n = 0; n < 6; n++) {
		pte_t entry = *window_pte(vpn + n);
		pfn_t pfn = PFN_DOWN(entry & PTE_FRAME);

		peek_expect(!(entry & PTE_PRESENT) || pfn == frames.low ||
			    pfn == frames.high);
	}
}

KTEST(kmap_local, "the CPU never finds one half of an entry with another's")
{
	struct page *low = alloc_page(GFP_KERNEL);

	/* It is only mapped, and need not be ours. */
	frames.low = page_to_pfn(low);
	frames.high = PFN_DOWN(memblock_end_of_DRAM() - 1);
	if (!HIGHMEM || frames.high < FOUR_GIB)
		ktest_skip("needs RAM above 4 GiB");
	else
		EXPECT(step_through(map_in_turns, look_at_entries) > 100);
	__free_page(low);
}
