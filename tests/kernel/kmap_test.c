/* SPDX-License-Identifier: MIT */
/* kmap: one address for everybody, counted; the pool, its wrap, and tasks that
 * wait when it is full.
 *
 * Notices: pool_no_flush, pool_flush_here_only, pool_frees_mapped,
 * pool_uncounted, pool_no_wake, pool_last_come_first, pool_keeps_number. */
#include "kernel/ktest.h"

#include "arch/ipi.h"
#include "crew.h"
#include "kmap_check.h"

/* More pages than slots. */
#define MANY (2 * KMAP_SLOTS)
static struct page *many[MANY];

/* High pages that others take meanwhile: stacks of tasks. */
#define SPARE 64
static void *address[MANY];

/* Pages that need a slot, as many as wanted; or the test is skipped. */
static bool take_many(unsigned count)
{
	if (no_highmem() || too_few_high_pages(count + SPARE))
		return false;
	for (unsigned n = 0; n < count; n++) {
		many[n] = test_page();
		sign_page(many[n]);
	}
	return true;
}

static void give_many(unsigned count)
{
	for (unsigned n = 0; n < count; n++)
		__free_page(many[n]);
}

/* ---- Addresses ----------------------------------------------------------- */

KTEST(kmap, "a page shows what was written to it, in every zone")
{
	struct kmap_state before = kmap_state();

	for (unsigned zone = 0; zone < MAX_NR_ZONES; zone++) {
		struct page *page = zone_page(zone);

		if (!page)
			continue;
		sign_page(page);
		EXPECT(shows(kmap(page), page));
		kunmap(page);
		__free_page(page);
	}
	expect_as_before(&before);
}

KTEST(kmap, "a page has one address, however often it is mapped")
{
	struct kmap_state before = kmap_state();
	struct page *page = test_page(), *other = test_page();
	void *addr = kmap(page);

	EXPECT_EQ((uint32_t)kmap(page), (uint32_t)addr);
	EXPECT_EQ((uint32_t)page_address(page), (uint32_t)addr);
	EXPECT_EQ((uint32_t)kmap_to_page(addr), (uint32_t)page);
	EXPECT_EQ(is_kmap_addr(addr), PageHighMem(page));
	EXPECT(kmap(other) != addr);
	kunmap(page);
	EXPECT_EQ(kmap_count().mapped, before.pool + 2 * PageHighMem(page));
	kunmap(page);
	kunmap(other);
	__free_page(other);
	__free_page(page);
	expect_as_before(&before);
}

KTEST(kmap, "page_address tells lowmem's address, a mapped page's, or none")
{
	struct page *low = alloc_page(GFP_KERNEL), *page = test_page();
	void *addr;

	EXPECT_EQ((uint32_t)page_address(low),
		  (uint32_t)lowmem_page_address(low));
	kmap_flush_unused();
	if (PageHighMem(page))
		EXPECT_EQ((uint32_t)page_address(page), 0);
	addr = kmap(page);
	EXPECT_EQ((uint32_t)page_address(page), (uint32_t)addr);
	kunmap(page);
	kmap_flush_unused();
	if (PageHighMem(page))
		EXPECT_EQ((uint32_t)page_address(page), 0);
	__free_page(page);
	__free_page(low);
}

KTEST(kmap, "kmap_high_get maps only what has an address")
{
	struct page *page = test_page();
	void *addr;

	kmap_flush_unused();
	if (PageHighMem(page))
		EXPECT_EQ((uint32_t)kmap_high_get(page), 0);
	addr = kmap(page);
	EXPECT_EQ((uint32_t)kmap_high_get(page), (uint32_t)addr);
	kunmap(page);
	if (PageHighMem(page))
		EXPECT_EQ(kmap_count().mapped, 1);
	kunmap(page);
	EXPECT_EQ(kmap_count().mapped, 0);
	__free_page(page);
}

KTEST(kmap, "kmap_to_page knows the page behind each kind of address")
{
	struct page *page = test_page();
	char *addr;

	addr = kmap_local_page(page);
	EXPECT_EQ((uint32_t)kmap_to_page(addr + 9), (uint32_t)page);
	kunmap_local(addr);
	if (is_kmap_addr(addr))
		EXPECT_PANIC("the CPU window", kmap_to_page(addr));
	addr = kmap_atomic(page);
	EXPECT_EQ((uint32_t)kmap_to_page(addr + 9), (uint32_t)page);
	kunmap_atomic(addr);
	addr = kmap(page);
	EXPECT_EQ((uint32_t)kmap_to_page(addr + 9), (uint32_t)page);
	kunmap(page);
	__free_page(page);
}

static int map_first(void *unused)
{
	(void)unused;
	address[0] = kmap(many[0]);
	return !shows(address[0], many[0]);
}

static int unmap_first(void *unused)
{
	int errors = !shows(address[0], many[0]);

	(void)unused;
	kunmap(many[0]);
	return errors;
}

KTEST(kmap, "an address is good for every task, and any may end it")
{
	struct kmap_state before = kmap_state();

	many[0] = test_page();
	sign_page(many[0]);
	EXPECT_EQ(kthread_join(kthread_run(map_first, NULL, "maps")), 0);
	EXPECT(shows(address[0], many[0]));
	EXPECT_EQ(kthread_join(kthread_run(unmap_first, NULL, "unmaps")), 0);
	__free_page(many[0]);
	expect_no_slots(&before);
}

/* ---- The pool ------------------------------------------------------------ */

KTEST(kmap, "a slot keeps its page until the pool wraps")
{
	struct kmap_counts before;

	if (!take_many(1))
		return;
	kmap_flush_unused();
	before = kmap_count();
	EXPECT_EQ(before.free, KMAP_SLOTS);
	EXPECT_EQ(before.stale + before.mapped, 0);
	address[0] = kmap(many[0]);
	EXPECT_EQ(kmap_count().mapped, 1);
	kunmap(many[0]);
	EXPECT_EQ(kmap_count().stale, 1);
	EXPECT_EQ(kmap_count().free, KMAP_SLOTS - 1);
	EXPECT(shows(address[0], many[0]));
	EXPECT_EQ((uint32_t)kmap(many[0]), (uint32_t)address[0]);
	kunmap(many[0]);
	EXPECT_EQ(kmap_count().wraps, before.wraps);
	kmap_flush_unused();
	EXPECT_EQ(kmap_count().wraps, before.wraps + 1);
	EXPECT_FAULT(ACCESS_READ, address[0], PAGE_ABSENT);
	give_many(1);
}

KTEST(kmap, "a page that was freed and allocated again has its own address")
{
	unsigned wrong = 0;

	if (!take_many(1))
		return;
	for (unsigned n = 0; n < 3 * KMAP_SLOTS; n++) {
		struct page *page = alloc_pages(GFP_HIGHUSER, n % 3);

		sign_page(page);
		wrong += !shows(kmap(page), page);
		kunmap(page);
		__free_pages(page, n % 3);
	}
	EXPECT_EQ(wrong, 0);
	give_many(1);
}

KTEST(kmap, "one flush serves as many pages as there are slots")
{
	unsigned long wraps, wrong = 0;

	if (!take_many(MANY))
		return;
	kmap_flush_unused();
	wraps = kmap_count().wraps;
	for (unsigned round = 0; round < 4; round++)
		for (unsigned n = 0; n < MANY; n++) {
			wrong += !shows(kmap(many[n]), many[n]);
			kunmap(many[n]);
		}
	EXPECT_EQ(wrong, 0);
	/* The first slots were free. */
	EXPECT_EQ(kmap_count().wraps - wraps, 4 * MANY / KMAP_SLOTS - 1);
	give_many(MANY);
}

KTEST(kmap, "what is mapped stays while the rest of the pool wraps around it")
{
	const unsigned held = KMAP_SLOTS - 3;
	struct kmap_state before = kmap_state();
	unsigned wrong = 0;

	if (!take_many(MANY))
		return;
	for (unsigned n = 0; n < held; n++)
		address[n] = kmap(many[n]);
	for (unsigned n = held; n < MANY; n++) {
		wrong += !shows(kmap(many[n]), many[n]);
		kunmap(many[n]);
	}
	for (unsigned n = 0; n < held; n++) {
		wrong += !shows(address[n], many[n]) ||
			 page_address(many[n]) != address[n];
		kunmap(many[n]);
	}
	EXPECT_EQ(wrong, 0);
	give_many(MANY);
	expect_as_before(&before);
}

/* What another CPU is to look at, and what it found. */
static struct {
	void *addr;
	struct page *page;
	bool shown;
} other_cpu;

static void look(void *unused)
{
	(void)unused;
	other_cpu.shown = shows(other_cpu.addr, other_cpu.page);
}

static bool shows_on(unsigned cpu, void *addr, struct page *page)
{
	other_cpu.addr = addr;
	other_cpu.page = page;
	smp_call_function_single(cpu, look, NULL, true);
	return other_cpu.shown;
}

/* Of the first slots, which come round again after a wrap, all CPUs know the
 * pages of before. */
KTEST(kmap, "after a wrap all CPUs see the new page at an old address")
{
	unsigned wrong = 0;

	if (one_cpu() || !take_many(KMAP_SLOTS + 8))
		return;
	kmap_flush_unused();
	for (unsigned n = 0; n < KMAP_SLOTS + 8; n++) {
		void *addr = kmap(many[n]);

		if (n % KMAP_SLOTS < 8)
			for_each_cpu(cpu, cpu_online_mask)
				wrong += !shows_on(cpu, addr, many[n]);
		kunmap(many[n]);
	}
	EXPECT_EQ(wrong, 0);
	give_many(KMAP_SLOTS + 8);
}

/* ---- When it is full ----------------------------------------------------- */

static void fill_pool(void)
{
	for (unsigned n = 0; n < KMAP_SLOTS; n++)
		address[n] = kmap(many[n]);
}

static void empty_pool(unsigned first)
{
	for (unsigned n = first; n < KMAP_SLOTS; n++)
		kunmap(many[n]);
}

#define WAITERS 4

/* Tasks that got a slot, in this order; and whether they may free it. */
static unsigned arrived, arrival[WAITERS];
static bool leave;

/* Maps a page beyond those that fill the pool. */
static int wait_for_slot(void *arg)
{
	unsigned number = (unsigned)(uintptr_t)arg;
	struct page *page = many[KMAP_SLOTS + number];
	int errors = !shows(kmap(page), page);

	arrival[__atomic_fetch_add(&arrived, 1, __ATOMIC_SEQ_CST)] = number;
	while (!READ_ONCE(leave))
		sleep_a_tick();
	kunmap(page);
	return errors;
}

KTEST(kmap, "when all slots are mapped it sleeps, and serves in order")
{
	unsigned long sleeps = kmap_count().sleeps;
	struct kmap_state before = kmap_state();
	struct task *waiter[WAITERS];

	if (no_tick() || !take_many(KMAP_SLOTS + WAITERS))
		return;
	fill_pool();
	arrived = 0;
	leave = false;
	for (uintptr_t n = 0; n < WAITERS; n++) {
		waiter[n] = kthread_run(wait_for_slot, (void *)n, "waiter");
		EXPECT(EVENTUALLY(kmap_count().sleeps == sleeps + n + 1));
	}
	EXPECT_EQ(READ_ONCE(arrived), 0);
	/* What has a slot needs none. */
	EXPECT_EQ((uint32_t)kmap(many[7]), (uint32_t)address[7]);
	kunmap(many[7]);
	for (unsigned n = 0; n < WAITERS; n++) {
		kunmap(many[n]);
		EXPECT(EVENTUALLY(READ_ONCE(arrived) == n + 1));
		EXPECT_EQ(arrival[n], n);
	}
	empty_pool(WAITERS);
	leave = true;
	for (unsigned n = 0; n < WAITERS; n++)
		EXPECT_EQ(kthread_join(waiter[n]), 0);
	give_many(KMAP_SLOTS + WAITERS);
	expect_no_slots(&before);
}

KTEST(kmap, "all waiters are served when many slots come back at once")
{
	unsigned long sleeps = kmap_count().sleeps;
	struct kmap_state before = kmap_state();
	struct task *waiter[WAITERS];

	if (no_tick() || !take_many(KMAP_SLOTS + WAITERS))
		return;
	fill_pool();
	arrived = 0;
	leave = true;
	for (uintptr_t n = 0; n < WAITERS; n++)
		waiter[n] = kthread_run(wait_for_slot, (void *)n, "waiter");
	EXPECT(EVENTUALLY(kmap_count().sleeps == sleeps + WAITERS));
	empty_pool(0);
	for (unsigned n = 0; n < WAITERS; n++)
		EXPECT_EQ(kthread_join(waiter[n]), 0);
	give_many(KMAP_SLOTS + WAITERS);
	expect_no_slots(&before);
}

KTEST(kmap, "a task waiting for a page that gets a slot is served, too")
{
	unsigned long sleeps = kmap_count().sleeps;
	struct kmap_state before = kmap_state();
	struct task *waiter[2];

	if (no_tick() || !take_many(KMAP_SLOTS + 1))
		return;
	fill_pool();
	arrived = 0;
	leave = false;
	for (unsigned n = 0; n < 2; n++)
		waiter[n] = kthread_run(wait_for_slot, NULL, "waiter");
	EXPECT(EVENTUALLY(kmap_count().sleeps == sleeps + 2));
	kunmap(many[0]);
	EXPECT(EVENTUALLY(READ_ONCE(arrived) == 2));
	leave = true;
	empty_pool(1);
	for (unsigned n = 0; n < 2; n++)
		EXPECT_EQ(kthread_join(waiter[n]), 0);
	give_many(KMAP_SLOTS + 1);
	expect_no_slots(&before);
}

/* ---- All at once --------------------------------------------------------- */

static struct crew crew;

#define TURNS 6000u

/* Maps and unmaps random pages, which all CPUs share: slots are taken, shared
 * and freed, and a page's slot may go while another CPU looks for it. */
static int map_at_random(struct worker *w)
{
	int errors = 0;

	for (unsigned i = 0; i < TURNS / w->crew->count; i++) {
		struct page *page = many[random_below(&w->random, MANY)];
		void *addr = kmap(page);

		errors += !shows(addr, page) || page_address(page) != addr;
		kunmap(page);
	}
	return errors;
}

KTEST(kmap, "tasks on all CPUs map pages of all, and see what is theirs")
{
	unsigned workers = 2 * num_online_cpus();
	struct kmap_state before = kmap_state();

	if (!take_many(MANY))
		return;
	if (!no_tick())
		pester_begin();
	EXPECT_EQ(crew_run(&crew, workers, CREW_ANYWHERE, map_at_random), 0);
	if (!no_tick())
		pester_end();
	give_many(MANY);
	expect_no_slots(&before);
}
