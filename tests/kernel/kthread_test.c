/* SPDX-License-Identifier: MIT */
/* Kernel threads: made, run, told to stop, joined; and nothing is left of them.
 *
 * Notices: join_keeps_stack, join_keeps_task, stop_does_not_wake,
 * thread_result_lost, bind_ignored, join_frees_early,
 * joined_twice_unseen. */
#include "kernel/ktest.h"

#include "crew.h"
#include "kernel/string.h"
#include "mm/page_alloc.h"
#include "zone_check.h"

static struct crew crew;

static int twice(void *arg)
{
	return 2 * *(int *)arg;
}

KTEST(kthread, "join returns what the thread returned")
{
	int number = 21;
	struct task *task = kthread_run(twice, &number, "twice/%d", number);

	EXPECT_STREQ(task->name, "twice/21");
	EXPECT_EQ(kthread_join(task), 42);
	/* One that has ended long before is joined as well. */
	task = kthread_run(twice, &number, "a name that is much too long");
	EXPECT_EQ(strlen(task->name), TASK_NAME_MAX - 1);
	EXPECT(EVENTUALLY(task->state == TASK_DEAD));
	EXPECT_EQ(kthread_join(task), 42);
}

static int sleep_until_stopped(void *arg)
{
	int *rounds = arg;

	set_current_state(TASK_UNINTERRUPTIBLE);
	while (!kthread_should_stop()) {
		(*rounds)++;
		schedule();
		set_current_state(TASK_UNINTERRUPTIBLE);
	}
	set_current_state(TASK_RUNNING);
	return 7;
}

KTEST(kthread, "stop wakes a thread that sleeps, and one that never ran")
{
	int rounds = 0;
	struct task *task =
		kthread_run(sleep_until_stopped, &rounds, "sleeper");

	EXPECT(EVENTUALLY(READ_ONCE(rounds) == 1));
	EXPECT(EVENTUALLY(cpu_current(READ_ONCE(task->cpu)) != task));
	EXPECT_EQ(kthread_stop(task), 7);
	EXPECT_EQ(rounds, 1);
	task = kthread_create(sleep_until_stopped, &rounds, "newborn");
	EXPECT_EQ(kthread_stop(task), 7);
	EXPECT_EQ(rounds, 1);
	EXPECT(!kthread_should_stop());
}

KTEST(kthread, "a thread does not run before it is started")
{
	int rounds = 0;
	struct task *task =
		kthread_create(sleep_until_stopped, &rounds, "newborn");

	for (unsigned i = 0; i < 3; i++)
		sleep_a_tick();
	EXPECT_EQ(rounds, 0);
	EXPECT_EQ(task->switches, 0);
	kthread_stop(task);
}

static int where(struct worker *w)
{
	bool right = true;

	for (unsigned i = 0; i < 100; i++) {
		right &= smp_processor_id() == w->number % num_online_cpus();
		yield();
	}
	return !right;
}

KTEST(kthread, "a bound thread runs on its CPU alone")
{
	EXPECT_EQ(crew_run(&crew, 2 * num_online_cpus(), CREW_SPREAD, where),
		  0);
}

static int read_guard(void *arg)
{
	*(uint8_t **)arg = current->stack;
	return (int)((uintptr_t)__builtin_frame_address(0) -
		     (uintptr_t)current->stack);
}

KTEST(kthread, "a thread runs on its own stack, below which nothing is mapped")
{
	static uint8_t *stack;
	struct task *task = kthread_run(read_guard, &stack, "guard");
	unsigned above = (unsigned)kthread_join(task);

	EXPECT(above > STACK_SIZE / 2 && above < STACK_SIZE);
	EXPECT_FAULT(ACCESS_READ, stack - 1, PAGE_ABSENT);
	EXPECT_FAULT(ACCESS_WRITE, stack - PAGE_SIZE, PAGE_ABSENT);
	EXPECT_EQ(stack[0] - stack[0], 0);
}

static int nothing(void *arg)
{
	(void)arg;
	return 1;
}

/* Makes and joins `count` threads, `CREW_MAX` at a time, some of which start
 * before others are made; returns the sum of their results. */
static unsigned make_and_join(unsigned count)
{
	static struct task *task[CREW_MAX];
	uint32_t random = 1;
	unsigned sum = 0;

	while (count) {
		unsigned n = min(count, (unsigned)CREW_MAX);

		for (unsigned i = 0; i < n; i++) {
			task[i] = kthread_create(nothing, NULL, "nothing");
			if (random_below(&random, 2))
				wake_up_process(task[i]);
		}
		for (unsigned i = 0; i < n; i++)
			sum += (unsigned)kthread_stop(task[i]);
		count -= n;
	}
	return sum;
}

KTEST(kthread, "thousands of threads come and go, and nothing is left")
{
	struct zone_counts before = count_zones();

	/* Stacks of threads that have ended wait for a flush, too. */
	if (too_few_pages(GFP_KERNEL, 2 * CREW_MAX * STACK_SIZE / PAGE_SIZE))
		return;
	EXPECT_EQ(make_and_join(3000), 3000);
	expect_all_back(&before);
}

static int make_one_by_one(struct worker *w)
{
	int lost = 0;

	for (unsigned i = 0; i < 200; i++) {
		struct task *task = kthread_create(nothing, w, "nothing");

		if (random_below(&w->random, 2))
			wake_up_process(task);
		lost += kthread_stop(task) != 1;
	}
	return lost;
}

KTEST(kthread, "threads end well while every CPU is asked to switch")
{
	struct zone_counts before;

	crew_run(&crew, num_online_cpus() + 1, CREW_ANYWHERE, make_one_by_one);
	before = count_zones();
	pester_begin();
	EXPECT_EQ(crew_run(&crew, num_online_cpus() + 1, CREW_ANYWHERE,
			   make_one_by_one),
		  0);
	pester_end();
	expect_all_back(&before);
}

KTEST(kthread, "a thread that was joined cannot be joined, nor stopped, again")
{
	int number = 4;
	struct task *task = kthread_run(twice, &number, "joined");

	EXPECT_EQ(kthread_join(task), 8);
	EXPECT_PANIC("kthread_join: 0x", kthread_join(task));
	EXPECT_PANIC("was it joined before?", kthread_join(task));
	if (CHECK)
		EXPECT_PANIC("wake_up_process: ", wake_up_process(task));
	EXPECT_PANIC("kthread_stop: 0x", kthread_stop(task));
}
