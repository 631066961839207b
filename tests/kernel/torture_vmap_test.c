/* SPDX-License-Identifier: MIT */
/* Many areas, on all CPUs at once: each task maps random sets of its own high
 * pages, several sets at a time, and what it wrote through one mapping must be
 * seen through all others that show the page, now and later. Addresses pass
 * from task to task, and so between CPUs: a TLB that was not told shows a page
 * of somebody else, whose words are others.
 *
 * On a machine whose CPUs are not there all the time (an emulator that shares
 * its own with others) a lock that all want may wait for a CPU that is away, at
 * each turn. So tasks also end when it gets late; the log says how far they
 * got.
 *
 * All that is random comes from one seed, which the log names; `seed=N` on the
 * command line repeats it. The order in which tasks meet stays chance.
 *
 * Notices: purge_gives_first. */
#include "kernel/ktest.h"

#include "arch/smp.h"
#include "arch/tlb.h"
#include "kernel/cmdline.h"
#include "kernel/kthread.h"
#include "kernel/printk.h"
#include "kernel/timer.h"
#include "mm/slab.h"
#include "vmap_check.h"

/* 100,000 with four CPUs; which takes less than a second, or is given up. */
#define AREAS_OF_EACH 12500u
#define TASKS_OF_CPU  2
#define PATIENCE      (4 * HZ)

#define POOL  48 /* a task's pages */
#define LIVE  12 /* its mappings at a time */
#define WIDTH 16 /* pages in one, at most */

struct mapping {
	char *addr; /* NULL: none */
	unsigned pages;
	uint32_t which[WIDTH]; /* in the pool; vmalloc(): the words there */
	bool own;	       /* from vmalloc() */
};

struct tortured {
	struct task *task;
	uint32_t random;
	unsigned wrong, failed; /* words, allocations */
	unsigned made;
	struct page *page[POOL];
	uint32_t word[POOL]; /* what each page holds */
	struct mapping live[LIVE];
};

static uint32_t next_random(struct tortured *me)
{
	me->random ^= me->random << 13;
	me->random ^= me->random >> 17;
	me->random ^= me->random << 5;
	return me->random;
}

/* Somewhere in the page, differently for each. */
static volatile uint32_t *word_in(const struct mapping *map, unsigned i)
{
	unsigned place = map->own ? i : map->which[i];

	return (volatile uint32_t *)(map->addr + i * PAGE_SIZE) +
	       place * 61 % 1024;
}

/* Looks at each page, and writes something new to it. */
static void use(struct tortured *me, struct mapping *map)
{
	for (unsigned i = 0; i < map->pages; i++) {
		volatile uint32_t *at = word_in(map, i);
		uint32_t *held =
			map->own ? &map->which[i] : &me->word[map->which[i]];

		me->wrong += *at != *held;
		*held = next_random(me);
		*at = *held;
	}
}

static void end(struct tortured *me, struct mapping *map)
{
	use(me, map);
	if (map->own)
		vfree(map->addr);
	else
		vunmap(map->addr);
	map->addr = NULL;
}

/* Some pages of the pool, a page perhaps twice; or new ones, cleared. */
static void begin(struct tortured *me, struct mapping *map)
{
	struct page *page[WIDTH];

	map->pages = 1 + next_random(me) % WIDTH;
	map->own = next_random(me) % 8 == 0;
	for (unsigned i = 0; i < map->pages; i++) {
		map->which[i] = map->own ? 0 : next_random(me) % POOL;
		page[i] = me->page[map->which[i]];
	}
	map->addr = map->own ? vzalloc(map->pages * PAGE_SIZE)
			     : vmap(page, map->pages, VM_MAP, PAGE_KERNEL);
	me->made++;
	if (map->addr)
		use(me, map);
	else
		me->failed++;
}

static int torture(void *arg)
{
	struct tortured *me = arg;
	unsigned long start = jiffies;

	while (me->made < AREAS_OF_EACH && jiffies - start < PATIENCE) {
		struct mapping *map = &me->live[next_random(me) % LIVE];

		if (map->addr)
			end(me, map);
		else
			begin(me, map);
		if (next_random(me) % 1024 == 0)
			vm_unmap_aliases();
	}
	for (unsigned i = 0; i < LIVE; i++)
		if (me->live[i].addr)
			end(me, &me->live[i]);
	return 0;
}

static uint32_t choose_seed(void)
{
	uint32_t seed = 20240229;
	int given;

	if (!cmdline_int("seed", &given))
		seed = (uint32_t)given;
	pr_info("torture_vmap: seed=%lu\n", (unsigned long)seed);
	return seed;
}

/* The first half of a CPU's tasks stay there, the others go where they like. */
static bool start(struct tortured *me, unsigned number, uint32_t seed)
{
	unsigned cpus = num_online_cpus();

	me->random = (seed + number + 1) * 2654435761u | 1;
	if (!take_numbered(me->page, POOL, GFP_HIGHUSER))
		return false;
	for (unsigned i = 0; i < POOL; i++) {
		struct mapping map = {.pages = 1, .which = {i}};

		map.addr = vmap(&me->page[i], 1, VM_MAP, PAGE_KERNEL);
		if (!map.addr)
			return false;
		*word_in(&map, 0) = 0;
		vunmap(map.addr);
	}
	me->task = kthread_create(torture, me, "torture/%u", number);
	if (IS_ERR(me->task))
		return false;
	if (number < cpus)
		kthread_bind(me->task, number);
	return true;
}

/* What the purges of all CPUs were, together. */
static unsigned long ipis(void)
{
	unsigned long sum = 0;

	for (unsigned cpu = 0; cpu < num_online_cpus(); cpu++)
		sum += per_cpu(tlb_stats, cpu).ipis;
	return sum;
}

KTEST(torture_vmap, "pages mapped on all CPUs hold what was written to them")
{
	struct vmap_before before = vmap_begin();
	unsigned tasks = num_online_cpus() * TASKS_OF_CPU;
	struct tortured *all = kcalloc(tasks, sizeof(*all), GFP_KERNEL);
	unsigned long purges = vmalloc_count().purges, sent = ipis();
	unsigned started = 0, wrong = 0, failed = 0, made = 0;
	uint32_t seed = choose_seed();

	if (!EXPECT(all))
		return;
	while (started < tasks && EXPECT(start(&all[started], started, seed)))
		started++;
	for (unsigned i = 0; i < started; i++)
		wake_up_process(all[i].task);
	for (unsigned i = 0; i < started; i++) {
		kthread_join(all[i].task);
		wrong += all[i].wrong;
		failed += all[i].failed;
		made += all[i].made;
		free_numbered(all[i].page, POOL);
	}
	EXPECT_EQ(wrong, 0);
	EXPECT_EQ(failed, 0);
	EXPECT(made >= tasks * LIVE);
	pr_info("torture_vmap: %u of %u areas, %lu purges, %lu IPIs\n", made,
		tasks * AREAS_OF_EACH, vmalloc_count().purges - purges,
		ipis() - sent);
	kfree(all);
	expect_vmap_as_before(&before);
}
