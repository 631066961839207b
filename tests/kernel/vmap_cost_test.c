/* SPDX-License-Identifier: MIT */
/* What mappings cost others, and what many of them cost each: figures for the
 * log, and limits that a wrong idea would break by a factor. What is measured
 * by the time-stamp counter is judged with ICOUNT=1 only, where that counts
 * instructions.
 *
 * Notices: purge_of_few, gaps_in_a_row. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/smp.h"
#include "arch/tlb.h"
#include "icount_check.h"
#include "kernel/atomic.h"
#include "kernel/kthread.h"
#include "kernel/printk.h"
#include "vmap_check.h"

static struct page *pages[256];

/* Ends `times` mappings of so many pages. */
static void map_and_unmap(unsigned count, unsigned times)
{
	while (times--)
		vunmap(vmap(pages, count, VM_MAP, PAGE_KERNEL));
}

/* ---- Other CPUs ---------------------------------------------------------- */

/* Keeps a CPU from idling, where it need not be told of anything. */
static int be_busy(void *unused)
{
	(void)unused;
	while (!kthread_should_stop())
		cpu_relax();
	return 0;
}

/* Keeps busy, or ends, all CPUs but this one. */
static void occupy_others(struct task **task, bool busy)
{
	for_each_cpu(cpu, cpu_online_mask & ~cpumask_of(smp_processor_id())) {
		if (!busy) {
			kthread_stop(task[cpu]);
			continue;
		}
		task[cpu] = kthread_create(be_busy, NULL, "busy/%u", cpu);
		kthread_bind(task[cpu], cpu);
		wake_up_process(task[cpu]);
	}
}

/* Interrupts to others in so many mappings, and unmappings. */
static unsigned long ipis_of(unsigned count, unsigned times)
{
	unsigned long before = this_cpu_read(tlb_stats.ipis);

	map_and_unmap(count, times);
	return this_cpu_read(tlb_stats.ipis) - before;
}

KTEST(vmap_cost, "busy CPUs are interrupted once for thousands of pages")
{
	/* Pages of a mapping; interrupts of one CPU in 100,000: as in Linux. */
	static const struct {
		unsigned pages, times;
		unsigned long most;
	} cost[] = {{1, 100000, 18}, {16, 50000, 102}, {256, 5000, 1560}};
	struct task *task[NR_CPUS] = {0};
	unsigned others = num_online_cpus() - 1;
	struct vmap_before before;

	if (!others || CHECK)
		return ktest_skip("one CPU, or CHECK=1, which flushes each "
				  "area");
	before = vmap_begin();
	if (!take_numbered(pages, 256, GFP_HIGHUSER))
		return;
	migrate_disable();
	occupy_others(task, true);
	for (unsigned i = 0; i < ARRAY_SIZE(cost); i++) {
		unsigned long n = ipis_of(cost[i].pages, cost[i].times);

		pr_info("vmap_cost: %u CPUs, %u pages: %lu IPIs in %u\n",
			others + 1, cost[i].pages, n, cost[i].times);
		EXPECT(n * (100000 / cost[i].times) <= cost[i].most * others);
	}
	occupy_others(task, false);
	migrate_enable();
	free_numbered(pages, 256);
	expect_vmap_as_before(&before);
}

/* ---- Many areas ---------------------------------------------------------- */

#define LIVE_MOST 10000
/* What waits is purged once or more in so many. */
#define PAIRS	  11000

/* Cycles, or with ICOUNT=1 instructions, of vmap() and vunmap() of a page: the
 * least of three times. */
static unsigned cost_of_pair(void)
{
	uint64_t least = ~0ull;

	for (unsigned i = 0; i < 3; i++) {
		uint64_t start = rdtsc();

		map_and_unmap(1, PAIRS);
		least = min(least, rdtsc() - start);
	}
	return (unsigned)least / PAIRS;
}

/* The same while `live` areas are; with a gap, wide enough for one more, behind
 * every fourth. */
static unsigned cost_beside(void **area, unsigned live, bool gaps)
{
	unsigned n = gaps ? live + live / 4 : live, cost;

	for (unsigned i = 0; i < n; i++)
		area[i] = vmap(pages, 1, VM_MAP, PAGE_KERNEL);
	for (unsigned i = 4; gaps && i < n; i += 5) {
		vunmap(area[i]);
		area[i] = NULL;
	}
	vm_unmap_aliases();
	cost = cost_of_pair();
	for (unsigned i = 0; i < n; i++)
		vunmap(area[i]);
	vm_unmap_aliases();
	return cost;
}

KTEST(vmap_cost, "ten thousand areas make the next one little dearer than ten")
{
	static const unsigned live[] = {10, 1000, LIVE_MOST};
	struct vmap_before before = vmap_begin();
	void **area = vmalloc((LIVE_MOST + LIVE_MOST / 4) * sizeof(*area));
	unsigned cost[ARRAY_SIZE(live)], with_gaps[ARRAY_SIZE(live)];

	if (!EXPECT(area) || !take_numbered(pages, 1, GFP_HIGHUSER))
		return;
	for (unsigned i = 0; i < ARRAY_SIZE(live); i++) {
		cost[i] = cost_beside(area, live[i], false);
		with_gaps[i] = cost_beside(area, live[i], true);
		pr_info("vmap_cost: beside %u areas: %u, with gaps %u\n",
			live[i], cost[i], with_gaps[i]);
	}
	if (instructions_counted()) {
		EXPECT(cost[2] < 3 * cost[0]);
		EXPECT(with_gaps[2] < 3 * with_gaps[0]);
	}
	free_numbered(pages, 1);
	vfree(area);
	expect_vmap_as_before(&before);
}
