/* SPDX-License-Identifier: MIT */
/* Mistakes with mappings: each is caught at once, and the sentence says which
 * call, which page, which caller mapped it, and what the rule is. Those that
 * end in a handler or a deadlock of their own are at the end, and in
 * test_kmap.py.
 *
 * Notices: push_not_inlined, pop_unchecked, full_unchecked, exit_unchecked,
 * context_unchecked, deadlock_unseen, double_kunmap_unseen,
 * direct_unchecked. */
#include "kernel/ktest.h"

#include "arch/irqflags.h"
#include "crew.h"
#include "kernel/printk.h"
#include "kernel/timer.h"
#include "kmap_check.h"
#include "symbols_check.h"

/* A page that takes a mapping, or NULL, and the test is skipped. */
static struct page *mapped_page(void)
{
	return nothing_is_mapped() ? NULL : test_page();
}

/* "frame 0x12345, HighMem", as sentences name a page; with CHECK=1 also that
 * the function whose name begins so has mapped it. */
static const char *named(const struct page *page, const char *mapper)
{
	static char text[80];

	snprintf(text, sizeof(text), "frame 0x%lx, %s%s%s", page_to_pfn(page),
		 page_zone(page)->name, CHECK ? ", mapped by " : "",
		 CHECK ? if_named(mapper) : "");
	return text;
}

/* ---- kunmap_local, kunmap_atomic ----------------------------------------- */

KTEST(kmap_misuse, "unmapping in the order of mapping is caught")
{
	struct page *page = mapped_page();
	void *first, *second;

	if (!page)
		return;
	first = kmap_local_page(page);
	second = kmap_local_page(page);
	EXPECT_PANIC("kunmap_local", kunmap_local(first));
	EXPECT_PANIC("reverse order", kunmap_local(first));
	EXPECT_PANIC(named(page, "test_kmap_misuse_"), kunmap_local(first));
	kunmap_local(second);
	kunmap_local(first);
	first = kmap_atomic(page);
	second = kmap_atomic(page);
	EXPECT_PANIC("kunmap_atomic", kunmap_atomic(first));
	EXPECT_PANIC("reverse order", kunmap_atomic(first));
	EXPECT_PANIC(named(page, "test_kmap_misuse_"), kunmap_atomic(first));
	kunmap_atomic(second);
	kunmap_atomic(first);
	__free_page(page);
}

KTEST(kmap_misuse, "unmapping twice is caught")
{
	struct page *page = mapped_page();
	void *first, *second;

	if (!page)
		return;
	first = kmap_local_page(page);
	second = kmap_local_page(page);
	kunmap_local(second);
	EXPECT_PANIC("unmapped twice", kunmap_local(second));
	EXPECT_PANIC(named(page, "test_kmap_misuse_"), kunmap_local(second));
	kunmap_local(first);
	EXPECT_PANIC("The newest mapping is none", kunmap_local(first));
	first = kmap_atomic(page);
	second = kmap_atomic(page);
	kunmap_atomic(second);
	EXPECT_PANIC("unmapped twice", kunmap_atomic(second));
	kunmap_atomic(first);
	EXPECT_PANIC("unmapped twice?", kunmap_atomic(first));
	__free_page(page);
}

KTEST(kmap_misuse, "kunmap_atomic without kmap_atomic is caught")
{
	struct page *page = alloc_page(GFP_KERNEL);
	void *addr = kmap_local_page(page);

	EXPECT_PANIC("kunmap_atomic", kunmap_atomic(addr));
	EXPECT(preemptible() && !pagefault_disabled());
	kunmap_local(addr);
	__free_page(page);
}

KTEST(kmap_misuse, "unmapping an address of another kind is caught")
{
	struct page *page = mapped_page(), *low;
	char *addr;

	if (!page)
		return;
	EXPECT_PANIC("page zero", kunmap_local(NULL));
	EXPECT_PANIC("user space", kunmap_local((void *)0x10000));
	EXPECT_PANIC("vunmap() unmaps", kunmap_local((void *)VMALLOC_START));
	EXPECT_PANIC("the fixmap", kunmap_local((void *)FIXMAP_BASE));
	addr = kmap(page);
	if (PageHighMem(page))
		EXPECT_PANIC("kunmap() unmaps", kunmap_local(addr));
	kunmap(page);
	addr = kmap_atomic(page);
	EXPECT_PANIC("kunmap_atomic() unmaps", kunmap_local(addr));
	kunmap_atomic(addr);
	addr = kmap_local_page(page);
	EXPECT_PANIC("kunmap_local() unmaps", kunmap_atomic(addr));
	kunmap_local(addr);
	/* With the word force_kmap, no map call returned that. */
	low = alloc_page(GFP_KERNEL);
	addr = kmap_local_page(low);
	if (is_kmap_addr(addr))
		EXPECT_PANIC("the direct map",
			     kunmap_local(lowmem_page_address(low)));
	kunmap_local(addr);
	__free_page(low);
	__free_page(page);
}

KTEST(kmap_misuse, "more mappings than there are slots are caught")
{
	struct page *page = mapped_page();
	struct folio *folio;
	char *volatile newest = NULL;
	char *addr[2];

	if (!page)
		return;
	folio = mapped_folio(7);
	if (!folio)
		return __free_page(page);
	EXPECT_PANIC(
		"Is a kunmap_local() missing?",
		for (;;) { newest = kmap_local_page(page); });
	EXPECT_PANIC(named(page, "test_kmap_misuse_"), kmap_local_page(page));
	EXPECT_EQ(kmap_local_slots(),
		  KMAP_LOCAL_SLOTS / (1 + CHECK) * (1 + CHECK));
	while (kmap_local_slots()) {
		kunmap_local(newest);
		newest -= PAGE_SIZE << CHECK;
	}
	/* Two whole folios fit, a third does not. */
	addr[0] = kmap_local_folio(folio, 0);
	addr[1] = kmap_local_folio(folio, 0);
	EXPECT_PANIC("128 more would be too many", kmap_local_folio(folio, 0));
	kunmap_local(addr[1]);
	kunmap_local(addr[0]);
	folio_put(folio);
	__free_page(page);
}

static void *atomics[PTRS_PER_TABLE];

KTEST(kmap_misuse, "more kmap_atomic than there are slots are caught")
{
	struct page *page = mapped_page();
	volatile unsigned n = 0;
	unsigned count;

	if (!page)
		return;
	preempt_disable();
	EXPECT_PANIC(
		"Is a kunmap_atomic() missing?",
		for (;; n++) { atomics[n] = kmap_atomic(page); });
	/* The panic gave preemption back, as it was before all of them; page
	 * faults are off once more than there are mappings. */
	count = n;
	for (unsigned i = 0; i < count; i++)
		preempt_disable();
	pagefault_enable();
	while (n--)
		kunmap_atomic(atomics[n]);
	preempt_enable();
	EXPECT(preemptible() && !pagefault_disabled());
	__free_page(page);
}

/* ---- Running off --------------------------------------------------------- */

KTEST(kmap_misuse, "with CHECK=1 running off the end of a mapping faults")
{
	struct page *page = mapped_page();
	struct folio *folio;
	volatile char *addr, *above;

	if (!page)
		return;
	if (!CHECK) {
		__free_page(page);
		return ktest_skip("needs CHECK=1");
	}
	folio = folio_alloc(GFP_HIGHUSER, 1);
	addr = kmap_local_page(page);
	above = kmap_local_folio(folio, 0);
	EXPECT_FAULT(ACCESS_WRITE, addr + PAGE_SIZE, PAGE_ABSENT);
	EXPECT_FAULT(ACCESS_READ, above - 1, PAGE_ABSENT);
	EXPECT_FAULT(ACCESS_WRITE, above + 2 * PAGE_SIZE, PAGE_ABSENT);
	EXPECT_PANIC("beyond the end of the mapping",
		     kunmap_local(above + 2 * PAGE_SIZE));
	kunmap_local(above);
	kunmap_local(addr);
	addr = kmap_atomic(page);
	EXPECT_FAULT(ACCESS_READ, addr + PAGE_SIZE, PAGE_ABSENT);
	kunmap_atomic(addr);
	folio_put(folio);
	__free_page(page);
}

KTEST(kmap_misuse, "with CHECK=1 so does running off the end of a kmap()")
{
	struct page *page[2] = {test_page(), test_page()};
	volatile char *addr;

	if (CHECK && !no_highmem()) {
		addr = kmap(page[0]);
		kmap(page[1]);
		EXPECT_FAULT(ACCESS_WRITE, addr + PAGE_SIZE, PAGE_ABSENT);
		kunmap(page[1]);
		kunmap(page[0]);
	}
	if (!CHECK)
		ktest_skip("needs CHECK=1");
	__free_page(page[0]);
	__free_page(page[1]);
}

KTEST(kmap_misuse, "a byte beyond its folio has no address")
{
	struct folio *folio = folio_alloc(GFP_HIGHUSER, 1);

	if (HIGHMEM)
		EXPECT_PANIC("kmap_local_folio: byte 0x2000 is not in",
			     kmap_local_folio(folio, 2 * PAGE_SIZE));
	else
		ktest_skip("HIGHMEM=n only adds");
	folio_put(folio);
}

/* ---- Left behind, and in the wrong place --------------------------------- */

KTEST(kmap_misuse, "a task that ends with a mapping is caught")
{
	struct page *page = mapped_page();
	void *addr;

	if (!page)
		return;
	addr = kmap_local_page(page);
	EXPECT_PANIC("a task exits with", task_exit());
	EXPECT_PANIC("a task returns to user space with",
		     kmap_local_assert_none("returns to user space"));
	kunmap_local(addr);
	kmap_local_assert_none("goes on");
	__free_page(page);
}

KTEST(kmap_misuse, "kmap where nothing may sleep is caught")
{
	struct page *page = test_page();
	unsigned long flags;
	void *addr;

	preempt_disable();
	EXPECT_PANIC("kmap: called with preemption off", kmap(page));
	preempt_enable();
	addr = kmap_atomic(page);
	EXPECT_PANIC("kmap: called between kmap_atomic() and kunmap_atomic()",
		     kmap(page));
	kunmap_atomic(addr);
	local_irq_save(flags);
	if (CHECK)
		EXPECT_PANIC("with interrupts off", kmap(page));
	local_irq_restore(flags);
	__free_page(page);
}

KTEST(kmap_misuse, "sleeping inside kmap_atomic is caught, and called so")
{
	struct page *page = test_page();
	void *addr = kmap_atomic(page);

	EXPECT_PANIC("between kmap_atomic() and kunmap_atomic()", schedule());
	EXPECT_PANIC("between kmap_atomic() and kunmap_atomic()", yield());
	kunmap_atomic(addr);
	__free_page(page);
}

/* ---- kunmap -------------------------------------------------------------- */

KTEST(kmap_misuse, "kunmap of a page that is not mapped is caught")
{
	struct page *page;

	if (no_highmem())
		return;
	page = test_page();
	kmap_flush_unused();
	EXPECT_PANIC("it never was, or it was long ago", kunmap(page));
	EXPECT_PANIC(page_zone(page)->name, kunmap(page));
	kmap(page);
	kunmap(page);
	EXPECT_PANIC("was it unmapped twice?", kunmap(page));
	EXPECT_PANIC(if_named("the first was in test_kmap_misuse_"),
		     kunmap(page));
	/* And nothing was counted wrongly. */
	kmap(page);
	EXPECT_EQ(kmap_count().mapped, 1);
	kunmap(page);
	EXPECT_EQ(kmap_count().mapped, 0);
	__free_page(page);
}

/* ---- A nest of kmap() ---------------------------------------------------- */

static struct page *many[KMAP_SLOTS + 2];

static bool take_many(void)
{
	if (no_tick() || no_highmem() || too_few_high_pages(KMAP_SLOTS + 64))
		return false;
	for (unsigned n = 0; n < KMAP_SLOTS + 2; n++)
		many[n] = test_page();
	return true;
}

static void give_many(void)
{
	for (unsigned n = 0; n < KMAP_SLOTS + 2; n++)
		__free_page(many[n]);
}

KTEST(kmap_misuse, "a task that maps more pages than there are slots is caught")
{
	if (!take_many())
		return;
	for (unsigned n = 0; n < KMAP_SLOTS; n++)
		kmap(many[n]);
	EXPECT_PANIC("waits for ever: all", kmap(many[KMAP_SLOTS]));
	for (unsigned n = 0; n < KMAP_SLOTS; n++)
		kunmap(many[n]);
	give_many();
}

static bool half_mapped;

/* Maps one half, and one page more. */
static int map_half(void *unused)
{
	(void)unused;
	for (unsigned n = 0; n < KMAP_SLOTS / 2; n++)
		kmap(many[n]);
	WRITE_ONCE(half_mapped, true);
	kmap(many[KMAP_SLOTS]);
	for (unsigned n = 0; n < KMAP_SLOTS / 2; n++)
		kunmap(many[n]);
	kunmap(many[KMAP_SLOTS]);
	return 0;
}

KTEST(kmap_misuse, "tasks that wait for each other's slots are caught")
{
	unsigned long sleeps = kmap_count().sleeps;
	struct task *other;

	if (!take_many())
		return;
	half_mapped = false;
	for (unsigned n = KMAP_SLOTS / 2; n < KMAP_SLOTS; n++)
		kmap(many[n]);
	other = kthread_run(map_half, NULL, "other half");
	EXPECT(EVENTUALLY(kmap_count().sleeps == sleeps + 1));
	EXPECT_PANIC("tasks that wait for one", kmap(many[KMAP_SLOTS + 1]));
	/* One that gives way lets the other go on. */
	for (unsigned n = KMAP_SLOTS / 2; n < KMAP_SLOTS; n++)
		kunmap(many[n]);
	EXPECT_EQ(kthread_join(other), 0);
	EXPECT_EQ(kmap_count().mapped, 0);
	give_many();
}

/* ---- In machines of their own (test_kmap.py) ----------------------------- */

static struct page *rung;

static void map_for_all(struct timer *timer)
{
	(void)timer;
	kmap(rung);
}

static void unmap_for_all(struct timer *timer)
{
	(void)timer;
	kunmap(rung);
}

static void count_for_all(struct timer *timer)
{
	(void)timer;
	kmap_high_get(rung);
}

static void flush_for_all(struct timer *timer)
{
	(void)timer;
	kmap_flush_unused();
}

static void map_and_leave(struct timer *timer)
{
	(void)timer;
	kmap_local_page(rung);
}

/* Has `fire` called by a handler, and waits for the end. */
static void die_in_handler(void (*fire)(struct timer *timer))
{
	struct timer timer = {.expires = jiffies + 1, .fire = fire};

	rung = test_page();
	timer_add(&timer);
	EXPECT(EVENTUALLY(false));
}

KTEST(death, "kmap in a handler")
{
	die_in_handler(map_for_all);
}

KTEST(death, "kunmap in a handler")
{
	die_in_handler(unmap_for_all);
}

KTEST(death, "kmap_high_get in a handler")
{
	die_in_handler(count_for_all);
}

KTEST(death, "kmap_flush_unused in a handler")
{
	die_in_handler(flush_for_all);
}

KTEST(death, "handler that leaves a mapping")
{
	die_in_handler(map_and_leave);
}

KTEST(death, "with mappings")
{
	struct folio *folio = folio_alloc(GFP_HIGHUSER, 1);
	char *folio_addr = kmap_local_folio(folio, 0);
	char *addr = kmap_local_page(folio_page(folio, 1));

	kmap_atomic(folio_page(folio, 0));
	kunmap_local(folio_addr);
	kunmap_local(addr);
}

KTEST(death, "after kunmap_local")
{
	struct page *page = test_page();
	char *addr = kmap_local_page(page);

	kunmap_local(addr);
	WRITE_ONCE(*addr, 1);
}

KTEST(death, "off the end of a mapping")
{
	char *addr = kmap_local_page(test_page());

	WRITE_ONCE(addr[PAGE_SIZE], 1);
}

KTEST(death, "mapping without end")
{
	for (;;)
		kmap_local_page(test_page());
}
