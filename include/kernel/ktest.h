/* SPDX-License-Identifier: MIT */
/* In-kernel tests: a sentence about behaviour, and a function that tests
 * whether it is true.
 *
 *	KTEST(kmap_local, "a page reads back what was written")
 *	{
 *		char *a = kmap_local_page(page);
 *
 *		a[0] = 'x';
 *		EXPECT_EQ(a[0], 'x');
 *		kunmap_local(a);
 *	}
 *
 * Tests register themselves in a linker section and run when the command line
 * says `test` or `test=PATTERN`, in the order of their suites' names and of the
 * source. Results are TAP 14. An expectation that fails is printed and the test
 * goes on; the value of each EXPECT_ macro says whether it held, for a test
 * that must stop there. If the machine lacks what a test needs, the test is
 * skipped, with the reason:
 *
 *		if (!cpu_features.nx)
 *			return ktest_skip("no NX on this CPU");
 *
 * A suite named `death` is for tests that end in a panic on purpose: they run
 * only when a pattern names them, each in a machine of its own. */
#ifndef KERNEL_KTEST_H
#define KERNEL_KTEST_H

#include "kernel/compiler.h"
#include "kernel/types.h"

struct ktest {
	const char *suite, *name;
	const char *file;
	void (*run)(void);
} __aligned(16);

#define KTEST(suite_, sentence)	       KTEST_(suite_, sentence, __LINE__)
#define KTEST_(suite_, sentence, line) KTEST__(suite_, sentence, line)
#define KTEST__(suite_, sentence, line)                                       \
	static void test_##suite_##_##line(void);                             \
	static const struct ktest ktest_##suite_##_##line __used __no_reorder \
		__section(".ktests." #suite_) = {#suite_, sentence, __FILE__, \
						 test_##suite_##_##line};     \
	static void test_##suite_##_##line(void)

/* Runs the tests that `patterns` names (globs with * and ?, separated by
 * commas, each held against "suite" and "suite: sentence"; empty: all but
 * death tests), prints TAP, returns whether none failed. A pattern that names
 * no test is a failure. */
bool ktest_run(const char *patterns);

/* Marks the running test as skipped. */
void ktest_skip(const char *reason);

/* Fails the running test for what it leaves behind. */
void ktest_leak(const char *fmt, ...) __printf(1, 2);

/* The numbers are compared and shown as 64-bit. */
#define EXPECT_EQ(got, expected)                                   \
	ktest_expect_eq(__FILE__, __LINE__, #got " == " #expected, \
			(uint64_t)(got), (uint64_t)(expected))
#define EXPECT(condition) \
	ktest_expect(__FILE__, __LINE__, #condition, (condition))
#define EXPECT_STREQ(got, expected) \
	ktest_expect_streq(__FILE__, __LINE__, #got, (got), (expected))

bool ktest_expect(const char *file, int line, const char *text, bool held);
bool ktest_expect_eq(const char *file, int line, const char *text, uint64_t got,
		     uint64_t expected);
bool ktest_expect_streq(const char *file, int line, const char *text,
			const char *got, const char *expected);

/* The access must end in a page fault at `addr`, and the CPU must report it
 * as that kind of access to a page that was, or was not, there. An access that
 * goes through fails the test (a write has then changed nothing: it wrote
 * back the byte that it had read, or 0 where nothing could be read). */
enum ktest_access {
	ACCESS_READ,
	ACCESS_WRITE,
	ACCESS_FETCH
};
enum ktest_presence {
	PAGE_ABSENT,
	PAGE_FORBIDS
};

#define EXPECT_FAULT(access, addr, presence)                             \
	ktest_expect_fault(__FILE__, __LINE__, access, (uint32_t)(addr), \
			   presence)
bool ktest_expect_fault(const char *file, int line, enum ktest_access access,
			uint32_t addr, enum ktest_presence presence);

/* `statement` must panic, with a sentence that contains `part`. The panic
 * leaves it by a long jump: the statement must hold nothing that needs undoing,
 * and a local variable that it changes must be volatile to be read afterwards.
 */
#define EXPECT_PANIC(part, statement)                         \
	({                                                    \
		if (!__builtin_setjmp(ktest_panic_jump)) {    \
			ktest_panic_arm();                    \
			statement;                            \
			ktest_panic_disarm();                 \
		}                                             \
		ktest_expect_panic(__FILE__, __LINE__, part); \
	})
extern void *ktest_panic_jump[5];
void ktest_panic_arm(void);
void ktest_panic_disarm(void);
bool ktest_expect_panic(const char *file, int line, const char *part);

/* The sentence of the last expected panic; empty if there was none. */
const char *ktest_panic_sentence(void);

#endif
