/* SPDX-License-Identifier: MIT */
/* The shootdown: once a flush has returned, no CPU reads through what it
 * remembered, be it busy, idle, or deaf.
 *
 * The address under test is a page of the vmalloc area whose entry is pointed
 * at one page after another, each of which holds its own number.
 *
 * Notices: flush_not_here, flush_not_there, flush_first_page_only,
 * flush_ends_too_early, flush_of_many_spares_global, lazy_never_catches_up,
 * waiter_serves_nobody, flush_wakes_idle, nmi_leaves_lazy. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/extable.h"
#include "arch/ipi.h"
#include "arch/nmi.h"
#include "arch/tlb.h"
#include "crew.h"
#include "kernel/spinlock.h"
#include "mm/page_alloc.h"
#include "mm/vmalloc.h"

#define PAGES  8
#define ROUNDS 16

/* A range of addresses, and pages to show there. */
static struct {
	volatile uint32_t *at;
	unsigned span; /* pages of the range */
	struct page *own[TLB_PAGES_MAX * 2];
	struct page *page[PAGES];
} range;

static void set_number(unsigned i, uint32_t number)
{
	*(uint32_t *)lowmem_page_address(range.page[i]) = number;
}

static void range_make(unsigned span)
{
	for (unsigned i = 0; i < span; i++)
		range.own[i] = alloc_page(GFP_KERNEL);
	range.span = span;
	range.at = vmap(range.own, span, VM_MAP, PAGE_KERNEL);
	for (unsigned i = 0; i < PAGES; i++) {
		range.page[i] = alloc_page(GFP_KERNEL);
		set_number(i, i);
	}
}

static void range_end(void)
{
	vunmap((void *)(uintptr_t)range.at);
	for (unsigned i = 0; i < range.span; i++)
		__free_page(range.own[i]);
	for (unsigned i = 0; i < PAGES; i++)
		__free_page(range.page[i]);
}

static uint32_t address(unsigned page)
{
	return (uint32_t)range.at + page * PAGE_SIZE;
}

static uint32_t number_at(unsigned page)
{
	return *(volatile uint32_t *)address(page);
}

/* Shows the page with that index at the range's page; flushes nothing. */
static void point(unsigned page, unsigned index)
{
	pte_exchange(vmalloc_pte(address(page)),
		     page_to_phys(range.page[index]) |
			     prot_supported(PAGE_KERNEL));
}

/* The three flushes, of pages [0, n) of the range. */
static void flush_pages(unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		flush_tlb_page(address(i));
}

static void flush_range(unsigned n)
{
	flush_tlb_kernel_range(address(0) + 5, address(n) - 5);
}

static void flush_all(unsigned n)
{
	(void)n;
	flush_tlb_all();
}

/* What a CPU reads of the first and the last page. */
struct view {
	uint32_t first, last;
};

static void look(void *arg)
{
	struct view *view = arg;

	view->first = number_at(0);
	view->last = number_at(range.span - 1);
}

/* How many CPUs read something else than `number`. */
static unsigned wrong_views(uint32_t number)
{
	unsigned wrong = 0;

	for_each_cpu(cpu, cpu_online_mask) {
		struct view view;

		smp_call_function_single(cpu, look, &view, true);
		wrong += view.first != number || view.last != number;
	}
	return wrong;
}

/* Changes the whole range again and again; every CPU has looked before. */
static void expect_seen(unsigned span, void (*flush)(unsigned n))
{
	unsigned wrong = 0;

	range_make(span);
	for (unsigned round = 0; round < ROUNDS; round++) {
		unsigned index = round % PAGES;

		for (unsigned i = 0; i < span; i++)
			point(i, index);
		flush(span);
		wrong += wrong_views(index);
	}
	EXPECT_EQ(wrong, 0);
	range_end();
}

/* CPUs that never rest. */
static struct crew busy;

static int be_busy(struct worker *w)
{
	while (!READ_ONCE(w->crew->stop))
		cpu_relax();
	return 0;
}

static void busy_begin(void)
{
	busy.stop = false;
	crew_start(&busy, num_online_cpus(), CREW_SPREAD, be_busy);
}

static void busy_end(void)
{
	WRITE_ONCE(busy.stop, true);
	crew_join(&busy);
}

KTEST(tlb, "idle CPUs see what has changed, by each kind of flush")
{
	expect_seen(1, flush_pages);
	expect_seen(3, flush_range);
	expect_seen(TLB_PAGES_MAX, flush_range);
	expect_seen(TLB_PAGES_MAX + 1, flush_range);
	expect_seen(4, flush_all);
}

KTEST(tlb, "busy CPUs see what has changed, by each kind of flush")
{
	if (no_tick())
		return;
	busy_begin();
	expect_seen(1, flush_pages);
	expect_seen(3, flush_range);
	expect_seen(TLB_PAGES_MAX, flush_range);
	expect_seen(TLB_PAGES_MAX + 1, flush_range);
	expect_seen(4, flush_all);
	busy_end();
}

KTEST(tlb, "an empty range is nothing to flush")
{
	struct tlb_stats before;

	preempt_disable();
	before = *this_cpu_ptr(&tlb_stats);
	flush_tlb_kernel_range(VMALLOC_START, VMALLOC_START);
	EXPECT_EQ(this_cpu_ptr(&tlb_stats)->pages, before.pages);
	EXPECT_EQ(this_cpu_ptr(&tlb_stats)->full, before.full);
	preempt_enable();
}

/* What flushing a page costs, on the CPU that does it. */
static struct tlb_stats cost_of_flush(uint32_t virt)
{
	struct tlb_stats *mine, before, cost;

	preempt_disable();
	mine = this_cpu_ptr(&tlb_stats);
	before = *mine;
	flush_tlb_page(virt);
	cost.pages = mine->pages - before.pages;
	cost.full = mine->full - before.full;
	cost.ipis = mine->ipis - before.ipis;
	cost.avoided = mine->avoided - before.avoided;
	preempt_enable();
	return cost;
}

/* Whether a flush interrupts so many CPUs, and leaves the others alone. */
static bool interrupts(unsigned cpus)
{
	struct tlb_stats cost = cost_of_flush(VMALLOC_START);

	return cost.pages == 1 && !cost.full && cost.ipis == cpus &&
	       cost.avoided == num_online_cpus() - 1 - cpus;
}

KTEST(tlb, "a flush interrupts every other CPU that is busy, and no idle one")
{
	EXPECT(EVENTUALLY(interrupts(0)));
	if (no_tick())
		return;
	busy_begin();
	EXPECT(EVENTUALLY(interrupts(num_online_cpus() - 1)));
	busy_end();
	EXPECT(EVENTUALLY(interrupts(0)));
}

static DEFINE_SPINLOCK(held_lock, RANK_TEST_OUTER);
static bool lock_held;
static atomic_t deaf;

/* Waits for a lock with interrupts off, once it is held. */
static int wait_deaf(struct worker *w)
{
	(void)w;
	while (!READ_ONCE(lock_held))
		cpu_relax();
	local_irq_disable();
	atomic_inc(&deaf);
	spin_lock(&held_lock);
	spin_unlock(&held_lock);
	local_irq_enable();
	return 0;
}

KTEST(tlb, "CPUs that wait for a lock, deaf, serve a flush by its holder")
{
	static struct crew crew;
	unsigned others = num_online_cpus() - 1;

	if (one_cpu())
		return;
	set_cpus_allowed(current, cpumask_of(others));
	atomic_set(&deaf, 0);
	WRITE_ONCE(lock_held, false);
	crew_start(&crew, others, CREW_SPREAD, wait_deaf);
	spin_lock(&held_lock);
	WRITE_ONCE(lock_held, true);
	while ((unsigned)atomic_read(&deaf) < others)
		cpu_relax();
	for (unsigned i = 0; i < 50; i++)
		flush_tlb_page(VMALLOC_START);
	spin_unlock(&held_lock);
	EXPECT_EQ(crew_join(&crew), 0);
	set_cpus_allowed(current, CPUMASK_ALL);
}

/* What a task reads before the page is another, and after. */
struct reading {
	bool once, changed;
	uint32_t number;
};

static int read_twice(void *arg)
{
	struct reading *reading = arg;

	number_at(0);
	smp_store_release(&reading->once, true);
	while (!smp_load_acquire(&reading->changed))
		cpu_relax();
	reading->number = number_at(0);
	return 0;
}

/* Whether a task that CPU 1 takes over, as an NMI has ended its rest, reads
 * the page with that number once the flush has returned. */
static bool nmi_and_flush(uint32_t number)
{
	struct reading reading = {.once = false};
	struct task *task = kthread_create(read_twice, &reading, "reader");
	struct cpu_snapshot snapshot;

	/* CPU 1 rests when the NMI comes, and this CPU keeps the task waiting:
	 * so CPU 1 takes it. */
	sleep_a_tick();
	kthread_bind(task, 0);
	preempt_disable();
	wake_up_process(task);
	set_cpus_allowed(task, cpumask_of(0) | cpumask_of(1));
	cpu_ask(1, &snapshot);
	while (!smp_load_acquire(&reading.once))
		cpu_relax();
	point(0, number);
	flush_tlb_page(address(0));
	smp_store_release(&reading.changed, true);
	preempt_enable();
	kthread_join(task);
	return reading.number == number;
}

KTEST(tlb, "a CPU whose rest an NMI has ended sees what has changed")
{
	unsigned wrong = 0;

	if (one_cpu() || no_tick())
		return;
	set_cpus_allowed(current, cpumask_of(0));
	range_make(1);
	point(0, 0);
	flush_tlb_page(address(0));
	for (unsigned i = 1; i <= 60; i++)
		wrong += !nmi_and_flush(i % PAGES);
	EXPECT_EQ(wrong, 0);
	range_end();
	set_cpus_allowed(current, CPUMASK_ALL);
}

/* ---- Torture ------------------------------------------------------------- */

#define CHANGES 1500

/* The oldest number that may still be read: its flush has returned. */
static uint32_t oldest;

/* Reads through the address until told to stop; counts what is too old. Now
 * and then the CPU rests, so that it falls idle. */
static int read_on(struct worker *w)
{
	int stale = 0;

	while (!READ_ONCE(w->crew->stop)) {
		uint32_t limit = smp_load_acquire(&oldest);

		stale += number_at(0) < limit;
		if (!random_below(&w->random, 5000))
			sleep_a_tick();
	}
	return stale;
}

KTEST(tlb, "nobody reads what is older than the last flush, thousands of times")
{
	static struct crew crew;

	if (no_tick())
		return;
	range_make(1);
	oldest = 0;
	set_number(0, 0);
	point(0, 0);
	flush_tlb_all();
	crew.stop = false;
	crew_start(&crew, num_online_cpus(), CREW_ANYWHERE, read_on);
	for (uint32_t n = 1; n <= CHANGES; n++) {
		set_number(n % PAGES, n);
		point(0, n % PAGES);
		flush_tlb_page(address(0));
		smp_store_release(&oldest, n);
		if (n % 64 == 0)
			yield();
	}
	WRITE_ONCE(crew.stop, true);
	EXPECT_EQ(crew_join(&crew), 0);
	range_end();
}
