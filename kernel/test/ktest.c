/* SPDX-License-Identifier: MIT */
/* The test runner of the kernel: finds the tests in their linker section,
 * runs those that were asked for, and reports in TAP 14
 * (https://testanything.org/tap-version-14-specification.html).
 *
 * One task runs tests, one at a time, so the state below has no lock: threads
 * that a test starts report to it, and do not use EXPECT_ themselves. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/extable.h"
#include "kernel/glob.h"
#include "kernel/lock_check.h"
#include "kernel/panic.h"
#include "kernel/preempt.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "kernel/task.h"
#include "ktest_count.h"
#include "mm/kmap.h"
#include "mm/page_alloc.h"

/* What a test may take without asking whether it is there: threads, objects,
 * some pages. */
#define FREE_PAGES_LEAST (MiB(1) / PAGE_SIZE)

extern const struct ktest ktests_start[], ktests_end[];

static struct {
	const struct ktest *test;
	unsigned failures; /* expectations that did not hold, so far */
	const char *skip;  /* why it cannot be asked, or NULL */
	unsigned passed, failed, skipped, number;
} run;

/* What the panic that EXPECT_PANIC waited for said; empty if none came. */
static char caught[SENTENCE_MAX];
void *ktest_panic_jump[5];

/* Failures print at once; TAP wants them behind the test's line. They are
 * kept until then, and what does not fit is counted. */
static struct {
	char text[2048];
	size_t length;
	unsigned lost;
} diagnosis;

static void __printf(1, 2) diagnose(const char *fmt, ...)
{
	size_t room = sizeof(diagnosis.text) - diagnosis.length;
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(diagnosis.text + diagnosis.length, room, fmt, args);
	va_end(args);
	if ((size_t)n >= room) {
		diagnosis.text[diagnosis.length] = '\0';
		diagnosis.lost++;
		return;
	}
	diagnosis.length += (size_t)n;
}

static bool is_death_test(const struct ktest *test)
{
	return !strcmp(test->suite, "death");
}

/* Whether the glob of `length` bytes names the test. A death test must be
 * meant: only a glob that spells out its suite does. */
static bool is_named(const struct ktest *test, const char *glob, size_t length)
{
	char full[160];

	if (is_death_test(test) && strncmp(glob, "death:", 6))
		return false;
	snprintf(full, sizeof(full), "%s: %s", test->suite, test->name);
	return glob_matches(glob, length, full) ||
	       glob_matches(glob, length, test->suite);
}

/* Whether one of the comma-separated globs names the test. */
static bool is_asked_for(const struct ktest *test, const char *patterns)
{
	const char *glob;
	size_t length;

	if (!*patterns)
		return !is_death_test(test);
	while ((glob = glob_next(&patterns, &length)))
		if (is_named(test, glob, length))
			return true;
	return false;
}

/* One line a call, since the console takes no more. */
static void print_diagnosis(void)
{
	const char *line = diagnosis.text, *end;

	for (; (end = strchr(line, '\n')); line = end + 1)
		console_printf("%.*s\n", (int)(end - line), line);
}

static void report_test(void)
{
	const char *suite = run.test->suite, *name = run.test->name;

	if (run.failures) {
		run.failed++;
		console_printf("not ok %u - %s: %s\n  ---\n  file: %s\n",
			       run.number, suite, name, run.test->file);
		console_printf("  failures: # %u\n", run.failures);
		print_diagnosis();
		if (diagnosis.lost)
			console_printf("  not_shown: %u\n", diagnosis.lost);
		console_printf("  ...\n");
	} else if (run.skip) {
		run.skipped++;
		console_printf("ok %u - %s: %s # SKIP %s\n", run.number, suite,
			       name, run.skip);
	} else {
		run.passed++;
		console_printf("ok %u - %s: %s\n", run.number, suite, name);
	}
}

static void run_test(const struct ktest *test)
{
	run.test = test;
	run.number++;
	run.failures = 0;
	run.skip = NULL;
	diagnosis.length = diagnosis.lost = 0;
	console_printf("# running: %s: %s\n", test->suite, test->name);
	if (nr_free_pages() < FREE_PAGES_LEAST)
		ktest_skip("less than 1 MiB of memory is free");
	else
		test->run();
}

/* The first test from `test` on that is asked for, or NULL. */
static const struct ktest *find(const struct ktest *test, const char *patterns)
{
	while (test < ktests_end && !is_asked_for(test, patterns))
		test++;
	return test < ktests_end ? test : NULL;
}

/* Runs them in the order of their suites. What a test leaves behind is its own
 * failure. */
static void run_tests(const char *patterns)
{
	for (const struct ktest *test = find(ktests_start, patterns); test;
	     test = find(test + 1, patterns)) {
		ktest_count_begin();
		run_test(test);
		ktest_count_end();
		report_test();
	}
}

bool ktest_run(const char *patterns)
{
	unsigned count = 0;

	for (const struct ktest *t = ktests_start; t < ktests_end; t++)
		count += is_asked_for(t, patterns);
	console_printf("TAP version 14\n1..%u\n", count);
	console_set_prefix("# ");
	/* Now, or the first test that maps deeply would be charged with it. */
	BUG_ON(!kmap_local_reserve(GFP_KERNEL));
	run_tests(patterns);
	console_set_prefix(NULL);
	console_printf("# %u passed, %u failed, %u skipped\n", run.passed,
		       run.failed, run.skipped);
	if (!count)
		console_printf("# no test is named by: %s\n", patterns);
	return count && !run.failed;
}

void ktest_skip(const char *reason)
{
	run.skip = reason;
}

/* The head of one failed expectation, an item of the YAML block's list. */
static void fail(const char *file, int line, const char *text)
{
	run.failures++;
	diagnose("    - at: %s:%d\n      expression: '%s'\n", file, line, text);
}

void ktest_leak(const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	run.failures++;
	diagnose("    - left behind: '%s'\n", text);
}

bool ktest_expect(const char *file, int line, const char *text, bool held)
{
	if (!held)
		fail(file, line, text);
	return held;
}

bool ktest_expect_eq(const char *file, int line, const char *text, uint64_t got,
		     uint64_t expected)
{
	if (got == expected)
		return true;
	fail(file, line, text);
	diagnose("      got: %lld # 0x%llx\n      expected: %lld # 0x%llx\n",
		 (long long)got, (unsigned long long)got, (long long)expected,
		 (unsigned long long)expected);
	return false;
}

bool ktest_expect_streq(const char *file, int line, const char *text,
			const char *got, const char *expected)
{
	if (!strcmp(got, expected))
		return true;
	fail(file, line, text);
	diagnose("      got: '%s'\n      expected: '%s'\n", got, expected);
	return false;
}

/* Does the access; 0 if nothing stopped it. */
static int try_access(enum ktest_access access, uint32_t addr)
{
	uint8_t byte = 0;

	if (access == ACCESS_FETCH)
		return call_nofault(addr);
	if (access == ACCESS_READ)
		return copy_from_kernel_nofault(&byte, (void *)addr, 1);
	copy_from_kernel_nofault(&byte, (void *)addr, 1);
	return copy_to_kernel_nofault((void *)addr, &byte, 1);
}

bool ktest_expect_fault(const char *file, int line, enum ktest_access access,
			uint32_t addr, enum ktest_presence presence)
{
	static const char *const verb[] = {"reading", "writing", "executing"};
	uint32_t expected = presence == PAGE_FORBIDS ? PF_PRESENT : 0;
	uint32_t error;

	if (!try_access(access, addr)) {
		fail(file, line, "the access must fault, and went through");
		diagnose("      access: %s 0x%08lx\n", verb[access],
			 (unsigned long)addr);
		return false;
	}
	if (access == ACCESS_WRITE)
		expected |= PF_WRITE;
	/* Without NX the CPU does not say that it was fetching. */
	if (access == ACCESS_FETCH && cpu_features.nx)
		expected |= PF_FETCH;
	error = last_fixed_fault.error;
	if (last_fixed_fault.vector == TRAP_PAGE_FAULT &&
	    last_fixed_fault.address == addr && error == expected)
		return true;
	fail(file, line, "the fault must be of this kind");
	diagnose("      got: %s at 0x%08lx, error code 0x%lx\n"
		 "      expected: page fault at 0x%08lx, error code 0x%lx\n",
		 trap_name(last_fixed_fault.vector),
		 (unsigned long)last_fixed_fault.address, (unsigned long)error,
		 (unsigned long)addr, (unsigned long)expected);
	return false;
}

/* What a long jump out of a panic leaves as it was there. */
static struct {
	struct task *task; /* the task that expects a panic, or NULL */
	unsigned count, locks;
	unsigned long flags;
} expected;

/* Only the task that expects a panic can leave it, and not from a handler. */
static void catch_panic(const char *sentence)
{
	unsigned count;

	if (current != expected.task || in_interrupt())
		return;
	local_irq_disable();
	ktest_panic_disarm();
	snprintf(caught, sizeof(caught), "%s", sentence);
	lock_check_forget(expected.locks);
	/* That the scheduler wants the CPU may be new, and stays true. */
	count = expected.count |
		(this_cpu_read(preempt_word) & PREEMPT_NO_RESCHED);
	this_cpu_write(preempt_word, count);
	local_irq_restore(expected.flags);
	__builtin_longjmp(ktest_panic_jump, 1);
}

void ktest_panic_arm(void)
{
	caught[0] = '\0';
	expected.task = current;
	expected.count = preempt_count();
	expected.locks = lock_check_depth();
	local_save_flags(expected.flags);
	panic_hook = catch_panic;
}

void ktest_panic_disarm(void)
{
	panic_hook = NULL;
	expected.task = NULL;
}

const char *ktest_panic_sentence(void)
{
	return caught;
}

bool ktest_expect_panic(const char *file, int line, const char *part)
{
	if (caught[0] && strstr(caught, part))
		return true;
	fail(file, line, "this must panic");
	diagnose("      got: '%s'\n      expected: '%s'\n",
		 caught[0] ? caught : "no panic", part);
	return false;
}
