/* SPDX-License-Identifier: MIT */
/* All ways to see a page at once, on all CPUs, nested at random, with
 * interrupts that map, migrations, preemption, a pool that is full every now
 * and then, and memory that is refused.
 *
 *	workers   three for each CPU: map, look, write, nest, move on, unmap
 *	ringer    has every CPU interrupted by handlers that map and look
 *	hoarder   takes all slots of kmap()'s pool, and lets them go again
 *	pester    asks every CPU to switch, all the time (crew.h)
 *
 * The pages are spread over all of RAM and signed. Each worker has a word of
 * its own in each of them and remembers what it wrote there last, so a store
 * that went astray or was lost is noticed at the next look.
 *
 * Only the hoarder waits for a slot of the pool while it holds some: no
 * deadlock can come of that.
 *
 * `torture=N` on the command line asks for N mappings, `seed=N` for another
 * series of random numbers.
 *
 * Notices: torture_wrap_no_flush, torture_rest_unflushed. */
#include "kernel/ktest.h"

#include "arch/ipi.h"
#include "crew.h"
#include "kernel/printk.h"
#include "kernel/timer.h"
#include "kmap_check.h"
#include "mm/vmalloc.h"
#include "zone_check.h"

#define MAPPINGS    60000
#define PAGES	    128
#define FOLIOS	    8
#define FOLIO_ORDER 2u
#define DEPTH	    6
#define WORDS	    (PAGE_SIZE / 4)

enum way {
	BY_LOCAL,
	BY_FOLIO,
	BY_ATOMIC,
	BY_KMAP,
	BY_VMAP,
	WAYS
};

static struct page *pages[PAGES];
static struct folio *folios[FOLIOS];
static uint32_t written[CREW_MAX][PAGES]; /* by each worker, in each page */

static struct crew crew;
static unsigned long wanted; /* of each worker */
static atomic_t made[WAYS], migrations, refused, rings, wrong;
static bool over;

/* ---- Pages --------------------------------------------------------------- */

/* A worker's own word of a page: none of those that shows() looks at. */
static volatile uint32_t *own_word(void *addr, unsigned n, unsigned worker)
{
	unsigned middle = page_to_pfn(pages[n]) % WORDS;

	return (uint32_t *)addr + 1 + (middle + worker) % (WORDS - 2);
}

static void prepare(unsigned n)
{
	void *addr;

	sign_page(pages[n]);
	addr = kmap_local_page(pages[n]);
	for (unsigned worker = 0; worker < CREW_MAX; worker++)
		*own_word(addr, n, worker) = 0;
	kunmap_local(addr);
}

/* Keeps blocks from all over RAM, up to half of all, and one page of each. */
static unsigned keep_some(struct page_list *all)
{
	unsigned long blocks = all->pages >> MAX_PAGE_ORDER, i = 0;
	unsigned long step = max(blocks / PAGES, 2UL);
	unsigned n = 0;

	for (; all->first; i++) {
		struct page *block = all->first;

		all->first =
			block->private ? pfn_to_page(block->private) : NULL;
		if (i % step == 0 && n < PAGES) {
			pages[n] = block + n * 61 % 1024;
			n++;
		} else {
			__free_pages(block, MAX_PAGE_ORDER);
		}
	}
	return n;
}

static void take_pages(void)
{
	struct page_list all = {0};
	unsigned n;

	while (!too_much_to_poison() &&
	       take_one(&all, GFP_HIGHUSER, MAX_PAGE_ORDER))
		;
	n = keep_some(&all);
	while (n < PAGES)
		pages[n++] = test_page();
	for (n = 0; n < PAGES; n++)
		prepare(n);
	for (n = 0; n < FOLIOS; n++) {
		folios[n] = folio_alloc(GFP_HIGHUSER, FOLIO_ORDER);
		for (unsigned i = 0; i < 1u << FOLIO_ORDER; i++)
			sign_page(folio_page(folios[n], i));
	}
}

static void give_pages(void)
{
	for (unsigned n = 0; n < FOLIOS; n++)
		folio_put(folios[n]);
	for (unsigned n = 0; n < PAGES; n++)
		put_page(pages[n]);
}

/* ---- Workers ------------------------------------------------------------- */

/* What one worker is doing, all of it nested. */
struct act {
	struct worker *w;
	bool in_pool;	/* has a kmap() */
	bool may_sleep; /* is in no kmap_atomic() */
};

static void look(struct worker *w, void *addr, unsigned n)
{
	volatile uint32_t *own = own_word(addr, n, w->number);
	uint32_t *last = &written[w->number][n];

	if (!shows(addr, pages[n]) || *own != *last)
		atomic_inc(&wrong);
	*last = random_below(&w->random, ~0u);
	*own = *last;
}

/* Goes to another CPU, gives way, or does neither. */
static void move_on(struct act *act)
{
	uint32_t *random = &act->w->random;
	unsigned cpu = random_below(random, num_online_cpus());

	if (!act->may_sleep)
		return;
	switch (random_below(random, 16)) {
	case 0:
		set_cpus_allowed(current, cpumask_of(cpu));
		set_cpus_allowed(current, CPUMASK_ALL);
		atomic_inc(&migrations);
		break;
	case 1:
		yield();
		break;
	default:
		break;
	}
}

static void nest(struct act *act, unsigned depth);

/* Has the page at `addr`: looks, does something else, and looks again. */
static void use(struct act *act, void *addr, unsigned n, unsigned depth)
{
	look(act->w, addr, n);
	move_on(act);
	nest(act, depth);
	look(act->w, addr, n);
}

static void by_local(struct act *act, unsigned n, unsigned depth)
{
	char *addr = kmap_local_page(pages[n]);

	use(act, addr, n, depth);
	kunmap_local(addr + random_below(&act->w->random, PAGE_SIZE));
}

/* All pages of a folio, from a byte somewhere in it. */
static void by_folio(struct act *act, unsigned n, unsigned depth)
{
	struct folio *folio = folios[n % FOLIOS];
	size_t offset =
		random_below(&act->w->random, (uint32_t)folio_size(folio));
	char *addr = (char *)kmap_local_folio(folio, offset) - offset;

	nest(act, depth);
	for (unsigned i = 0; i < folio_nr_pages(folio); i++)
		if (!shows(addr + i * PAGE_SIZE, folio_page(folio, i)))
			atomic_inc(&wrong);
	kunmap_local(addr + offset);
}

static void by_atomic(struct act *act, unsigned n, unsigned depth)
{
	struct act inside = *act;
	char *addr = kmap_atomic(pages[n]);

	inside.may_sleep = false;
	use(&inside, addr, n, depth);
	kunmap_atomic(addr);
}

static void by_kmap(struct act *act, unsigned n, unsigned depth)
{
	struct act inside = *act;
	void *addr = kmap(pages[n]);

	inside.in_pool = true;
	if (page_address(pages[n]) != addr)
		atomic_inc(&wrong);
	use(&inside, addr, n, depth);
	kunmap(pages[n]);
}

/* Two pages in a row, and new memory, if either is to be had. */
static void by_vmap(struct act *act, unsigned n, unsigned depth)
{
	unsigned other = (n + 1) % PAGES;
	struct page *both[] = {pages[n], pages[other]};
	char *addr = vmap(both, 2, VM_MAP, PAGE_KERNEL);
	uint32_t *memory = __vmalloc(PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN);

	if (memory)
		*memory = n;
	else
		atomic_inc(&refused);
	if (addr) {
		look(act->w, addr + PAGE_SIZE, other);
		use(act, addr, n, depth);
	} else {
		atomic_inc(&refused);
	}
	if (memory && *memory != n)
		atomic_inc(&wrong);
	vunmap(addr);
	vfree(memory);
}

/* Maybe a mapping inside of the others: by any way that is allowed there, most
 * often by one that costs little. */
static void nest(struct act *act, unsigned depth)
{
	static void (*const see[WAYS])(struct act *, unsigned, unsigned) = {
		by_local, by_folio, by_atomic, by_kmap, by_vmap};
	unsigned dice = random_below(&act->w->random, 32);
	enum way way = dice < 10   ? BY_LOCAL
		       : dice < 14 ? BY_FOLIO
		       : dice < 20 ? BY_ATOMIC
		       : dice < 26 ? BY_KMAP
				   : BY_VMAP;

	if (!depth || (depth < DEPTH && dice % 4 == 0))
		return;
	if ((way == BY_KMAP && act->in_pool) ||
	    (way >= BY_KMAP && !act->may_sleep))
		way = BY_LOCAL;
	atomic_inc(&made[way]);
	act->w->value++;
	see[way](act, random_below(&act->w->random, PAGES), depth - 1);
}

static int work(struct worker *w)
{
	struct act act = {.w = w, .may_sleep = true};

	while (w->value < wanted)
		nest(&act, DEPTH);
	return 0;
}

/* ---- Disturbances -------------------------------------------------------- */

/* In an interrupt, on top of whatever was under way: one page in each of the
 * windows. */
static void ring(void *unused)
{
	unsigned n = (unsigned)atomic_read(&rings) % PAGES;
	struct page *first = pages[n], *second = pages[(n * 7 + 1) % PAGES];
	void *local = kmap_local_page(first);
	void *atomic = kmap_atomic(second);

	(void)unused;
	if (!shows(local, first) || !shows(atomic, second))
		atomic_inc(&wrong);
	kunmap_atomic(atomic);
	kunmap_local(local);
	atomic_inc(&rings);
}

static void ring_timer(struct timer *timer)
{
	ring(timer);
}

static int ring_all(void *unused)
{
	uint32_t random = 1;

	(void)unused;
	while (!READ_ONCE(over)) {
		struct timer timer = {.expires = jiffies + 1,
				      .fire = ring_timer};

		timer_add(&timer);
		for (unsigned n = 0; n < 20; n++)
			smp_call_function(ring, NULL, n % 2);
		page_alloc_fail_at(1 + random_below(&random, 40));
		msleep(2 * 1000 / HZ);
		timer_del(&timer);
	}
	page_alloc_fail_at(0);
	return 0;
}

static int hoard(void *unused)
{
	static struct page *hoarded[KMAP_SLOTS];

	(void)unused;
	for (unsigned n = 0; n < KMAP_SLOTS; n++)
		while (!(hoarded[n] = alloc_page(GFP_HIGHUSER | __GFP_NOWARN)))
			yield();
	while (!READ_ONCE(over)) {
		for (unsigned n = 0; n < KMAP_SLOTS; n++)
			kmap(hoarded[n]);
		sleep_a_tick();
		for (unsigned n = 0; n < KMAP_SLOTS; n++)
			kunmap(hoarded[n]);
		msleep(5 * 1000 / HZ);
	}
	for (unsigned n = 0; n < KMAP_SLOTS; n++)
		__free_page(hoarded[n]);
	return 0;
}

/* ---- All together -------------------------------------------------------- */

/* What take_pages() and the hoarder take, and the stacks of the threads. */
#define PAGES_NEEDED                                    \
	(PAGES + (FOLIOS << FOLIO_ORDER) + KMAP_SLOTS + \
	 (CREW_MAX + 2) * (STACK_SIZE / PAGE_SIZE + 1))

static void reset(unsigned workers)
{
	wanted = torture_amount(MAPPINGS) / workers;
	for (enum way way = 0; way < WAYS; way++)
		atomic_set(&made[way], 0);
	atomic_set(&migrations, 0);
	atomic_set(&refused, 0);
	atomic_set(&rings, 0);
	atomic_set(&wrong, 0);
	over = false;
}

static void report(const struct kmap_counts *before)
{
	struct kmap_counts now = kmap_count();

	pr_info("torture_kmap: local %d, folios %d, atomic %d, kmap %d, "
		"vmap %d\n",
		atomic_read(&made[BY_LOCAL]), atomic_read(&made[BY_FOLIO]),
		atomic_read(&made[BY_ATOMIC]), atomic_read(&made[BY_KMAP]),
		atomic_read(&made[BY_VMAP]));
	pr_info("torture_kmap: %d interrupts, %d migrations, %lu wraps, "
		"%lu waits for a slot, %d refusals\n",
		atomic_read(&rings), atomic_read(&migrations),
		now.wraps - before->wraps, now.sleeps - before->sleeps,
		atomic_read(&refused));
}

KTEST(torture_kmap, "pages seen by all ways, on all CPUs, hold what they hold")
{
	struct kmap_state before = kmap_state();
	struct kmap_counts counts = kmap_count();
	unsigned workers = min(3 * num_online_cpus(), (unsigned)CREW_MAX);
	struct task *ringer, *hoarder;

	if (no_tick() || too_few_pages(GFP_HIGHUSER, PAGES_NEEDED))
		return;
	reset(workers);
	take_pages();
	ringer = kthread_create(ring_all, NULL, "ringer");
	hoarder = kthread_create(hoard, NULL, "hoarder");
	crew_start(&crew, workers, CREW_ANYWHERE, work);
	wake_up_process(hoarder);
	pester_begin();
	/* From here on memory may be refused. */
	wake_up_process(ringer);
	crew_join(&crew);
	pester_end();
	WRITE_ONCE(over, true);
	kthread_join(hoarder);
	kthread_join(ringer);
	give_pages();
	EXPECT_EQ(atomic_read(&wrong), 0);
	EXPECT(atomic_read(&rings) > 0);
	report(&counts);
	expect_no_slots(&before);
}
