/* SPDX-License-Identifier: MIT */
/* What Linux does to translations, counted. Interrupts between CPUs are in
 * its own statistics. Flushes are not, so the functions that execute INVLPG,
 * or what forgets everything, are probed. */
#include "counters.h"

#include <linux/hardirq.h>
#include <linux/kprobes.h>

#include "kernel/bench.h"

/* Flushes of one page, and of everything, on any CPU. */
static atomic_t pages, full;

static int count_page(struct kprobe *probe, struct pt_regs *regs)
{
	atomic_inc(&pages);
	return 0;
}

static int count_full(struct kprobe *probe, struct pt_regs *regs)
{
	atomic_inc(&full);
	return 0;
}

static struct kprobe probes[] = {
	{.symbol_name = "native_flush_tlb_one_user", .pre_handler = count_page},
	{.symbol_name = "native_flush_tlb_global", .pre_handler = count_full},
};

int counters_init(void)
{
	for (unsigned i = 0; i < ARRAY_SIZE(probes); i++) {
		int error = register_kprobe(&probes[i]);

		if (error)
			return error;
	}
	return 0;
}

BENCH_COUNTER(invlpg)
{
	return (unsigned long)atomic_read(&pages);
}

BENCH_COUNTER(full_flushes)
{
	return (unsigned long)atomic_read(&full);
}

/* Calls to other CPUs, flushes among them. */
BENCH_COUNTER(ipis)
{
	unsigned long sum = 0;
	int cpu;

	for_each_online_cpu(cpu)
		sum += per_cpu(irq_stat, cpu).irq_call_count;
	return sum;
}
