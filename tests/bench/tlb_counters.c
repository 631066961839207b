/* SPDX-License-Identifier: MIT */
/* What Loft counts of translations that are forgotten: for the benchmarks'
 * figures. A kmap_local or kmap_atomic mapping ends with one invlpg more, which
 * is not counted, for that would cost as much again. */
#include "arch/smp.h"
#include "arch/tlb.h"
#include "kernel/bench.h"

/* The sum over all CPUs of one count of struct tlb_stats. */
#define SUM(field)                                                   \
	({                                                           \
		unsigned long sum_ = 0;                              \
		for_each_cpu(cpu, cpu_online_mask)                   \
			sum_ += per_cpu_ptr(&tlb_stats, cpu)->field; \
		sum_;                                                \
	})

BENCH_COUNTER(invlpg)
{
	return SUM(pages);
}

BENCH_COUNTER(full_flushes)
{
	return SUM(full);
}

BENCH_COUNTER(ipis)
{
	return SUM(ipis);
}
