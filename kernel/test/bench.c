/* SPDX-License-Identifier: MIT */
/* Runs benchmarks, and prints what they found, one line of JSON each:
 *
 *	bench: {"tsc_khz": 1000000, "check": 0, "compiler": "12.2.0"}
 *	bench: {"name": "alloc_high_o0", "ticks": 57, "iterations": 10000}
 *	bench: {"name": "alloc_high_o9", "skip": "no highmem"}
 *	bench: {"benchmarks": 2}
 *
 * `ticks` is the median, for one operation; with a tenth where a sample was of
 * several. What the kernel counts (BENCH_COUNTER) follows it. The last line
 * says that nothing is missing.
 *
 * One task runs benchmarks, one at a time, so the state below has no lock. */
#include "kernel/bench.h"

#include "arch/cpu.h"
#include "arch/tsc.h"
#include "kernel/glob.h"
#include "kernel/printk.h"

extern const struct bench benches_start[], benches_end[];
extern const struct bench_counter bench_counters_start[], bench_counters_end[];

#define COUNTERS_MAX 8
#define SAMPLES_SIZE (BENCH_SAMPLES_MAX * sizeof(uint32_t))

static struct {
	uint64_t started; /* the sample that is being taken */
	uint64_t nothing; /* what it costs to measure nothing */
	uint32_t *samples;
	unsigned count;
	unsigned operations; /* in each */
	const char *skip;    /* why there is no result, or NULL */
	unsigned long counts[COUNTERS_MAX]; /* before it */
} run;

void bench_per(unsigned operations)
{
	run.operations = operations;
}

void bench_skip(const char *reason)
{
	run.skip = reason;
}

void bench_record(uint64_t ticks)
{
	if (run.count == BENCH_SAMPLES_MAX)
		bench_skip("too many samples");
	else if (ticks > UINT32_MAX)
		bench_skip("a sample of more than 2^32 ticks");
	else
		run.samples[run.count++] = (uint32_t)ticks;
}

void __noinline bench_start(void)
{
	run.started = rdtsc();
	barrier();
}

void __noinline bench_stop(void)
{
	uint64_t ticks;

	barrier();
	ticks = rdtsc() - run.started;
	bench_record(ticks > run.nothing ? ticks - run.nothing : 0);
}

/* Puts the samples into order, by Shell's method. */
static void sort_samples(void)
{
	uint32_t *s = run.samples;

	for (unsigned gap = run.count / 2; gap; gap /= 2)
		for (unsigned i = gap; i < run.count; i++) {
			uint32_t value = s[i];
			unsigned at = i;

			for (; at >= gap && s[at - gap] > value; at -= gap)
				s[at] = s[at - gap];
			s[at] = value;
		}
}

/* The median sample; 0 if there is none. */
static uint32_t median(void)
{
	sort_samples();
	return run.count ? run.samples[run.count / 2] : 0;
}

static unsigned nr_counters(void)
{
	return min((unsigned)(bench_counters_end - bench_counters_start),
		   (unsigned)COUNTERS_MAX);
}

/* Makes ready for the samples of one benchmark. */
static void begin(void)
{
	run.count = 0;
	run.operations = 1;
	run.skip = NULL;
	for (unsigned i = 0; i < nr_counters(); i++)
		run.counts[i] = bench_counters_start[i].read();
}

/* Measures nothing, to know what measuring costs. */
static void calibrate(void)
{
	begin();
	run.nothing = 0;
	BENCH_EACH(1000)
		;
	run.nothing = median();
}

/* Writes `value` / `divisor` with `digits` digits behind the point to `text`,
 * in long division: no step needs more than 32 bits. */
static void write_quotient(char *text, size_t size, unsigned long value,
			   unsigned divisor, unsigned digits)
{
	int length =
		snprintf(text, size, digits ? "%lu." : "%lu", value / divisor);

	for (; digits && (size_t)length + 1 < size; digits--) {
		value = value % divisor * 10;
		text[length++] = (char)('0' + value / divisor);
	}
	text[length] = '\0';
}

/* Writes `, "NAME": COUNT` for each counter to `text`: what one of the
 * iterations added to it. Rare things count: a flush in ten thousand. */
static void write_counts(char *text, size_t size, unsigned iterations)
{
	size_t length = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < nr_counters() && length < size; i++) {
		const struct bench_counter *counter = &bench_counters_start[i];
		char count[24];

		write_quotient(count, sizeof(count),
			       counter->read() - run.counts[i], iterations, 5);
		length +=
			(size_t)snprintf(text + length, size - length,
					 ", \"%s\": %s", counter->name, count);
	}
}

static void report_row(const char *name)
{
	unsigned iterations = run.count * run.operations;
	char counts[160], ticks[24];

	if (!run.count && !run.skip)
		bench_skip("it took no sample");
	if (run.skip) {
		console_printf("bench: {\"name\": \"%s\", \"skip\": \"%s\"}\n",
			       name, run.skip);
		return;
	}
	write_counts(counts, sizeof(counts), iterations);
	write_quotient(ticks, sizeof(ticks), median(), run.operations,
		       run.operations > 1 ? 1 : 0);
	console_printf("bench: {\"name\": \"%s\", \"ticks\": %s, "
		       "\"iterations\": %u%s}\n",
		       name, ticks, iterations, counts);
}

static bool is_asked_for(const struct bench *bench, const char *patterns)
{
	const char *glob;
	size_t length;

	if (!*patterns)
		return true;
	while ((glob = glob_next(&patterns, &length)))
		if (glob_matches(glob, length, bench->name))
			return true;
	return false;
}

bool bench_run(const char *patterns)
{
	unsigned count = 0;

	run.samples = alloc_pages_exact(SAMPLES_SIZE, GFP_KERNEL);
	if (!run.samples) {
		pr_err("bench: no memory for samples\n");
		return false;
	}
	calibrate();
	console_printf("bench: {\"tsc_khz\": %lu, \"check\": %d, "
		       "\"compiler\": \"%s\"}\n",
		       (unsigned long)tsc_khz(), CHECK, __VERSION__);
	for (const struct bench *b = benches_start; b < benches_end; b++) {
		if (!is_asked_for(b, patterns))
			continue;
		begin();
		b->run();
		report_row(b->name);
		count++;
	}
	console_printf("bench: {\"benchmarks\": %u}\n", count);
	free_pages_exact(run.samples, SAMPLES_SIZE);
	if (!count)
		pr_err("bench: no benchmark is named by: %s\n", patterns);
	return count > 0;
}

/* A block from where it should be, or NULL. */
static struct page *pages_from(gfp_t gfp, unsigned order, bool high)
{
	struct page *page = alloc_pages(gfp, order);

	if (page && PageHighMem(page) == high)
		return page;
	if (page)
		__free_pages(page, order);
	bench_skip(high ? "no highmem" : "no lowmem");
	return NULL;
}

struct page *bench_high_pages(unsigned order)
{
	return pages_from(GFP_HIGHUSER, order, true);
}

struct page *bench_low_pages(unsigned order)
{
	return pages_from(GFP_KERNEL, order, false);
}

struct page **bench_high_array(unsigned count)
{
	struct page **pages = alloc_pages_exact(count * sizeof(*pages),
						GFP_KERNEL | __GFP_ZERO);

	if (!pages) {
		bench_skip("no memory");
		return NULL;
	}
	for (unsigned i = 0; i < count; i++) {
		pages[i] = bench_high_pages(0);
		if (!pages[i]) {
			bench_free_array(pages, count);
			return NULL;
		}
	}
	return pages;
}

void bench_free_array(struct page **pages, unsigned count)
{
	for (unsigned i = 0; i < count && pages[i]; i++)
		__free_page(pages[i]);
	free_pages_exact(pages, count * sizeof(*pages));
}
