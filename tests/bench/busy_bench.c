/* SPDX-License-Identifier: MIT */
/* What must be forgotten everywhere costs other CPUs, too: an interrupt, when
 * they are at work. One CPU more computes all the while; the figures to look at
 * are the counts of interrupts, beside those of the same work without it. */
#include "kernel/bench.h"

#include "arch/cpu.h"
#include "arch/smp.h"
#include "mm/kmap.h"
#include "mm/vmalloc.h"

#include "kernel/kthread.h"

/* Pages to stream over, and pairs in a sample. */
#define STREAM 4096u
#define PAIRS  2000u

/* Computes, in view of everything that the kernel maps. */
static int compute(void *arg)
{
	while (!kthread_should_stop())
		cpu_relax();
	return arg != NULL;
}

/* Does the work with `count` high pages while CPU 1 is busy. */
static void beside_busy_cpu(void (*work)(struct page **pages, unsigned count),
			    unsigned count)
{
	struct task *other;
	struct page **pages;

	if (num_online_cpus() < 2) {
		bench_skip("one CPU");
		return;
	}
	pages = bench_high_array(count);
	if (!pages)
		return;
	other = kthread_create(compute, NULL, "computes");
	if (other) {
		kthread_bind(other, 1);
		wake_up_process(other);
		work(pages, count);
		kthread_stop(other);
	} else {
		bench_skip("no memory for a thread");
	}
	bench_free_array(pages, count);
}

static void stream(struct page **pages, unsigned count)
{
	bench_per(count);
	BENCH_EACH(20)
		for (unsigned i = 0; i < count; i++) {
			bench_use(kmap(pages[i]));
			kunmap(pages[i]);
		}
}

static void mapped(struct page **pages, unsigned count)
{
	bench_per(PAIRS);
	BENCH_EACH(10)
		for (unsigned i = 0; i < PAIRS; i++)
			vunmap(vmap(pages, count, VM_MAP, PAGE_KERNEL));
}

BENCH(kmap_stream_busy)
{
	beside_busy_cpu(stream, STREAM);
}

BENCH(vmap_1_busy)
{
	beside_busy_cpu(mapped, 1);
}

BENCH(vmap_16_busy)
{
	beside_busy_cpu(mapped, 16);
}

BENCH(vmap_256_busy)
{
	beside_busy_cpu(mapped, 256);
}
