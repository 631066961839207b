/* SPDX-License-Identifier: MIT */
/* What a timer costs that is set and taken back, as most are, beside others
 * that wait. */
#include "kernel/bench.h"

#include <linux/timer.h>

#define RUNS 1000
#define MOST 1000u

static void never(struct timer_list *timer)
{
	(void)timer;
}

static void add_and_delete(void)
{
	struct timer_list timer;

	timer_setup_on_stack(&timer, never, 0);
	BENCH_EACH(RUNS) {
		timer.expires = jiffies + 10 * HZ;
		add_timer(&timer);
		del_timer(&timer);
	}
	destroy_timer_on_stack(&timer);
}

/* Beside `count` timers that fire later. */
static void beside(unsigned count)
{
	size_t size = MOST * sizeof(struct timer_list);
	struct timer_list *others = alloc_pages_exact(size, GFP_KERNEL);

	if (!others) {
		bench_skip("no memory");
		return;
	}
	for (unsigned i = 0; i < count; i++) {
		timer_setup(&others[i], never, 0);
		others[i].expires = jiffies + 60 * HZ + i * 7;
		add_timer(&others[i]);
	}
	add_and_delete();
	for (unsigned i = 0; i < count; i++)
		del_timer_sync(&others[i]);
	free_pages_exact(others, size);
}

BENCH(timer_beside_0)
{
	beside(0);
}

BENCH(timer_beside_10)
{
	beside(10);
}

BENCH(timer_beside_100)
{
	beside(100);
}

BENCH(timer_beside_1000)
{
	beside(MOST);
}
