/* SPDX-License-Identifier: MIT */
/* What the life of a thread costs: it is created, runs, and is joined. */
#include "kernel/bench.h"

#include "kernel/kthread.h"

#define RUNS 1000

static int no_work(void *unused)
{
	(void)unused;
	return 0;
}

BENCH(thread_run_join)
{
	BENCH_EACH(RUNS) {
		struct task *task = kthread_run(no_work, NULL, "bench");

		if (IS_ERR(task))
			bench_skip("no memory for a thread");
		else
			kthread_join(task);
	}
}
