/* SPDX-License-Identifier: MIT */
/* The test framework's own promises, as far as they can be asked without a
 * test that fails: each macro's value says whether what it expects holds.
 * That failures are reported is seen from outside (tests/boot).
 *
 * Notices: suite_leaves_stacks. */
#include "kernel/ktest.h"

#include "arch/sections.h"
#include "kernel/panic.h"
#include "kernel/printk.h"

KTEST(ktest, "expectations that hold are true")
{
	bool held = EXPECT(2 > 1);

	EXPECT(held);
	held = EXPECT_EQ(GiB(64), (uint64_t)1 << 36);
	EXPECT(held);
	held = EXPECT_STREQ("loft", "loft");
	EXPECT(held);
	held = EXPECT_FAULT(ACCESS_READ, boot_stack.guard, PAGE_ABSENT);
	EXPECT(held);
}

KTEST(ktest, "a test can be skipped, with a reason")
{
	ktest_skip("to show what a skipped test looks like");
}

/* Run alone by tests/boot, which expects the machine to say "not ok". */
KTEST(death, "failing expectations")
{
	static char data[1];

	EXPECT(1 > 2);
	EXPECT_EQ(40 + 2, 43);
	EXPECT_STREQ("loft", "cellar");
	EXPECT_FAULT(ACCESS_WRITE, data, PAGE_ABSENT);
	EXPECT_FAULT(ACCESS_WRITE, text_start, PAGE_ABSENT);
	EXPECT_PANIC("never said", panic("said instead"));
	EXPECT_PANIC("never said", barrier());
}
