/* SPDX-License-Identifier: MIT */
/* Reports after which the kernel goes on. What they say is in the log, where
 * tests/boot/test_console.py reads it.
 *
 * Notices: warn_on_upside_down, assert_upside_down. */
#include "kernel/ktest.h"

#include "crew.h"
#include "kernel/panic.h"
#include "kernel/task_list.h"

static bool warned_on_purpose(unsigned *looks)
{
	return ++*looks == 1;
}

KTEST(report, "a warning is given when its condition holds, looked at once")
{
	unsigned looks = 0;

	EXPECT(WARN_ON(warned_on_purpose(&looks)));
	EXPECT_EQ(looks, 1);
	EXPECT(!WARN_ON(warned_on_purpose(&looks)));
	EXPECT_EQ(looks, 2);
}

static bool counted(unsigned *looks, bool value)
{
	++*looks;
	return value;
}

KTEST(report, "an assertion is evaluated with CHECK=1, and must hold then")
{
	unsigned looks = 0;

	ASSERT(counted(&looks, true));
	EXPECT_EQ(looks, CHECK);
	if (CHECK)
		EXPECT_PANIC("this must hold: counted(&looks, false)",
			     ASSERT(counted(&looks, false)));
	else
		ASSERT(counted(&looks, false));
	EXPECT_EQ(looks, 2 * CHECK);
}

static int end(void *unused)
{
	(void)unused;
	return 0;
}

static int sleep_and_end(void *unused)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	if (!kthread_should_stop())
		schedule();
	set_current_state(TASK_RUNNING);
	return end(unused);
}

KTEST(report, "all tasks are listed, from their making until they are joined")
{
	struct task *sleeper = kthread_run(sleep_and_end, NULL, "sleeper");
	struct task *ended = kthread_run(end, NULL, "ended");

	EXPECT(EVENTUALLY(!READ_ONCE(sleeper->runnable)));
	EXPECT(EVENTUALLY(!READ_ONCE(ended->runnable)));
	show_tasks();
	kthread_stop(sleeper);
	kthread_join(ended);
	show_tasks();
}
