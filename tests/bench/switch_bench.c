/* SPDX-License-Identifier: MIT */
/* What it costs to give the CPU to another task and get it back, and what live
 * mappings add to that. */
#include "kernel/bench.h"

#include "kernel/kthread.h"
#include "mm/kmap.h"

#define RUNS 10000

/* Switches that somebody else may cause. */
#define STRAY (RUNS / 100)

/* Mappings that each of the two tasks holds, at most. */
#define MAPS 4u

/* What the partner task maps, and how often it was its turn. */
static struct page **partners;
static unsigned turns;

static int play(void *arg)
{
	unsigned maps = *(unsigned *)arg;
	void *held[MAPS];

	for (unsigned i = 0; i < maps; i++)
		held[i] = kmap_local_page(partners[i]);
	while (!kthread_should_stop()) {
		turns++;
		yield();
	}
	while (maps)
		kunmap_local(held[--maps]);
	return 0;
}

/* Plays with a partner that holds so many mappings. Both run on CPU 0. */
static void ping_pong(unsigned maps)
{
	struct task *partner = kthread_create(play, &maps, "partner");

	if (IS_ERR(partner)) {
		bench_skip("no memory for a thread");
		return;
	}
	kthread_bind(partner, 0);
	wake_up_process(partner);
	yield();
	turns = 0;
	bench_per(2);
	BENCH_EACH(RUNS)
		yield();
	/* A tick may take one's turn away: the median does not notice. */
	if (turns < RUNS - STRAY || turns > RUNS + STRAY)
		bench_skip("somebody else had a turn");
	kthread_stop(partner);
}

BENCH(switch_0maps)
{
	ping_pong(0);
}

/* Both tasks hold so many. */
static void both_map(unsigned maps)
{
	struct page **page = bench_high_array(2 * MAPS);
	void *held[MAPS];

	if (!page)
		return;
	partners = page + MAPS;
	for (unsigned i = 0; i < maps; i++)
		held[i] = kmap_local_page(page[i]);
	ping_pong(maps);
	for (unsigned i = maps; i--;)
		kunmap_local(held[i]);
	bench_free_array(page, 2 * MAPS);
}

BENCH(switch_1map)
{
	both_map(1);
}

BENCH(switch_4maps)
{
	both_map(4);
}
