/* SPDX-License-Identifier: MIT */
/* A lock that nobody else wants. */
#include "kernel/bench.h"

#include "kernel/spinlock.h"

static DEFINE_SPINLOCK(lock, RANK_TEST_INNER);

BENCH(spinlock)
{
	BENCH_EACH(10000) {
		spin_lock(&lock);
		spin_unlock(&lock);
	}
}
