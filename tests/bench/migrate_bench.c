/* SPDX-License-Identifier: MIT */
/* What a task pays to stay on its CPU, as Linux's kmap_local_page() does. */
#include "kernel/bench.h"

#include "kernel/sched.h"

BENCH(migrate_disable)
{
	BENCH_EACH(10000) {
		migrate_disable();
		migrate_enable();
	}
}
