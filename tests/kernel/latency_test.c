/* SPDX-License-Identifier: MIT */
/* How long this CPU hears nothing: the longest stretch with interrupts off, and
 * with preemption off, while the kernel does what takes long.
 *
 *	timer due          interrupts on       the task that it wakes runs
 *	  │ ── interrupts off ── │ ──── preemption off ──── │
 *	  └ due                  └ handler: late by ...     └ late by ...
 *
 * A timer fires at times that no work knows, each some thousands of
 * instructions after the last. How late its handler is says how long interrupts
 * were off; how late the task is that the handler wakes, how long preemption
 * was. Where the handler interrupts is where the stretch ended. Nothing in the
 * kernel is changed or counted for this, so the figures are those of the kernel
 * as it is.
 *
 * ICOUNT=1 only: there the time-stamp counter counts instructions, and two runs
 * give the same figures. A goal is 8,000 instructions with interrupts off and
 * 20,000 with preemption off; a larger limit is what is reached so far.
 *
 * Notices: purge_in_one_go, singles_join_in_one_go, timers_fire_in_one_go. */
#include "kernel/ktest.h"

#include "arch/clock.h"
#include "arch/cpu.h"
#include "arch/irq.h"
#include "arch/irqflags.h"
#include "arch/lapic.h"
#include "arch/smp.h"
#include "arch/traps.h"
#include "arch/tsc.h"
#include "arch/vectors.h"
#include "icount_check.h"
#include "kernel/kthread.h"
#include "kernel/printk.h"
#include "kernel/timer.h"
#include "mm/kmap.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

/* A vector that nothing else uses, and the timer's rates: once in 2,000 to
 * 6,000 instructions. */
#define VECTOR_PROBE 0xE0
#define SLOWEST_HZ   160000u
#define RATES	     340000u

/* The longest so far, in instructions, and where it ended. */
struct longest {
	uint64_t ticks;
	const void *where;
};

static struct {
	bool on;
	uint32_t random;
	uint64_t due;
	struct longest irqs, preemption;
	struct task *task;
	uint64_t woken; /* when the handler woke the task; 0: it has not */
	const void *woken_at;
} probe;

static void note(struct longest *longest, uint64_t ticks, const void *where)
{
	if (ticks > longest->ticks)
		*longest = (struct longest){ticks, where};
}

/* Starts the timer for once. Interrupts are off. */
static void arm(void)
{
	unsigned hz;

	probe.random = probe.random * 1664525 + 1013904223;
	hz = SLOWEST_HZ + (probe.random >> 8) % RATES;
	lapic_timer_start_once(hz, VECTOR_PROBE);
	/* The counter's steps are of 16 instructions. */
	probe.due = rdtsc() + lapic_timer_hz() / hz * 16;
}

static void serve_probe(struct trap_frame *frame)
{
	uint64_t now = rdtsc();
	const void *where = (const void *)frame->eip;

	if (!probe.on)
		return;
	note(&probe.irqs, now > probe.due ? now - probe.due : 0, where);
	if (!probe.woken && wake_up_process(probe.task)) {
		probe.woken = now;
		probe.woken_at = where;
	}
	arm();
}

/* Notes how late it runs after each wake-up. */
static int be_woken(void *unused)
{
	unsigned long flags;

	(void)unused;
	while (!kthread_should_stop()) {
		local_irq_save(flags);
		if (probe.woken)
			note(&probe.preemption, rdtsc() - probe.woken,
			     probe.woken_at);
		probe.woken = 0;
		set_current_state(TASK_UNINTERRUPTIBLE);
		local_irq_restore(flags);
		schedule();
	}
	return 0;
}

/* The slowest counter for which the probe's rates leave time between two. */
#define TSC_LEAST_KHZ 900000u

/* Whether figures mean nothing here: then the test is skipped. Bochs counts
 * instructions, too, but few in a second. */
static bool cannot_count(void)
{
	bool cannot = !instructions_counted() || num_online_cpus() > 1 ||
		      CHECK || tsc_khz() < TSC_LEAST_KHZ;

	if (cannot)
		ktest_skip("ICOUNT=1, SMP=1 and CHECK=0 only");
	return cannot;
}

static bool begin(void)
{
	static bool has_handler;

	if (!has_handler)
		interrupt_set_handler(VECTOR_PROBE, serve_probe);
	has_handler = true;
	probe.irqs = probe.preemption = (struct longest){0};
	probe.woken = 0;
	probe.task = kthread_run(be_woken, NULL, "probe");
	if (!EXPECT(!IS_ERR(probe.task)))
		return false;
	yield();
	local_irq_disable();
	probe.on = true;
	arm();
	local_irq_enable();
	return true;
}

/* Gives the timer back to the clock, and judges. */
static void end(const char *work, unsigned irqs, unsigned preemption)
{
	local_irq_disable();
	probe.on = false;
	lapic_timer_stop();
	clock_start();
	local_irq_enable();
	kthread_stop(probe.task);
	pr_info("latency: %s: interrupts off for %lu instructions, until %pS; "
		"preemption for %lu, at %pS\n",
		work, (unsigned long)probe.irqs.ticks, probe.irqs.where,
		(unsigned long)probe.preemption.ticks, probe.preemption.where);
	EXPECT(probe.irqs.ticks <= irqs);
	EXPECT(probe.preemption.ticks <= preemption);
}

/* ---- Work ---------------------------------------------------------------- */

#define AREAS 10000u
#define PAGES 4096u

/* A prime: its multiples, modulo a number of areas, are all of them. */
#define STRIDE 7919u

KTEST(latency, "a purge of thousands of scattered areas lets others run")
{
	struct page *page;
	void **area;

	if (cannot_count())
		return;
	page = alloc_page(GFP_HIGHUSER);
	area = vmalloc(AREAS * sizeof(*area));
	if (!EXPECT(page && area))
		return;
	vm_unmap_aliases();
	for (unsigned i = 0; i < AREAS; i++)
		area[i] = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	for (unsigned i = 0; i < AREAS / 2; i++)
		vunmap(area[i * STRIDE % (AREAS / 2) * 2]);
	if (begin()) {
		vm_unmap_aliases();
		end("purge", 2000, 20000);
	}
	for (unsigned i = 1; i < AREAS; i += 2)
		vunmap(area[i]);
	vfree(area);
	__free_page(page);
}

/* Every second page of large blocks, up and down, and then the others. */
static void free_in_pieces(struct page **block)
{
	for (unsigned first = 0; first < 2; first++)
		for (unsigned n = 0; n < PAGES / 1024; n++)
			for (unsigned i = first; i < 1024; i += 2)
				__free_page(block[n] + i);
}

KTEST(latency, "single pages are freed and joined in short steps")
{
	struct page *block[PAGES / 1024];

	if (cannot_count())
		return;
	for (unsigned i = 0; i < ARRAY_SIZE(block); i++) {
		block[i] = alloc_pages(GFP_HIGHUSER, 10);
		if (!EXPECT(block[i]))
			return;
		split_page(block[i], 10);
	}
	if (!begin())
		return;
	free_in_pieces(block);
	drain_all_pages();
	end("single pages", 8000, 20000);
}

#define TIMERS 1000u

static unsigned fired;

static void wake_nobody(struct timer *timer)
{
	(void)timer;
	wake_up_process(current);
	WRITE_ONCE(fired, fired + 1);
}

KTEST(latency, "a thousand timers of one tick let interrupts in between")
{
	struct timer *timer;

	if (cannot_count())
		return;
	timer = vzalloc(TIMERS * sizeof(*timer));
	if (!EXPECT(timer) || !begin())
		return;
	fired = 0;
	/* No tick comes in between: the probe has its timer. */
	for (unsigned i = 0; i < TIMERS; i++) {
		timer[i] = (struct timer){.expires = jiffies + 1,
					  .fire = wake_nobody};
		timer_add(&timer[i]);
	}
	local_irq_disable();
	jiffies++;
	timers_tick();
	local_irq_enable();
	while (READ_ONCE(fired) < TIMERS)
		barrier();
	/* Tasks wait for all of them: each interrupt follows the one before. */
	end("timers", 8000, 150000);
	vfree(timer);
}

KTEST(latency, "a wrap of kmap()'s pool is short")
{
	static struct page *page[1024];

	if (cannot_count())
		return;
	for (unsigned i = 0; i < ARRAY_SIZE(page); i++)
		page[i] = alloc_page(GFP_HIGHUSER);
	if (!begin())
		return;
	for (unsigned i = 0; i < ARRAY_SIZE(page); i++) {
		kmap(page[i]);
		kunmap(page[i]);
	}
	end("kmap", 8000, 20000);
	for (unsigned i = 0; i < ARRAY_SIZE(page); i++)
		__free_page(page[i]);
}
