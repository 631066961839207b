/* SPDX-License-Identifier: MIT */
/* Benchmarks: what one operation costs, on its own.
 *
 *	BENCH(alloc_high_o0)
 *	{
 *		BENCH_EACH (10000)
 *			__free_page(alloc_page(GFP_HIGHUSER));
 *	}
 *
 * A benchmark registers itself in a linker section and runs when the command
 * line says `bench` or `bench=PATTERN,...`. It takes samples: the time-stamp
 * counter's difference around a piece of work, less its difference around
 * nothing. The median of the samples is the result, so that a rare interrupt
 * does not count. If the expensive part of an operation is rare (a flush for
 * many calls), a median would not show it. Such a benchmark makes each sample
 * of thousands of operations, and passes their number:
 *
 *	BENCH(vmap_1)
 *	{
 *		bench_per(1000);
 *		BENCH_EACH (10)
 *			for (unsigned i = 0; i < 1000; i++)
 *				vunmap(vmap(&page, 1, VM_MAP, PAGE_KERNEL));
 *	}
 *
 * To measure only a part of a loop, use bench_start() and bench_stop() instead
 * of BENCH_EACH.
 *
 * The counter counts instructions in a machine with -icount, where results are
 * the same in each run, and cycles elsewhere.
 *
 * The classic mistake: work with an unused result, or with a constant argument,
 * which the compiler removes. See bench_hidden(), bench_use().
 *
 * Benchmarks call functions that Linux has, too: tests/peer compiles the same
 * files, and kernel/test/bench.c, for Linux. */
#ifndef KERNEL_BENCH_H
#define KERNEL_BENCH_H

#include "kernel/compiler.h"
#include "kernel/types.h"
#include "mm/page_alloc.h"

struct bench {
	const char *name;
	void (*run)(void);
} __aligned(8);

#define BENCH(name_)                                                      \
	static void bench_##name_(void);                                  \
	static const struct bench bench_entry_##name_ __used __no_reorder \
		__section(".benches") = {#name_, bench_##name_};          \
	static void bench_##name_(void)

/* Another cost that the kernel counts, such as flushes. The function returns
 * the count so far. The increase during a benchmark, divided by its operations,
 * is printed by this name. Preparations count, too.
 *
 *	BENCH_COUNTER(invlpg)
 *	{
 *		return tlb_stats.pages;
 *	}
 */
struct bench_counter {
	const char *name;
	unsigned long (*read)(void);
} __aligned(8);

#define BENCH_COUNTER(name_)                                                 \
	static unsigned long count_##name_(void);                            \
	static const struct bench_counter counter_entry_##name_ __used       \
		__no_reorder __section(".bench_counters") = {#name_,         \
							     count_##name_}; \
	static unsigned long count_##name_(void)

/* Samples of one benchmark, at most. */
#define BENCH_SAMPLES_MAX 10000

/* Runs the benchmarks that `patterns` names (globs with * and ?, separated by
 * commas; empty: all) and prints a line of JSON for each. Returns whether there
 * was one. Task context; once at a time. */
bool bench_run(const char *patterns);

/* ---- In a benchmark ------------------------------------------------------ */

/* Sets the number of operations in a sample; 1 by default. */
void bench_per(unsigned operations);

/* Adds a sample that was measured by other means. The benchmark is skipped if a
 * sample has 2^32 ticks or more, or if there are more than
 * BENCH_SAMPLES_MAX. */
void bench_record(uint64_t ticks);

/* Skips the benchmark, with the reason: the machine lacks something, or a page
 * was not where it should be. */
void bench_skip(const char *reason);

/* 2^order pages from highmem, or from the direct map; NULL, and the benchmark
 * is skipped, if there are none. */
struct page *bench_high_pages(unsigned order);
struct page *bench_low_pages(unsigned order);

/* `count` single pages of highmem, one by one, and the end of them. Also NULL,
 * and skipped. */
struct page **bench_high_array(unsigned count);
void bench_free_array(struct page **pages, unsigned count);

/* Begin and end a sample. They are never inlined, so that they cost the same
 * everywhere and can be subtracted from the result. */
void bench_start(void);
void bench_stop(void);

/* Runs the following statement `samples` times, each time as a sample. */
#define BENCH_EACH(samples)                                           \
	for (unsigned left_ = (samples); left_ && (bench_start(), 1); \
	     bench_stop(), left_--)

/* The value, in a form that the compiler does not know to be constant. */
#define bench_hidden(value)                           \
	({                                            \
		__typeof__(value) hidden_ = (value);  \
		__asm__ volatile("" : "+r"(hidden_)); \
		hidden_;                              \
	})

/* Makes the compiler compute the value. */
#define bench_use(value) __asm__ volatile("" ::"r"(value))

#endif
