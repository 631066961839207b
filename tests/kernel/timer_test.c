/* SPDX-License-Identifier: MIT */
/* Timers and sleeping: never early, in order, once, and over when taken back.
 * How late is not asked: that is the host's doing.
 *
 * Notices: timer_early, timer_order_lost, timer_rest_waits,
 * timer_equal_last_first, timer_del_keeps, timer_del_at_once,
 * timer_elsewhere, msleep_early, timeout_left_lost, timeout_wraps,
 * milliseconds_wrap. */
#include "kernel/ktest.h"

#include "crew.h"
#include "icount_check.h"
#include "mm/slab.h"

static struct crew crew;

#define BELLS 6

/* A timer that notes when and where it fired. */
struct bell {
	struct timer timer;
	unsigned long rang_at;
	unsigned number, cpu, times;
};

static struct bell bells[BELLS];
static unsigned rung[BELLS], rung_count;

static void ring(struct timer *timer)
{
	struct bell *bell = container_of(timer, struct bell, timer);

	bell->rang_at = jiffies;
	bell->cpu = smp_processor_id();
	bell->times++;
	if (rung_count < BELLS)
		rung[rung_count] = bell->number;
	WRITE_ONCE(rung_count, rung_count + 1);
}

/* Adds bells on one CPU, bell i `delay[i]` ticks after the first. */
static void add_bells(const unsigned *delay, unsigned count)
{
	unsigned long flags, now;

	rung_count = 0;
	local_irq_save(flags);
	now = jiffies + 2;
	for (unsigned i = 0; i < count; i++) {
		bells[i] = (struct bell){
			.timer = {.expires = now + delay[i], .fire = ring},
			.number = i,
		};
		timer_add(&bells[i].timer);
	}
	local_irq_restore(flags);
}

KTEST(timer, "timers fire in the order of their times, none early, each once")
{
	static const unsigned delay[BELLS] = {3, 0, 2, 0, 5, 2};
	static const unsigned order[BELLS] = {1, 3, 2, 5, 0, 4};
	unsigned early = 0, out_of_order = 0, not_once = 0;

	add_bells(delay, BELLS);
	EXPECT(EVENTUALLY(READ_ONCE(rung_count) == BELLS));
	sleep_a_tick();
	for (unsigned i = 0; i < BELLS; i++) {
		early += (long)(bells[i].rang_at - bells[i].timer.expires) < 0;
		out_of_order += rung[i] != order[i];
		not_once += bells[i].times != 1;
	}
	EXPECT_EQ(early, 0);
	EXPECT_EQ(out_of_order, 0);
	EXPECT_EQ(not_once, 0);
}

KTEST(timer, "a timer waits for all rounds of the wheel")
{
	/* 64 ticks are a round. */
	static const unsigned delay[3] = {70, 6, 134};
	unsigned early = 0;

	add_bells(delay, 3);
	EXPECT(EVENTUALLY(READ_ONCE(rung_count) == 3));
	for (unsigned i = 0; i < 3; i++)
		early += (long)(bells[i].rang_at - bells[i].timer.expires) < 0;
	EXPECT_EQ(early, 0);
	EXPECT_EQ(rung[0] << 8 | rung[1] << 4 | rung[2], 0x102);
}

static struct bell peal[3 * TIMERS_AT_ONCE];

KTEST(timer, "timers of one tick fire in one tick, however many")
{
	unsigned late = 0;
	unsigned long flags;

	if (!instructions_counted())
		return ktest_skip("ICOUNT=1 only: elsewhere the host may stop "
				  "the machine meanwhile");
	rung_count = 0;
	local_irq_save(flags);
	for (unsigned i = 0; i < ARRAY_SIZE(peal); i++) {
		peal[i] = (struct bell){
			.timer = {.expires = jiffies + 2, .fire = ring}};
		timer_add(&peal[i].timer);
	}
	local_irq_restore(flags);
	EXPECT(EVENTUALLY(READ_ONCE(rung_count) == ARRAY_SIZE(peal)));
	for (unsigned i = 0; i < ARRAY_SIZE(peal); i++)
		late += peal[i].rang_at != peal[i].timer.expires;
	EXPECT_EQ(late, 0);
}

KTEST(timer, "a timer whose time is past fires at the next tick")
{
	static const unsigned delay[1] = {-20u};

	add_bells(delay, 1);
	EXPECT(EVENTUALLY(READ_ONCE(rung_count) == 1));
	EXPECT(!timer_del(&bells[0].timer));
}

KTEST(timer, "a timer that is taken back does not fire, and others do")
{
	static const unsigned delay[3] = {1, 2, 3};

	add_bells(delay, 3);
	EXPECT(timer_del(&bells[1].timer));
	EXPECT(!timer_del(&bells[1].timer));
	EXPECT(EVENTUALLY(READ_ONCE(rung_count) == 2));
	EXPECT_EQ(bells[1].times, 0);
	EXPECT_EQ(bells[0].times + bells[2].times, 2);
	EXPECT(!timer_del(&bells[2].timer));
}

/* A handler that takes its time. */
static bool started, finished;

static void toll(struct timer *timer)
{
	(void)timer;
	WRITE_ONCE(started, true);
	for (unsigned i = 0; i < 300000; i++)
		barrier();
	WRITE_ONCE(finished, true);
}

static struct timer slow_timer;

static int add_slow(struct worker *w)
{
	(void)w;
	slow_timer = (struct timer){.expires = jiffies + 1, .fire = toll};
	timer_add(&slow_timer);
	return 0;
}

KTEST(timer, "a timer that fires on another CPU is over when taken back")
{
	if (one_cpu() || no_tick())
		return;
	set_cpus_allowed(current, cpumask_of(0));
	for (unsigned i = 0; i < 5; i++) {
		started = finished = false;
		crew_run(&crew, 1, num_online_cpus() - 1, add_slow);
		while (!READ_ONCE(started))
			barrier();
		EXPECT(!timer_del(&slow_timer));
		EXPECT(READ_ONCE(finished));
	}
	set_cpus_allowed(current, CPUMASK_ALL);
}

/* Adds a timer and waits for it; how much of it was wrong. */
static int ring_here(struct worker *w)
{
	struct bell bell = {.timer = {.fire = ring}};
	int errors = 0;

	for (unsigned i = 0; i < 6; i++) {
		unsigned long began = jiffies;

		bell.times = 0;
		bell.timer.expires = began + random_below(&w->random, 4);
		timer_add(&bell.timer);
		if (random_below(&w->random, 3))
			while (!READ_ONCE(bell.times))
				sleep_a_tick();
		if (!timer_del(&bell.timer))
			errors += bell.cpu != smp_processor_id() ||
				  bell.times != 1;
		else
			errors += bell.times != 0;
	}
	return errors;
}

KTEST(timer, "every CPU fires the timers that were added there")
{
	EXPECT_EQ(crew_run(&crew, 2 * num_online_cpus(), CREW_SPREAD,
			   ring_here),
		  0);
}

/* ---- Sleeping ------------------------------------------------------------ */

KTEST(timer, "sleeping is never shorter than was asked for")
{
	static const unsigned ms[] = {0, 1, 4, 5, 21};
	unsigned early = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(ms); i++) {
		unsigned long began = jiffies;

		msleep(ms[i]);
		/* This tick is part over: whole ones, and that rest. */
		early += jiffies - began < msecs_to_jiffies(ms[i]) + 1;
	}
	EXPECT_EQ(early, 0);
	EXPECT_EQ(msecs_to_jiffies(0), 0);
	EXPECT_EQ(msecs_to_jiffies(1), 1);
	EXPECT_EQ(msecs_to_jiffies(4), 1);
	EXPECT_EQ(msecs_to_jiffies(5), 2);
	EXPECT_EQ(msecs_to_jiffies(1000), HZ);
	EXPECT_EQ(msecs_to_jiffies(1001), HZ + 1);
	EXPECT_EQ(msecs_to_jiffies(0xffffffff), 0x40000000);
}

KTEST(timer, "a timeout says what is left of it, and leaves no timer behind")
{
	unsigned long began = jiffies, left;

	set_current_state(TASK_UNINTERRUPTIBLE);
	EXPECT_EQ(schedule_timeout(3), 0);
	EXPECT(jiffies - began >= 3);
	EXPECT_EQ(current->state, TASK_RUNNING);
	/* A task that does not sleep returns at once: what was left is left. */
	left = schedule_timeout(1000);
	EXPECT(left > 0 && left <= 1000);
	/* A timer that was left would wake this sleep. */
	left = schedule_timeout(2);
	began = jiffies;
	set_current_state(TASK_UNINTERRUPTIBLE);
	EXPECT_EQ(schedule_timeout(6), 0);
	EXPECT(jiffies - began >= 6);
}

/* Sleeps for so long, and leaves there what is left. */
static int sleep_long(void *arg)
{
	unsigned long *left = arg;

	set_current_state(TASK_UNINTERRUPTIBLE);
	*left = schedule_timeout(*left);
	return 0;
}

/* What is left of a sleep that a wake-up ends soon. */
static unsigned long left_of(unsigned long ticks)
{
	struct task *task = kthread_run(sleep_long, &ticks, "sleeper");

	EXPECT(EVENTUALLY(wake_up_process(task)));
	kthread_join(task);
	return ticks;
}

KTEST(timer, "a wake-up ends a timeout, however long")
{
	unsigned long left = left_of(100000);

	EXPECT(left > 0 && left <= 100000);
	EXPECT(left_of(TICKS_MAX) > TICKS_MAX / 2);
	EXPECT(left_of(TICKS_MAX + 1) > TICKS_MAX / 2);
	EXPECT(left_of(~0ul) > TICKS_MAX / 2);
}

/* Sleeps of all lengths on all CPUs; how many ended early. */
static int sleep_at_random(struct worker *w)
{
	int early = 0;

	for (unsigned i = 0; i < 12; i++) {
		unsigned long ticks = 1 + random_below(&w->random, 4);
		unsigned long began = jiffies;

		set_current_state(TASK_UNINTERRUPTIBLE);
		early += schedule_timeout(ticks) != 0;
		early += jiffies - began < ticks;
	}
	return early;
}

KTEST(timer, "many tasks sleep at once, none too short")
{
	EXPECT_EQ(crew_run(&crew, 4 * num_online_cpus(), CREW_ANYWHERE,
			   sleep_at_random),
		  0);
}

static void *taken;

static void take_memory(struct timer *timer)
{
	taken = kmalloc(100, GFP_KERNEL);
	WRITE_ONCE(rung_count, rung_count + 1);
	(void)timer;
}

KTEST(timer, "a timer may allocate: no lock is held while it fires")
{
	static struct timer timer;

	timer = (struct timer){.expires = jiffies, .fire = take_memory};
	rung_count = BELLS;
	timer_add(&timer);
	EXPECT(EVENTUALLY(READ_ONCE(rung_count) == BELLS + 1));
	EXPECT(!timer_del(&timer));
	EXPECT(taken != NULL);
	kfree(taken);
}
