/* SPDX-License-Identifier: MIT */
/* kmap_local and tasks: mappings go where their task goes, and are nobody
 * else's.
 *
 * Notices: switch_saves_nothing, switch_keeps_next, switch_no_flush,
 * switch_forgets_last, deep_without_room, room_in_a_handler,
 * room_asks_for_room, room_not_freed. */
#include "kernel/ktest.h"

#include "arch/extable.h"
#include "arch/cpu.h"
#include "arch/ipi.h"
#include "crew.h"
#include "kmap_check.h"

/* Mappings that a worker has at once, and how often it looks at them. */
#define DEPTH 4
#define LOOKS 2000u

static struct crew crew;
static struct page *pages[CREW_MAX][DEPTH];

static void take_pages(unsigned workers)
{
	for (unsigned i = 0; i < workers; i++)
		for (unsigned n = 0; n < DEPTH; n++) {
			pages[i][n] = test_page();
			sign_page(pages[i][n]);
		}
}

static void give_pages(unsigned workers)
{
	for (unsigned i = 0; i < workers; i++)
		for (unsigned n = 0; n < DEPTH; n++)
			__free_page(pages[i][n]);
}

/* Maps what is its own, the workers to different depths, and looks again and
 * again while `between` is called. */
static int look_around(struct worker *w, void (*between)(struct worker *w))
{
	unsigned depth = 1 + w->number % DEPTH;
	void *addr[DEPTH];
	int errors = 0;

	for (unsigned n = 0; n < depth; n++)
		addr[n] = kmap_local_page(pages[w->number][n]);
	for (unsigned i = 0; i < LOOKS / w->crew->count; i++) {
		between(w);
		for (unsigned n = 0; n < depth; n++)
			errors += !shows(addr[n], pages[w->number][n]);
	}
	for (unsigned n = depth; n--;)
		kunmap_local(addr[n]);
	return errors;
}

static void yield_once(struct worker *w)
{
	(void)w;
	yield();
}

static int yielding(struct worker *w)
{
	return look_around(w, yield_once);
}

KTEST(kmap_task, "tasks on one CPU have their own pages at one address")
{
	struct kmap_state before = kmap_state();

	take_pages(8);
	EXPECT_EQ(crew_run(&crew, 8, 0, yielding), 0);
	give_pages(8);
	expect_no_slots(&before);
}

/* Goes to another CPU each time. */
static void move_on(struct worker *w)
{
	w->value = (w->value + 1) % num_online_cpus();
	set_cpus_allowed(current, cpumask_of(w->value));
}

static int moving(struct worker *w)
{
	return look_around(w, move_on);
}

KTEST(kmap_task, "a task that moves sees the same pages at the same addresses")
{
	struct kmap_state before = kmap_state();
	unsigned workers = 2 * num_online_cpus();

	if (one_cpu())
		return;
	take_pages(workers);
	EXPECT_EQ(crew_run(&crew, workers, CREW_ANYWHERE, moving), 0);
	give_pages(workers);
	expect_no_slots(&before);
}

/* Maps and unmaps all the time, while others preempt it anywhere. */
static int mapping(struct worker *w)
{
	struct page **mine = pages[w->number];
	int errors = 0;

	for (unsigned i = 0; i < 20 * LOOKS / w->crew->count; i++) {
		void *first = kmap_local_page(mine[i % DEPTH]);
		void *second = kmap_local_page(mine[(i + 1) % DEPTH]);

		errors += !shows(second, mine[(i + 1) % DEPTH]);
		kunmap_local(second);
		second = kmap_local_page(mine[(i + 2) % DEPTH]);
		errors += !shows(second, mine[(i + 2) % DEPTH]);
		errors += !shows(first, mine[i % DEPTH]);
		kunmap_local(second);
		kunmap_local(first);
	}
	return errors;
}

KTEST(kmap_task, "tasks map and unmap while they are preempted and moved")
{
	struct kmap_state before = kmap_state();
	unsigned workers = 3 * num_online_cpus();

	if (no_tick())
		return;
	take_pages(workers);
	pester_begin();
	EXPECT_EQ(crew_run(&crew, workers, CREW_ANYWHERE, mapping), 0);
	pester_end();
	give_pages(workers);
	expect_no_slots(&before);
}

/* ---- More mappings than struct task has room for ------------------------- */

/* The most that a worker maps here, all of its pages in turn. */
#define DEEP (KMAP_TASK_SLOTS * 4)

/* Whether struct task has room for what this task maps. */
static bool has_few(void)
{
	return current->kmap.entry == current->kmap.few;
}

/* The workers with odd numbers have few, between those that have many. */
static int mapping_many(struct worker *w)
{
	unsigned depth = w->number % 2 ? DEPTH : DEEP - w->number;
	struct page **mine = pages[w->number];
	void *addr[DEEP];
	int errors = 0;

	for (unsigned n = 0; n < depth; n++)
		addr[n] = kmap_local_page(mine[n % DEPTH]);
	for (unsigned i = 0; i < 20; i++) {
		move_on(w);
		yield();
		for (unsigned n = 0; n < depth; n++)
			errors += !shows(addr[n], mine[n % DEPTH]);
	}
	for (unsigned n = depth; n--;)
		kunmap_local(addr[n]);
	return errors + (has_few() != (depth == DEPTH));
}

KTEST(kmap_task, "a task takes room for many mappings when it has them")
{
	struct kmap_state before = kmap_state();

	if (nothing_is_mapped())
		return;
	take_pages(6);
	EXPECT_EQ(crew_run(&crew, 6, 0, mapping_many), 0);
	give_pages(6);
	expect_no_slots(&before);
}

static int reserving(struct worker *w)
{
	int errors = has_few() == false;

	(void)w;
	errors += !kmap_local_reserve(GFP_KERNEL);
	errors += !kmap_local_reserve(GFP_KERNEL);
	return errors + (has_few() == HIGHMEM);
}

KTEST(kmap_task, "a task can have that room before it maps")
{
	EXPECT_EQ(crew_run(&crew, 1, 0, reserving), 0);
}

static void map_four(struct timer *timer)
{
	void *addr[DEPTH];

	for (unsigned n = 0; n < DEPTH; n++)
		addr[n] = kmap_local_page(pages[0][n]);
	for (unsigned n = DEPTH; n--;)
		kunmap_local(addr[n]);
	WRITE_ONCE(timer->fire, NULL);
}

/* Fills the room up, and waits for a timer that maps. */
static int interrupted(struct worker *w)
{
	struct timer timer = {.expires = jiffies + 2, .fire = map_four};
	unsigned depth = (KMAP_TASK_SLOTS - 1) / (1 + CHECK);
	void *addr[KMAP_TASK_SLOTS];

	(void)w;
	for (unsigned n = 0; n < depth; n++)
		addr[n] = kmap_local_page(pages[0][n % DEPTH]);
	timer_add(&timer);
	while (READ_ONCE(timer.fire))
		cpu_relax();
	timer_del(&timer);
	for (unsigned n = depth; n--;)
		kunmap_local(addr[n]);
	return !has_few();
}

KTEST(kmap_task, "a handler needs no room for what it maps")
{
	if (no_tick())
		return;
	take_pages(1);
	EXPECT_EQ(crew_run(&crew, 1, 0, interrupted), 0);
	give_pages(1);
}

/* ---- Tasks that sleep ---------------------------------------------------- */

/* A task that sleeps with a folio mapped. */
static int sleeping(struct worker *w)
{
	struct folio *folio = folio_alloc(GFP_HIGHUSER, 4);
	char *addr;
	int errors = 0;

	(void)w;
	if (!folio)
		return 1;
	for (unsigned n = 0; n < 16; n++)
		sign_page(folio_page(folio, n));
	addr = kmap_local_folio(folio, 0);
	for (unsigned i = 0; i < 5; i++) {
		sleep_a_tick();
		for (unsigned n = 0; n < 16; n++)
			errors += !shows(addr + n * PAGE_SIZE,
					 folio_page(folio, n));
	}
	kunmap_local(addr + 15 * PAGE_SIZE);
	folio_put(folio);
	return errors;
}

KTEST(kmap_task, "a task may sleep with a folio mapped")
{
	if (no_tick())
		return;
	EXPECT_EQ(crew_run(&crew, 6, CREW_ANYWHERE, sleeping), 0);
}

/* Where another CPU, or another task, looks. */
static void *spied;

static void spy(void *fault)
{
	char byte;

	*(int *)fault = copy_from_kernel_nofault(&byte, spied, 1);
}

static int spying(struct worker *w)
{
	int fault;

	(void)w;
	spy(&fault);
	return fault != 0;
}

KTEST(kmap_task, "another task does not reach the page at that address")
{
	struct page *page = test_page();

	if (nothing_is_mapped()) {
		__free_page(page);
		return;
	}
	spied = kmap_local_page(page);
	EXPECT_EQ(crew_run(&crew, 1, CREW_ANYWHERE, spying), 1);
	sign_page(page);
	EXPECT(shows(spied, page));
	kunmap_local(spied);
	__free_page(page);
}

KTEST(kmap_task, "another CPU does not reach the page at that address")
{
	struct page *page = test_page();
	int fault;

	if (one_cpu() || nothing_is_mapped()) {
		__free_page(page);
		return;
	}
	migrate_disable();
	spied = kmap_local_page(page);
	for_each_cpu(cpu, cpu_online_mask & ~cpumask_of(smp_processor_id())) {
		smp_call_function_single(cpu, spy, &fault, true);
		EXPECT(fault);
	}
	kunmap_local(spied);
	migrate_enable();
	__free_page(page);
}
