/* SPDX-License-Identifier: MIT */
/* What it costs to give the CPU to another task and get it back, and what live
 * mappings add to that. */
#include "kernel/bench.h"

#include "kernel/kthread.h"
#include "mm/kmap.h"

#define RUNS 10000

/* Switches that somebody else may cause. */
#define STRAY (RUNS / 100)

/* Mappings that each of the two tasks holds. */
#define MAPS 4u

/* What the partner maps while he plays, and how often it was his turn. */
static struct page **partners;
static unsigned turns;

static int play(void *arg)
{
	void *held[MAPS];
	unsigned maps = arg ? MAPS : 0;

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

/* Plays with a partner that holds mappings or not. Both run on CPU 0. */
static void ping_pong(bool maps)
{
	struct task *partner =
		kthread_create(play, maps ? &partners : NULL, "partner");

	if (!partner) {
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
	ping_pong(false);
}

/* Both tasks hold four. */
BENCH(switch_4maps)
{
	struct page **page = bench_high_array(2 * MAPS);
	void *held[MAPS];

	if (!page)
		return;
	partners = page + MAPS;
	for (unsigned i = 0; i < MAPS; i++)
		held[i] = kmap_local_page(page[i]);
	ping_pong(true);
	for (unsigned i = MAPS; i--;)
		kunmap_local(held[i]);
	bench_free_array(page, 2 * MAPS);
}
