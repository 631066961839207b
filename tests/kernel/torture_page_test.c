/* SPDX-License-Identifier: MIT */
/* The page allocator and slab on all CPUs at once: blocks of all orders and
 * zones, pages in bulk, folios, and objects of all sizes are taken, written to,
 * passed to other tasks, and given back wherever those run.
 *
 *	workers   two for each CPU: take, look, exchange, give back
 *	market    holdings that any worker may exchange for one of its own
 *	ringer    has all other CPUs interrupted by handlers that allocate, too
 *	glutton   takes all that is left, and gives it back, again and again
 *
 * Whatever is held is signed at both ends by its address, so memory that was
 * given to two is noticed by either; and at the end every page must be back.
 *
 * `torture=N` on the command line asks for N turns.
 *
 * Notices: torture_zone_unlocked, torture_pcp_interrupted. */
#include "kernel/ktest.h"

#include "arch/ipi.h"
#include "crew.h"
#include "kernel/printk.h"
#include "kernel/spinlock.h"
#include "mm/folio.h"
#include "mm/kmap.h"
#include "mm/slab.h"
#include "zone_check.h"

#define TURNS	  100000 /* of all workers together */
#define HOLDINGS  24u	 /* of each */
#define MARKET	  16u
#define ORDER_MAX 6u
#define BULK_MAX  24u
#define BYTES_MAX 9000u
#define WORDS	  (PAGE_SIZE / 4)

enum kind {
	NOTHING,
	BLOCK,
	FOLIO,
	PAGES,
	OBJECT,
	KINDS
};

struct holding {
	enum kind kind;
	unsigned size; /* order, pages, or bytes */
	union {
		struct page *page; /* BLOCK, FOLIO; PAGES: linked by private */
		uint32_t *object;
	};
};

static struct crew crew;
static struct holding holdings[CREW_MAX][HOLDINGS];
static struct holding market[MARKET];
static DEFINE_SPINLOCK(market_lock, RANK_TEST_INNER);
static atomic_t taken[KINDS], refused, rings, gluts, wrong;
static unsigned turns; /* of each worker */
static bool over;

/* ---- Signing ------------------------------------------------------------- */

static void write_word(struct page *page, unsigned n, uint32_t word)
{
	uint32_t *words = kmap_local_page(page);

	words[n] = word;
	kunmap_local(words);
}

static uint32_t read_word(struct page *page, unsigned n)
{
	uint32_t *words = kmap_local_page(page);
	uint32_t word = words[n];

	kunmap_local(words);
	return word;
}

/* The first word of the first page of a block, and the last of the last. */
static void sign_block(struct page *page, unsigned order)
{
	uint32_t word = (uint32_t)page_to_pfn(page);

	write_word(page, 0, word);
	write_word(page + (1u << order) - 1, WORDS - 1, ~word);
}

static void check_block(struct page *page, unsigned order)
{
	uint32_t word = (uint32_t)page_to_pfn(page);

	if (read_word(page, 0) != word ||
	    read_word(page + (1u << order) - 1, WORDS - 1) != ~word)
		atomic_inc(&wrong);
}

/* An object's bytes at both ends. */
static void sign_object(const struct holding *held)
{
	uint8_t *bytes = (uint8_t *)held->object;

	bytes[0] = (uint8_t)((uint32_t)bytes >> 3);
	bytes[held->size - 1] = bytes[0];
}

static void check_object(const struct holding *held)
{
	const uint8_t *bytes = (const uint8_t *)held->object;

	if (bytes[0] != (uint8_t)((uint32_t)bytes >> 3) ||
	    bytes[held->size - 1] != bytes[0])
		atomic_inc(&wrong);
}

/* ---- Taking and giving back ---------------------------------------------- */

static gfp_t some_gfp(uint32_t *random)
{
	static const gfp_t gfp[] = {GFP_HIGHUSER, GFP_HIGHUSER, GFP_KERNEL,
				    GFP_ATOMIC, GFP_DMA};

	return gfp[random_below(random, ARRAY_SIZE(gfp))] | __GFP_NOWARN;
}

static struct page *take_bulk(uint32_t *random, unsigned *count)
{
	struct page *page[BULK_MAX], *list = NULL;

	*count = (unsigned)alloc_pages_bulk(
		some_gfp(random), 1 + random_below(random, BULK_MAX), page);
	for (unsigned i = 0; i < *count; i++) {
		sign_block(page[i], 0);
		page[i]->private = list ? page_to_pfn(list) : 0;
		list = page[i];
	}
	return list;
}

static void give_bulk(struct page *list)
{
	while (list) {
		struct page *page = list;

		list = page->private ? pfn_to_page(page->private) : NULL;
		check_block(page, 0);
		__free_page(page);
	}
}

/* Takes something; what it gets is NULL now and then. */
static struct holding take(uint32_t *random)
{
	struct holding held = {.kind = 1 + random_below(random, KINDS - 1),
			       .size = random_below(random, ORDER_MAX + 1)};

	switch (held.kind) {
	case BLOCK:
		held.page = alloc_pages(some_gfp(random), held.size);
		break;
	case FOLIO:
		held.page =
			(struct page *)folio_alloc(some_gfp(random), held.size);
		break;
	case PAGES:
		held.page = take_bulk(random, &held.size);
		break;
	default:
		held.size = 1 + random_below(random, BYTES_MAX);
		held.object = kmalloc(held.size, GFP_KERNEL | __GFP_NOWARN);
		break;
	}
	if (!held.page) {
		atomic_inc(&refused);
		return (struct holding){.kind = NOTHING};
	}
	if (held.kind == OBJECT)
		sign_object(&held);
	else if (held.kind != PAGES)
		sign_block(held.page, held.size);
	atomic_inc(&taken[held.kind]);
	return held;
}

static void give(const struct holding *held)
{
	switch (held->kind) {
	case BLOCK:
		check_block(held->page, held->size);
		__free_pages(held->page, held->size);
		break;
	case FOLIO:
		check_block(held->page, held->size);
		folio_put((struct folio *)held->page);
		break;
	case PAGES:
		give_bulk(held->page);
		break;
	case OBJECT:
		check_object(held);
		kfree(held->object);
		break;
	default:
		break;
	}
}

static void exchange(struct holding *held, unsigned place)
{
	struct holding other;

	spin_lock(&market_lock);
	other = market[place];
	market[place] = *held;
	spin_unlock(&market_lock);
	*held = other;
}

/* ---- Tasks --------------------------------------------------------------- */

static int work(struct worker *w)
{
	struct holding *mine = holdings[w->number];

	for (unsigned n = 0; n < turns; n++) {
		struct holding *held =
			&mine[random_below(&w->random, HOLDINGS)];

		if (held->kind == NOTHING) {
			*held = take(&w->random);
		} else if (random_below(&w->random, 4) == 0) {
			exchange(held, random_below(&w->random, MARKET));
		} else {
			give(held);
			held->kind = NOTHING;
		}
		if (random_below(&w->random, 4096) == 0)
			drain_all_pages();
	}
	for (unsigned i = 0; i < HOLDINGS; i++) {
		give(&mine[i]);
		mine[i].kind = NOTHING;
	}
	return 0;
}

/* For one turn: leaves a stack for each thread that will follow. */
static int rest(struct worker *w)
{
	(void)w;
	sleep_a_tick();
	return 0;
}

static void ring(void *unused)
{
	struct page *page = alloc_page(GFP_ATOMIC | __GFP_NOWARN);
	void *object = kmalloc(64, GFP_ATOMIC | __GFP_NOWARN);

	(void)unused;
	if (page)
		__free_page(page);
	kfree(object);
	atomic_inc(&rings);
}

static int ring_all(void *unused)
{
	uint32_t random = 1;

	(void)unused;
	while (!READ_ONCE(over)) {
		for (unsigned n = 0; n < 20; n++)
			smp_call_function(ring, NULL, n % 2);
		page_alloc_fail_at(1 + random_below(&random, 40));
		sleep_a_tick();
	}
	page_alloc_fail_at(0);
	return 0;
}

static int gorge(void *unused)
{
	(void)unused;
	while (!READ_ONCE(over) && !too_much_to_poison()) {
		struct page_list list = {0};

		take_all(&list, GFP_HIGHUSER);
		atomic_inc(&gluts);
		sleep_a_tick();
		free_all(&list);
		msleep(5 * 1000 / HZ);
	}
	return 0;
}

/* ---- All together -------------------------------------------------------- */

static void report(void)
{
	pr_info("torture_page: blocks %d, folios %d, bulks %d, objects %d\n",
		atomic_read(&taken[BLOCK]), atomic_read(&taken[FOLIO]),
		atomic_read(&taken[PAGES]), atomic_read(&taken[OBJECT]));
	pr_info("torture_page: %d refusals, %d interrupts, all memory taken "
		"%d times\n",
		atomic_read(&refused), atomic_read(&rings),
		atomic_read(&gluts));
}

KTEST(torture_page, "what is given is nobody else's, and all of it comes back")
{
	unsigned workers = min(2 * num_online_cpus(), CREW_MAX - 2u);
	struct task *ringer, *glutton;
	struct zone_counts before;

	if (no_tick())
		return;
	crew_run(&crew, workers + 2, CREW_ANYWHERE, rest);
	before = count_zones();
	turns = torture_amount(TURNS) / workers;
	over = false;
	/* Made before memory is short. */
	glutton = kthread_create(gorge, NULL, "glutton");
	ringer = kthread_create(ring_all, NULL, "ringer");
	crew_start(&crew, workers, CREW_ANYWHERE, work);
	wake_up_process(glutton);
	wake_up_process(ringer);
	crew_join(&crew);
	WRITE_ONCE(over, true);
	kthread_join(ringer);
	kthread_join(glutton);
	for (unsigned i = 0; i < MARKET; i++) {
		give(&market[i]);
		market[i].kind = NOTHING;
	}
	EXPECT_EQ(atomic_read(&wrong), 0);
	EXPECT(atomic_read(&rings) > 0 || num_online_cpus() == 1);
	report();
	expect_all_back(&before);
}
