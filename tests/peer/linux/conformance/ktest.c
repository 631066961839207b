/* SPDX-License-Identifier: MIT */
/* The conformance suite as a module of Linux: loading it runs the tests and
 * prints TAP 14, as kernel/test/ktest.c does. Each line begins with "tap: ", to
 * be told from what Linux says meanwhile; what a test expected in vain is
 * printed behind its line.
 *
 * The linker puts what is in .ktests in the order of the object files; this one
 * is the first and last.c the last. */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/printk.h>

#include "conformance.h"

MODULE_DESCRIPTION("Loft's conformance suite, on Linux");
MODULE_LICENSE("Dual MIT/GPL");

extern const struct ktest ktests_start[], ktests_end[];
const struct ktest ktests_start[0] __used __section(".ktests");

#define tap(...) printk(KERN_ALERT "tap: " __VA_ARGS__)

#define FAILURES_MAX 8

/* The test that runs: why it is skipped, and what did not hold. */
static struct {
	const char *skip;
	unsigned int failures;
	struct failure {
		int line;
		const char *text;
		u64 got, expected;
	} failure[FAILURES_MAX];
} run;

void ktest_skip(const char *reason)
{
	run.skip = reason;
}

bool ktest_expect_eq(int line, const char *text, u64 got, u64 expected)
{
	if (got == expected)
		return true;
	if (run.failures < FAILURES_MAX)
		run.failure[run.failures] =
			(struct failure){line, text, got, expected};
	run.failures++;
	return false;
}

bool ktest_expect(int line, const char *text, bool held)
{
	return ktest_expect_eq(line, text, held, true);
}

static void report(const struct ktest *test, long number)
{
	tap("%sok %ld - %s: %s%s%s\n", run.failures ? "not " : "", number,
	    test->suite, test->name, run.skip ? " # SKIP " : "",
	    run.skip ?: "");
	if (!run.failures)
		return;
	tap("  ---\n");
	for (unsigned int i = 0; i < min(run.failures, FAILURES_MAX + 0u); i++)
		tap("  line %d: '%s', got %lld, expected %lld\n",
		    run.failure[i].line, run.failure[i].text,
		    run.failure[i].got, run.failure[i].expected);
	tap("  ...\n");
}

static int __init conformance_init(void)
{
	unsigned int passed = 0, failed = 0, skipped = 0;

	tap("TAP version 14\n");
	tap("1..%ld\n", (long)(ktests_end - ktests_start));
	for (const struct ktest *test = ktests_start; test < ktests_end;
	     test++) {
		tap("# running: %s: %s\n", test->suite, test->name);
		memset(&run, 0, sizeof(run));
		test->run();
		report(test, test - ktests_start + 1);
		failed += run.failures > 0;
		skipped += !run.failures && run.skip;
		passed += !run.failures && !run.skip;
	}
	tap("# %u passed, %u failed, %u skipped\n", passed, failed, skipped);
	return 0;
}
module_init(conformance_init);
