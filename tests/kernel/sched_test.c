/* SPDX-License-Identifier: MIT */
/* The scheduler's promises: turns are fair, nobody starves, preemption comes
 * anywhere and spoils nothing, no CPU idles beside one that is busy.
 *
 * Turns are counted in the ticks that tasks were running, never in time: a CPU
 * of an emulator that its host forgets for a while does not tick either.
 *
 * Notices: wake_queues_twice, slice_never_refilled, woken_waits_behind,
 * new_task_in_front, wake_does_not_preempt, enable_does_not_resched,
 * interrupt_does_not_resched, switch_loses_ebp, switch_forgets_unlock,
 * balance_never, idle_never_pulls, woken_last_first. */
#include "kernel/ktest.h"

#include "arch/irqflags.h"
#include "crew.h"
#include "kernel/completion.h"
#include "kernel/wait.h"

static struct crew crew;

/* The CPU on which tests of one CPU take place: the last. */
static unsigned last_cpu(void)
{
	return num_online_cpus() - 1;
}

/* ---- Turns --------------------------------------------------------------- */

/* Runs until it, or another, has run for `value` ticks, or `ticks_wanted`. */
static unsigned long ticks_wanted;

static int hog(struct worker *w)
{
	while (!READ_ONCE(w->crew->stop))
		if (READ_ONCE(current->ticks) >= ticks_wanted)
			WRITE_ONCE(w->crew->stop, true);
	w->value = current->ticks;
	return 0;
}

static unsigned long least_value(const struct crew *c)
{
	unsigned long least = ~0ul;

	for (unsigned i = 0; i < c->count; i++)
		least = min(least, c->worker[i].value);
	return least;
}

KTEST(sched, "hogs on one CPU take turns of one slice")
{
	if (no_tick())
		return;
	ticks_wanted = 5 * SLICE_TICKS;
	crew_run(&crew, 3, last_cpu(), hog);
	/* A round that has begun, and one tick for a late start. */
	EXPECT(least_value(&crew) + SLICE_TICKS + 1 >= ticks_wanted);
}

static unsigned long least_ticks(const struct crew *c)
{
	unsigned long least = ~0ul;

	for (unsigned i = 0; i < c->count; i++)
		least = min(least, READ_ONCE(c->worker[i].task->ticks));
	return least;
}

/* How even the parts are depends on the host, which runs some of its threads
 * more than others. */
KTEST(sched, "hogs on all CPUs all get their turns")
{
	if (no_tick())
		return;
	ticks_wanted = ~0ul;
	crew_start(&crew, 2 * num_online_cpus() + 1, CREW_ANYWHERE, hog);
	EXPECT(EVENTUALLY(least_ticks(&crew) >= 3 * SLICE_TICKS));
	WRITE_ONCE(crew.stop, true);
	crew_join(&crew);
}

/* Two workers wake each other all the time, the others are hogs. */
static struct completion ball[2];

static int player_or_hog(struct worker *w)
{
	unsigned long rounds = 0;

	if (w->number > 1)
		return hog(w);
	while (!READ_ONCE(w->crew->stop)) {
		wait_for_completion(&ball[w->number]);
		complete(&ball[!w->number]);
		rounds++;
	}
	complete(&ball[!w->number]);
	w->value = current->ticks;
	return !rounds;
}

KTEST(sched, "tasks that sleep and wake all the time starve nobody")
{
	if (no_tick())
		return;
	init_completion(&ball[0]);
	init_completion(&ball[1]);
	complete(&ball[0]);
	ticks_wanted = 4 * SLICE_TICKS;
	EXPECT_EQ(crew_run(&crew, 3, last_cpu(), player_or_hog), 0);
	/* The hog's turns end the test. The two share theirs: one may have
	 * been elsewhere whenever it ticked. */
	EXPECT(crew.worker[0].value + crew.worker[1].value <= 3 * ticks_wanted);
}

/* Makes threads that do little, one after the other. */
static int spend(void *arg)
{
	unsigned long until = current->ticks + SLICE_TICKS / 2;

	(void)arg;
	while (READ_ONCE(current->ticks) < until)
		barrier();
	return 0;
}

static int parent_or_hog(struct worker *w)
{
	struct task *child;

	if (w->number)
		return hog(w);
	while (!READ_ONCE(w->crew->stop) && w->value < 60) {
		child = kthread_create(spend, NULL, "child");
		if (IS_ERR(child))
			return 1;
		kthread_bind(child, last_cpu());
		wake_up_process(child);
		kthread_join(child);
		w->value++;
	}
	/* However the test ends, the hog must end here. */
	return !READ_ONCE(w->crew->stop);
}

KTEST(sched, "threads that are made all the time starve nobody")
{
	if (no_tick())
		return;
	ticks_wanted = 5 * SLICE_TICKS;
	EXPECT_EQ(crew_run(&crew, 2, last_cpu(), parent_or_hog), 0);
}

#define ROUNDS 6

static unsigned turn[3 * ROUNDS];
static atomic_t turns, present;

/* Fails if the task lost the CPU more often than by its own yield(): a tick
 * took it away, and that changes the order. */
static int take_turns(struct worker *w)
{
	unsigned long given;

	atomic_inc(&present);
	while (atomic_read(&present) < 3)
		yield();
	given = current->switches;
	for (unsigned i = 0; i < ROUNDS; i++) {
		turn[atomic_inc_return(&turns) - 1] = w->number;
		if (i == ROUNDS - 1)
			return current->switches > given + i;
		yield();
	}
	return 0;
}

#define ATTEMPTS 50

/* Whether the workers took their turns without a tick that took one away. */
static bool took_turns(void)
{
	for (unsigned i = 0; i < ATTEMPTS; i++) {
		atomic_set(&turns, 0);
		atomic_set(&present, 0);
		if (!crew_run(&crew, 3, last_cpu(), take_turns))
			return true;
	}
	return false;
}

KTEST(sched, "tasks that yield follow each other in a ring")
{
	unsigned out_of_order = 0;
	bool undisturbed = took_turns();

	EXPECT_EQ(atomic_read(&turns), 3 * ROUNDS);
	if (!undisturbed)
		return;
	/* The first round's order is that of waking up. */
	for (unsigned i = 3; i < 3 * ROUNDS; i++)
		out_of_order += turn[i] != turn[i - 3];
	EXPECT_EQ(out_of_order, 0);
	EXPECT(turn[0] != turn[1] && turn[1] != turn[2] && turn[2] != turn[0]);
}

/* ---- Preemption ---------------------------------------------------------- */

static int set_flag(void *arg)
{
	WRITE_ONCE(*(bool *)arg, true);
	return 0;
}

KTEST(sched, "a woken task runs at once, unless preemption is off")
{
	struct task *task[2];
	bool ran[2] = {false, false};

	EXPECT_EQ(set_cpus_allowed(current, cpumask_of(last_cpu())), 0);
	for (unsigned i = 0; i < 2; i++) {
		task[i] = kthread_create(set_flag, &ran[i], "flag/%u", i);
		if (!EXPECT(task[i]))
			return;
		kthread_bind(task[i], last_cpu());
	}
	wake_up_process(task[0]);
	EXPECT(READ_ONCE(ran[0]));
	preempt_disable();
	wake_up_process(task[1]);
	EXPECT(!READ_ONCE(ran[1]));
	preempt_enable();
	EXPECT(READ_ONCE(ran[1]));
	kthread_join(task[0]);
	kthread_join(task[1]);
	set_cpus_allowed(current, CPUMASK_ALL);
}

static int spin(void *arg)
{
	while (!READ_ONCE(*(bool *)arg))
		barrier();
	return 0;
}

/* Runs a task that never gives way on CPU `cpu`, where this one is, too; true
 * if this one got its turns. */
static bool preempts_a_loop(unsigned cpu)
{
	bool stop = false;
	struct task *task = kthread_create(spin, &stop, "spin");

	if (IS_ERR(task))
		return false;
	kthread_bind(task, cpu);
	wake_up_process(task);
	for (unsigned i = 0; i < 3; i++) {
		sleep_a_tick();
		yield();
	}
	WRITE_ONCE(stop, true);
	return !kthread_join(task);
}

static DEFINE_WAIT_QUEUE(bell);
static bool rung;
static atomic_t came; /* how many have woken up */

/* Sleeps until the bell rings; its value is how many were before it. */
static int sleep_in(struct worker *w)
{
	wait_event(bell, READ_ONCE(rung));
	w->value = (unsigned long)atomic_inc_return(&came) - 1;
	return 0;
}

KTEST(sched, "tasks woken together run in the order of waking")
{
	rung = false;
	atomic_set(&came, 0);
	set_cpus_allowed(current, cpumask_of(last_cpu()));
	for (unsigned i = 0; i < 4; i++)
		crew.worker[i].value = ~0ul;
	crew_start(&crew, 4, last_cpu(), sleep_in);
	while (!crew_sleeps(&crew))
		yield();
	preempt_disable();
	rung = true;
	for (unsigned i = 4; i--;)
		wake_up_process(crew.worker[i].task);
	preempt_enable();
	crew_join(&crew);
	for (unsigned i = 0; i < 4; i++)
		EXPECT_EQ(crew.worker[i].value, 3 - i);
	set_cpus_allowed(current, CPUMASK_ALL);
}

static int come(void *unused)
{
	(void)unused;
	return atomic_inc_return(&came) - 1;
}

KTEST(sched, "a task that slept comes before one that has not run yet")
{
	struct task *fresh = kthread_create(come, NULL, "fresh");

	rung = false;
	atomic_set(&came, 0);
	set_cpus_allowed(current, cpumask_of(last_cpu()));
	kthread_bind(fresh, last_cpu());
	crew_start(&crew, 1, last_cpu(), sleep_in);
	while (!crew_sleeps(&crew))
		yield();
	preempt_disable();
	rung = true;
	wake_up_process(fresh);
	wake_up_process(crew.worker[0].task);
	preempt_enable();
	crew_join(&crew);
	EXPECT_EQ(crew.worker[0].value, 0);
	EXPECT_EQ(kthread_join(fresh), 1);
	set_cpus_allowed(current, CPUMASK_ALL);
}

KTEST(sched, "nobody may sleep with interrupts off")
{
	local_irq_disable();
	EXPECT_PANIC("with interrupts off", schedule());
	EXPECT_PANIC("with interrupts off", yield());
	EXPECT(irqs_disabled());
	local_irq_enable();
}

/* Its CPU does not exist: see tests/boot/test_death.py. */
KTEST(death, "bound to no CPU")
{
	struct task *task = kthread_create(NULL, NULL, "nowhere");

	kthread_bind(task, NR_CPUS - 1);
	wake_up_process(task);
}

KTEST(sched, "a loop that never gives way is preempted, on each CPU")
{
	if (no_tick())
		return;
	for_each_cpu(cpu, cpu_online_mask) {
		set_cpus_allowed(current, cpumask_of(cpu));
		EXPECT(preempts_a_loop(cpu));
		EXPECT_EQ(smp_processor_id(), cpu);
	}
	set_cpus_allowed(current, CPUMASK_ALL);
}

/* Holds values in every register over many switches; how often one changed. */
static int keep_registers(struct worker *w)
{
	uint32_t a = w->random, b = ~a, c = a * 3, d = b * 5, si = a ^ 7;
	int errors = 0;

	for (unsigned i = 0; i < 20000; i++) {
		uint32_t ra = a, rb = b, rc = c, rd = d, rsi = si;

		__asm__ volatile("stc\n"
				 "nop; nop; nop; nop\n"
				 "adcl $0, %0\n"
				 : "+a"(ra), "+b"(rb), "+c"(rc), "+d"(rd),
				   "+S"(rsi));
		errors += ra != a + 1 || rb != b || rc != c || rd != d ||
			  rsi != si;
		if (i % 512 == w->number)
			yield();
	}
	return errors;
}

KTEST(sched, "preemption at any instruction leaves registers as they were")
{
	pester_begin();
	EXPECT_EQ(crew_run(&crew, 2 * num_online_cpus() + 1, CREW_ANYWHERE,
			   keep_registers),
		  0);
	pester_end();
}

/* Says that it sleeps, and is then preempted before it does. */
static int dawdle(void *arg)
{
	bool *step = arg;

	set_current_state(TASK_UNINTERRUPTIBLE);
	WRITE_ONCE(step[0], true);
	while (!READ_ONCE(step[1]))
		barrier();
	schedule();
	return 0;
}

KTEST(sched, "a task preempted while about to sleep can be woken")
{
	bool step[2] = {false, false};
	struct task *task;

	if (no_tick())
		return;
	set_cpus_allowed(current, cpumask_of(last_cpu()));
	task = kthread_create(dawdle, step, "dawdle");
	kthread_bind(task, last_cpu());
	wake_up_process(task);
	EXPECT(EVENTUALLY(READ_ONCE(step[0])));
	preempt_disable();
	EXPECT_EQ(cpu_queued(last_cpu()), 1);
	EXPECT(wake_up_process(task));
	EXPECT(!wake_up_process(task));
	EXPECT_EQ(cpu_queued(last_cpu()), 1);
	preempt_enable();
	WRITE_ONCE(step[1], true);
	EXPECT_EQ(kthread_join(task), 0);
	set_cpus_allowed(current, CPUMASK_ALL);
}

/* ---- Balance ------------------------------------------------------------- */

/* The CPUs that have one of the crew. */
static cpumask_t cpus_of(const struct crew *c)
{
	cpumask_t mask = 0;

	for (unsigned i = 0; i < c->count; i++)
		mask |= cpumask_of(READ_ONCE(c->worker[i].task->cpu));
	return mask;
}

KTEST(sched, "busy loops that begin on one CPU spread over all")
{
	unsigned cpus = num_online_cpus();

	if (one_cpu() || no_tick())
		return;
	ticks_wanted = ~0ul;
	crew_start(&crew, cpus, 0, hog);
	for (unsigned i = 0; i < cpus; i++)
		EXPECT_EQ(set_cpus_allowed(crew.worker[i].task, CPUMASK_ALL),
			  0);
	EXPECT(EVENTUALLY(cpus_of(&crew) == cpu_online_mask));
	WRITE_ONCE(crew.stop, true);
	crew_join(&crew);
}

KTEST(sched, "busy CPUs take over from busier ones")
{
	unsigned cpus = num_online_cpus();

	if (one_cpu() || no_tick())
		return;
	ticks_wanted = ~0ul;
	crew_start(&crew, 4 * cpus, 0, hog);
	for (unsigned i = 0; i < 4 * cpus; i++)
		set_cpus_allowed(crew.worker[i].task, CPUMASK_ALL);
	/* This task runs, too, so that one queue may be shorter. */
	for_each_cpu(cpu, cpu_online_mask)
		EXPECT(EVENTUALLY(cpu_queued(cpu) >= 2 &&
				  cpu_queued(cpu) <= 4));
	WRITE_ONCE(crew.stop, true);
	crew_join(&crew);
}

/* Notes the CPUs that it has run on. */
static int roam(struct worker *w)
{
	while (!READ_ONCE(w->crew->stop))
		WRITE_ONCE(w->value, w->value | cpumask_of(smp_processor_id()));
	return 0;
}

static bool all_have_roamed(unsigned count, cpumask_t mask)
{
	for (unsigned i = 0; i < count; i++)
		if (READ_ONCE(crew.worker[i].value) != mask)
			return false;
	return true;
}

KTEST(sched, "of three busy loops on two CPUs none has a CPU to itself")
{
	const cpumask_t both = cpumask_of(0) | cpumask_of(1);

	if (one_cpu() || no_tick())
		return;
	crew_start(&crew, 3, 0, roam);
	for (unsigned i = 0; i < 3; i++)
		set_cpus_allowed(crew.worker[i].task, both);
	EXPECT(EVENTUALLY(all_have_roamed(3, both)));
	WRITE_ONCE(crew.stop, true);
	crew_join(&crew);
}
