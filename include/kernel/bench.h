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
 * line says `bench` or `bench=PATTERN,...`. It takes samples: what the
 * time-stamp counter says around a piece of work, less what it says around
 * none. The median of the samples is the result, so that a rare interrupt does
 * not count. Work whose dear part is rare (a flush for many calls) must not
 * lose it in a median: such a benchmark makes each sample of thousands of
 * operations, and says so:
 *
 *	BENCH(vmap_1)
 *	{
 *		bench_per(1000);
 *		BENCH_EACH (10)
 *			for (unsigned i = 0; i < 1000; i++)
 *				vunmap(vmap(&page, 1, VM_MAP, PAGE_KERNEL));
 *	}
 *
 * bench_start() and bench_stop() do what BENCH_EACH does, where not all of a
 * loop is to be measured.
 *
 * The counter counts instructions in a machine with -icount, where results are
 * the same in each run, and cycles elsewhere.
 *
 * And the classic mistake: work whose result nobody uses, or whose argument
 * never changes; the compiler leaves it out. See bench_hidden(), bench_use().
 *
 * Files of benchmarks use the field's names only: tests/peer compiles the same
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

/* Something else that operations cost, and that the kernel counts: flushes,
 * say. The function returns the count so far; what a benchmark adds to it is
 * printed for each of its operations, by this name. Preparations count, too.
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

/* Each sample is `operations` of them, 1 if nobody says. */
void bench_per(unsigned operations);

/* Takes a sample that was measured by other means. One of 2^32 ticks or more,
 * or one more than BENCH_SAMPLES_MAX, and the benchmark is skipped. */
void bench_record(uint64_t ticks);

/* There is no result, and why: what this machine cannot show, or a page that
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

/* Begin a sample, and end it. They are calls, and never inlined, so that they
 * cost the same everywhere and can be left out of the result. */
void bench_start(void);
void bench_stop(void);

/* Does what follows `samples` times, each of them a sample. */
#define BENCH_EACH(samples)                                           \
	for (unsigned left_ = (samples); left_ && (bench_start(), 1); \
	     bench_stop(), left_--)

/* The value, of which the compiler does not know that it is always the same. */
#define bench_hidden(value)                           \
	({                                            \
		__typeof__(value) hidden_ = (value);  \
		__asm__ volatile("" : "+r"(hidden_)); \
		hidden_;                              \
	})

/* Somebody needs the value. */
#define bench_use(value) __asm__ volatile("" ::"r"(value))

#endif
