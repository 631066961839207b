/* SPDX-License-Identifier: MIT */
/* Loft's benchmarks as a module of Linux: loading it runs them. The benchmarks
 * and what measures them (kernel/test/bench.c) are Loft's own sources, compiled
 * against include/, whose headers give Linux's functions by the names of
 * Loft's headers. So the work, the counting and the output are the same.
 *
 * The linker puts what is in .benches and .bench_counters in the order of the
 * object files; this one is the first and last.c the last. */
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>

#include "counters.h"
#include "kernel/bench.h"
#include "kernel/printk.h"

MODULE_DESCRIPTION("Loft's benchmarks, on Linux");
MODULE_LICENSE("Dual MIT/GPL");

static char *bench = "";
module_param(bench, charp, 0);
MODULE_PARM_DESC(bench, "which benchmarks: globs, separated by commas");

static bool count;
module_param(count, bool, 0);
MODULE_PARM_DESC(count, "count flushes, which makes them slow");

extern const struct bench benches_start[];
const struct bench benches_start[0] __used __section(".benches");
extern const struct bench_counter bench_counters_start[];
const struct bench_counter bench_counters_start[0] __used
	__section(".bench_counters");

static void line(const char *key, unsigned long value)
{
	console_printf("boot: %s=%lu\n", key, value);
}

/* The figures that Loft prints at the end of its boot, as far as they can be
 * known from here. */
static void boot_summary(void)
{
	struct sysinfo info;
	unsigned long frames = get_num_physpages();

	si_meminfo(&info);
	line("lowmem_mib", (info.totalram - info.totalhigh) >> 8);
	line("lowmem_free_mib", (info.freeram - info.freehigh) >> 8);
	line("highmem_mib", info.totalhigh >> 8);
	line("page_bytes", sizeof(struct page));
	line("frames", frames);
	line("cpus", num_online_cpus());
}

/* Runs them on CPU 0, where the benchmarks' other tasks run. */
static int __init loft_bench_init(void)
{
	int error = set_cpus_allowed_ptr(current, cpumask_of(0));

	if (!error && count)
		error = counters_init();
	if (error)
		return error;
	boot_summary();
	return bench_run(bench) ? 0 : -ENOENT;
}
module_init(loft_bench_init);
