/* SPDX-License-Identifier: MIT */
/* The documented rules of mapping high memory, a test each. Written against
 * the public names alone, so that the file can also be compiled in another
 * kernel that has them, with a conformance.h of its own.
 *
 * Each test names where its rule stands:
 *	[rst]  Linux, Documentation/mm/highmem.rst, "Temporary Virtual Mappings"
 *	[h]    Linux, include/linux/highmem.h, the comment of the function
 *
 * Notices: atomic_preemptible, atomic_faults_served, pool_uncounted. */
#include "conformance.h"

#define MANY 1024

static struct page *page_a, *page_b, *many[MANY];
static void *shared;

/* Two pages of the kind wanted, the first full of `a`, the second of `b`. */
static void take_pages(gfp_t gfp)
{
	page_a = alloc_page(gfp);
	page_b = alloc_page(gfp);
	memset_page(page_a, 0, 'a', PAGE_SIZE);
	memset_page(page_b, 0, 'b', PAGE_SIZE);
}

static void give_pages(void)
{
	__free_page(page_a);
	__free_page(page_b);
}

static bool is_full_of(const void *addr, char letter)
{
	const volatile char *at = addr;

	return at[0] == letter && at[2047] == letter &&
	       at[PAGE_SIZE - 1] == letter;
}

/* Runs a test with high pages, and with pages of lowmem. */
static void with_pages(void (*test)(void))
{
	take_pages(GFP_HIGHUSER);
	test();
	give_pages();
	take_pages(GFP_KERNEL);
	test();
	give_pages();
}

/* ---- kmap_local_page() --------------------------------------------------- */

static void local_is_valid(void)
{
	char *addr = kmap_local_page(page_a);

	EXPECT(addr && is_full_of(addr, 'a'));
	memset(addr, 'x', PAGE_SIZE);
	kunmap_local(addr);
	addr = kmap_local_page(page_a);
	EXPECT(is_full_of(addr, 'x'));
	kunmap_local(addr);
}

/* [rst] "always returns valid virtual kernel addresses" */
KTEST(conformance, "kmap_local_page: the address is always valid")
{
	with_pages(local_is_valid);
}

/* [rst] for low memory pages it returns "the virtual address of the direct
 * mapping"; users may call page_address() for those. */
KTEST(conformance, "kmap_local_page: a low page has its direct address")
{
	void *addr;

	if (lowmem_is_mapped())
		return ktest_skip("lowmem is mapped, too, to test callers");
	take_pages(GFP_KERNEL);
	addr = kmap_local_page(page_a);
	EXPECT(!PageHighMem(page_a));
	EXPECT(addr == page_address(page_a));
	kunmap_local(addr);
	give_pages();
}

static void local_nests(void)
{
	char *a = kmap_local_page(page_a), *b = kmap_local_page(page_b);
	char *again = kmap_local_page(page_a);

	EXPECT(is_full_of(a, 'a') && is_full_of(b, 'b'));
	again[0] = 'y';
	EXPECT_EQ(*(volatile char *)a, 'y');
	kunmap_local(again);
	EXPECT(is_full_of(b, 'b'));
	kunmap_local(b);
	EXPECT_EQ(*(volatile char *)a, 'y');
	kunmap_local(a);
}

/* [rst] "Nesting ... is allowed to a certain extent", strictly ordered. */
KTEST(conformance, "kmap_local_page: mappings nest, the newest ends first")
{
	with_pages(local_nests);
}

static void local_any_address(void)
{
	char *a = kmap_local_page(page_a), *b = kmap_local_page(page_b);

	kunmap_local(b + PAGE_SIZE - 1);
	EXPECT(is_full_of(a, 'a'));
	b = kmap_local_page(page_b);
	EXPECT(is_full_of(b, 'b'));
	kunmap_local(b + 1);
	kunmap_local(a + 2048);
}

/* [h] kunmap_local() takes "an address within the page mapped". */
KTEST(conformance, "kunmap_local: any address within the page will do")
{
	with_pages(local_any_address);
}

static void local_disables_nothing(void)
{
	int before = (int)preempt_count();
	void *addr = kmap_local_page(page_a);

	EXPECT_EQ(preempt_count(), before);
	EXPECT(!pagefault_disabled());
	EXPECT(!in_atomic());
	kunmap_local(addr);
	EXPECT_EQ(preempt_count(), before);
}

/* [rst] "pagefaults and preemption are never disabled" */
KTEST(conformance, "kmap_local_page: preemption and page faults stay enabled")
{
	with_pages(local_disables_nothing);
}

static int map_and_yield(void *letter)
{
	struct page *page = (uintptr_t)letter == 'a' ? page_a : page_b;
	void *addr = kmap_local_page(page);
	int wrong = 0;

	for (unsigned i = 0; i < 50; i++) {
		let_others_run();
		wrong += !is_full_of(addr, (char)(uintptr_t)letter);
	}
	kunmap_local(addr);
	return wrong;
}

static int both_in_turns(void *unused)
{
	void *addr = kmap_local_page(page_a);
	int wrong = 0;

	(void)unused;
	for (unsigned i = 0; i < 5; i++) {
		wrong += run_in_thread(map_and_yield, (void *)(uintptr_t)'b');
		wrong += !is_full_of(addr, 'a');
	}
	kunmap_local(addr);
	return wrong;
}

static void local_is_saved(void)
{
	EXPECT_EQ(run_in_thread(both_in_turns, NULL), 0);
}

/* [rst] "the maps of the outgoing task are saved and those of the incoming one
 * are restored"; [h] a task with a mapping may be preempted, and may sleep. */
KTEST(conformance, "kmap_local_page: a context switch keeps the mappings")
{
	with_pages(local_is_saved);
}

static int seen_in_interrupt;

static void map_both(void)
{
	void *a = kmap_local_page(page_a), *b = kmap_local_page(page_b);

	seen_in_interrupt = is_full_of(a, 'a') && is_full_of(b, 'b');
	kunmap_local(b);
	kunmap_local(a);
}

static void local_in_interrupt(void)
{
	void *addr = kmap_local_page(page_b);

	seen_in_interrupt = -1;
	if (run_in_interrupt(map_both))
		EXPECT_EQ(seen_in_interrupt, 1);
	EXPECT(is_full_of(addr, 'b'));
	kunmap_local(addr);
}

/* [rst] "can be invoked from any context (including interrupts)" */
KTEST(conformance, "kmap_local_page: interrupts may map")
{
	with_pages(local_in_interrupt);
}

/* [rst] kmap_local_folio() takes "the byte offset within the folio which
 * identifies the page". */
KTEST(conformance, "kmap_local_folio: the offset names the page and the byte")
{
	struct folio *folio = folio_alloc(GFP_HIGHUSER, 2);
	char *addr;

	if (!EXPECT(folio))
		return;
	for (unsigned n = 0; n < 4; n++)
		memset_page(folio_page(folio, n), 0, 'p' + (int)n, PAGE_SIZE);
	for (unsigned n = 0; n < 4; n++) {
		addr = kmap_local_folio(folio, n * PAGE_SIZE + 123);
		EXPECT_EQ(*(volatile char *)addr, 'p' + n);
		EXPECT_EQ((uintptr_t)addr % PAGE_SIZE, 123);
		EXPECT(is_full_of(addr - 123, (char)('p' + n)));
		kunmap_local(addr);
	}
	folio_put(folio);
}

/* ---- kmap_atomic() ------------------------------------------------------- */

static void atomic_disables(void)
{
	int before = (int)preempt_count();
	void *addr = kmap_atomic(page_a);

	EXPECT(in_atomic());
	EXPECT(pagefault_disabled());
	EXPECT(is_full_of(addr, 'a'));
	kunmap_atomic(addr);
	EXPECT_EQ(preempt_count(), before);
	EXPECT(!pagefault_disabled());
}

/* [rst] "Each call of kmap_atomic() in the kernel creates a non-preemptible
 * section and disable pagefaults." */
KTEST(conformance, "kmap_atomic: a section without preemption and page faults")
{
	with_pages(atomic_disables);
}

static void atomic_nests(void)
{
	char *a = kmap_atomic(page_a), *b = kmap_atomic(page_b);

	memcpy(b, a, PAGE_SIZE);
	kunmap_atomic(b);
	EXPECT(pagefault_disabled());
	EXPECT(is_full_of(a, 'a'));
	kunmap_atomic(a);
	a = kmap_atomic(page_b);
	EXPECT(is_full_of(a, 'a'));
	kunmap_atomic(a);
	memset_page(page_b, 0, 'b', PAGE_SIZE);
}

/* [h] kunmap_atomic(): "Nesting ... in reverse order" */
KTEST(conformance, "kmap_atomic: two pages at once, the newest ends first")
{
	with_pages(atomic_nests);
}

static void map_both_atomic(void)
{
	void *a = kmap_atomic(page_a), *b = kmap_atomic(page_b);

	seen_in_interrupt = is_full_of(a, 'a') && is_full_of(b, 'b');
	kunmap_atomic(b);
	kunmap_atomic(a);
}

static void atomic_in_interrupt(void)
{
	void *addr = kmap_atomic(page_b);

	seen_in_interrupt = -1;
	if (run_in_interrupt(map_both_atomic))
		EXPECT_EQ(seen_in_interrupt, 1);
	EXPECT(is_full_of(addr, 'b'));
	kunmap_atomic(addr);
}

/* [rst] "may also be used by interrupt contexts" */
KTEST(conformance, "kmap_atomic: interrupts may map")
{
	with_pages(atomic_in_interrupt);
}

/* ---- kmap() -------------------------------------------------------------- */

static int look_at_shared(void *unused)
{
	(void)unused;
	return is_full_of(shared, 'a');
}

static void kmap_is_global(void)
{
	shared = kmap(page_a);
	EXPECT_EQ(run_in_thread(look_at_shared, NULL), 1);
	for (unsigned cpu = 0; cpu < num_online_cpus(); cpu++) {
		move_to_cpu(cpu);
		EXPECT(is_full_of(shared, 'a'));
	}
	move_anywhere();
	kunmap(page_a);
}

/* [h] "The returned virtual address is globally visible" ... "can be handed to
 * other contexts." */
KTEST(conformance, "kmap: the address can be handed to other contexts")
{
	with_pages(kmap_is_global);
}

static void kmap_stays_enabled(void)
{
	void *addr = kmap(page_a);

	EXPECT(!in_atomic() && !pagefault_disabled());
	for (unsigned i = 0; i < 10; i++)
		let_others_run();
	EXPECT(is_full_of(addr, 'a'));
	kunmap(page_a);
}

/* [rst] "with no restrictions on preemption or migration" */
KTEST(conformance, "kmap: the task may be preempted, may sleep, may move")
{
	with_pages(kmap_stays_enabled);
}

static void kmap_counts(void)
{
	void *addr = kmap(page_a);

	EXPECT(kmap(page_a) == addr);
	EXPECT(page_address(page_a) == addr);
	EXPECT(kmap_to_page(addr) == page_a);
	kunmap(page_a);
	EXPECT(is_full_of(addr, 'a'));
	EXPECT(page_address(page_a) == addr);
	kunmap(page_a);
}

/* [h] "valid up to the point where it is unmapped"; a page has one address,
 * page_address() tells it, kmap_to_page() is the way back. */
KTEST(conformance, "kmap: a page mapped twice stays until it is unmapped twice")
{
	with_pages(kmap_counts);
}

/* [h] "for pages in the low memory area this returns the virtual address of
 * the direct kernel mapping" */
KTEST(conformance, "kmap: a low page has its direct address")
{
	if (lowmem_is_mapped())
		return ktest_skip("lowmem is mapped, too, to test callers");
	take_pages(GFP_KERNEL);
	EXPECT(kmap(page_a) == page_address(page_a));
	kunmap(page_a);
	EXPECT(page_address(page_a) != NULL);
	give_pages();
}

static void kmap_outlives_others(void)
{
	void *addr = kmap(page_a);
	unsigned wrong = 0;

	for (unsigned n = 0; n < MANY; n++)
		memset_page(many[n], 0, 'a' + (int)n % 26, PAGE_SIZE);
	for (unsigned n = 0; n < MANY; n++) {
		wrong += !is_full_of(kmap(many[n]), (char)('a' + n % 26));
		kunmap(many[n]);
	}
	EXPECT_EQ(wrong, 0);
	EXPECT(is_full_of(addr, 'a'));
	EXPECT(page_address(page_a) == addr);
	kunmap(page_a);
}

/* [rst] the pool wraps, with a "global TLB invalidation" */
KTEST(conformance, "kmap: more pages than there are slots, one after another")
{
	unsigned n = 0;

	while (n < MANY && (many[n] = alloc_page(GFP_HIGHUSER)))
		n++;
	if (n == MANY)
		with_pages(kmap_outlives_others);
	else
		ktest_skip("too little memory");
	while (n)
		__free_page(many[--n]);
}

/* ---- What is built on them ----------------------------------------------- */

static char bytes[64];

static void copies(void)
{
	memcpy_page(page_a, 100, page_b, 0, 50);
	memcpy_from_page(bytes, page_a, 99, 52);
	EXPECT(bytes[0] == 'a' && bytes[1] == 'b' && bytes[50] == 'b' &&
	       bytes[51] == 'a');
	memmove_page(page_a, 101, page_a, 100, 50);
	memcpy_from_page(bytes, page_a, 99, 53);
	EXPECT(bytes[0] == 'a' && bytes[1] == 'b' && bytes[51] == 'b' &&
	       bytes[52] == 'a');
	memcpy_to_page(page_b, PAGE_SIZE - 64, bytes, 64);
	memset(bytes, 0, sizeof(bytes));
	memcpy_from_page(bytes, page_b, PAGE_SIZE - 64, 64);
	EXPECT(bytes[0] == 'a' && bytes[51] == 'b');
	copy_highpage(page_b, page_a);
	memcpy_from_page(bytes, page_b, 101, 1);
	EXPECT(bytes[0] == 'b');
}

/* [h] memcpy_page(), memmove_page(), memcpy_from_page(), memcpy_to_page(),
 * copy_highpage() */
KTEST(conformance, "highmem: bytes are copied between pages and buffers")
{
	with_pages(copies);
}

static void clears(void)
{
	memzero_page(page_a, 1, 2);
	zero_user(page_a, 5, 1);
	zero_user_segments(page_a, 7, 8, 9, 10);
	memset_page(page_a, 11, 'z', 1);
	memcpy_from_page(bytes, page_a, 0, 12);
	EXPECT(!memcmp(bytes, "a\0\0aa\0a\0a\0az", 12));
	clear_highpage(page_a);
	memcpy_from_page(bytes, page_a, PAGE_SIZE - 1, 1);
	EXPECT_EQ(bytes[0], 0);
	flush_dcache_page(page_a);
}

/* [h] memset_page(), memzero_page(), zero_user(), zero_user_segments(),
 * clear_highpage() */
KTEST(conformance, "highmem: bytes are set and cleared, and no others")
{
	with_pages(clears);
}

/* [h] totalhigh_pages(), nr_free_highpages(), PageHighMem() */
KTEST(conformance, "highmem: its pages are counted, and know what they are")
{
	take_pages(GFP_HIGHUSER);
	EXPECT(nr_free_highpages() <= totalhigh_pages());
	EXPECT(!PageHighMem(page_a) || totalhigh_pages() > 0);
	give_pages();
	take_pages(GFP_KERNEL);
	EXPECT(!PageHighMem(page_a) && !PageHighMem(page_b));
	give_pages();
}
