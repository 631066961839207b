/* SPDX-License-Identifier: MIT */
/* Where tasks run: where they may, and nowhere else; and when they are told to
 * go elsewhere.
 *
 * Notices: running_task_not_moved, stray_put_back, pinned_task_pulled,
 * migrate_enable_stays, empty_affinity_accepted, idle_cpu_not_told,
 * moved_task_in_front. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "crew.h"
#include "kernel/completion.h"
#include "kernel/errno.h"

static struct crew crew;

/* Runs until told to stop. */
static int be_busy(struct worker *w)
{
	while (!READ_ONCE(w->crew->stop))
		barrier();
	return 0;
}

/* Notes all the time where it is. */
struct wanderer {
	bool stop, pin, pinned;
	unsigned cpu;
};

static int wander(void *arg)
{
	struct wanderer *w = arg;

	while (!READ_ONCE(w->stop)) {
		if (READ_ONCE(w->pin) && !w->pinned) {
			migrate_disable();
			WRITE_ONCE(w->pinned, true);
		} else if (!READ_ONCE(w->pin) && w->pinned) {
			migrate_enable();
			WRITE_ONCE(w->pinned, false);
		}
		WRITE_ONCE(w->cpu, smp_processor_id());
	}
	return 0;
}

KTEST(affinity, "an idle CPU runs what is woken for it")
{
	struct wanderer w;

	if (no_tick())
		return;
	for_each_cpu(cpu, cpu_online_mask) {
		struct task *task;

		w = (struct wanderer){.cpu = NR_CPUS, .stop = true};
		task = kthread_create(wander, &w, "wander/%u", cpu);
		kthread_bind(task, cpu);
		WRITE_ONCE(w.stop, false);
		wake_up_process(task);
		EXPECT(EVENTUALLY(READ_ONCE(w.cpu) == cpu));
		WRITE_ONCE(w.stop, true);
		kthread_join(task);
	}
}

KTEST(affinity,
      "a task is moved: this one at once, one that runs soon, one that "
      "sleeps when it wakes")
{
	struct wanderer w = {.stop = false};
	struct task *task;

	if (no_tick())
		return;
	task = kthread_run(wander, &w, "wander");
	EXPECT_EQ(set_cpus_allowed(current, 0), (uint64_t)-EINVAL);
	EXPECT_EQ(set_cpus_allowed(current, ~cpu_online_mask),
		  (uint64_t)-EINVAL);
	for_each_cpu(cpu, cpu_online_mask) {
		EXPECT_EQ(set_cpus_allowed(current, cpumask_of(cpu)), 0);
		EXPECT_EQ(smp_processor_id(), cpu);
		sleep_a_tick();
		EXPECT_EQ(smp_processor_id(), cpu);
	}
	set_cpus_allowed(current, CPUMASK_ALL);
	for_each_cpu(cpu, cpu_online_mask) {
		EXPECT_EQ(set_cpus_allowed(task, cpumask_of(cpu)), 0);
		EXPECT(EVENTUALLY(READ_ONCE(w.cpu) == cpu));
	}
	WRITE_ONCE(w.stop, true);
	kthread_join(task);
}

static int report_cpu(void *arg)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	WRITE_ONCE(*(unsigned *)arg, smp_processor_id());
	schedule();
	return (int)smp_processor_id();
}

KTEST(affinity, "a task that sleeps wakes where it may be now")
{
	unsigned was = NR_CPUS;
	struct task *task;

	if (one_cpu())
		return;
	task = kthread_create(report_cpu, &was, "sleeper");
	set_cpus_allowed(task, cpumask_of(1));
	wake_up_process(task);
	EXPECT(EVENTUALLY(READ_ONCE(was) == 1 && cpu_current(1) != task));
	EXPECT_EQ(set_cpus_allowed(task, cpumask_of(0)), 0);
	wake_up_process(task);
	EXPECT_EQ(kthread_join(task), 0);
}

/* Keeps its CPU from all others until told to stop. */
static int keep_cpu(struct worker *w)
{
	preempt_disable();
	WRITE_ONCE(w->value, 1);
	while (!READ_ONCE(w->crew->stop))
		cpu_relax();
	preempt_enable();
	return 0;
}

static atomic_t come;

static int note_turn(void *turn)
{
	*(int *)turn = atomic_inc_return(&come);
	return 0;
}

KTEST(affinity, "a task moved before its turn waits behind those there")
{
	struct task *moved, *first;
	int turn[2] = {0, 0};

	if (one_cpu())
		return;
	atomic_set(&come, 0);
	set_cpus_allowed(current, cpumask_of(0));
	crew_start(&crew, 1, 1, keep_cpu);
	EXPECT(EVENTUALLY(READ_ONCE(crew.worker[0].value)));
	first = kthread_create(note_turn, &turn[0], "first");
	moved = kthread_create(note_turn, &turn[1], "moved");
	kthread_bind(first, 0);
	kthread_bind(moved, 1);
	preempt_disable();
	wake_up_process(moved);
	wake_up_process(first);
	EXPECT_EQ(set_cpus_allowed(moved, cpumask_of(0)), 0);
	preempt_enable();
	kthread_join(first);
	kthread_join(moved);
	EXPECT_EQ(turn[0], 1);
	EXPECT_EQ(turn[1], 2);
	WRITE_ONCE(crew.stop, true);
	crew_join(&crew);
	set_cpus_allowed(current, CPUMASK_ALL);
}

/* Lets others run on the CPU of the wanderer for some ticks. */
static unsigned strangers_seen(const struct wanderer *w, unsigned cpu)
{
	unsigned seen = 0;

	for (unsigned i = 0; i < 4; i++) {
		sleep_a_tick();
		seen += READ_ONCE(w->cpu) != cpu;
	}
	return seen;
}

KTEST(affinity, "migrate_disable() pins a task that can still be preempted")
{
	struct wanderer w = {.pin = true};
	struct task *task;
	unsigned long switches;

	if (one_cpu() || no_tick())
		return;
	task = kthread_create(wander, &w, "pinned");
	set_cpus_allowed(task, cpumask_of(1));
	wake_up_process(task);
	EXPECT(EVENTUALLY(READ_ONCE(w.pinned)));
	/* It shares its CPU with two more than any other CPU has. */
	switches = READ_ONCE(task->switches);
	crew_start(&crew, 3, 1, be_busy);
	EXPECT_EQ(set_cpus_allowed(task, ~cpumask_of(1)), 0);
	EXPECT_EQ(strangers_seen(&w, 1), 0);
	EXPECT(EVENTUALLY(READ_ONCE(task->switches) >= switches + 2));
	EXPECT_EQ(READ_ONCE(w.cpu), 1);
	WRITE_ONCE(w.pin, false);
	EXPECT(EVENTUALLY(!READ_ONCE(w.pinned) && READ_ONCE(w.cpu) != 1));
	WRITE_ONCE(w.stop, true);
	WRITE_ONCE(crew.stop, true);
	kthread_join(task);
	crew_join(&crew);
}

KTEST(affinity, "a task that is to go while it is pinned goes when that ends")
{
	unsigned cpu;

	if (one_cpu())
		return;
	migrate_disable();
	cpu = smp_processor_id();
	EXPECT_EQ(set_cpus_allowed(current, ~cpumask_of(cpu)), 0);
	migrate_disable();
	migrate_enable();
	yield();
	EXPECT_EQ(smp_processor_id(), cpu);
	migrate_enable();
	EXPECT(smp_processor_id() != cpu);
	set_cpus_allowed(current, CPUMASK_ALL);
}

/* Every worker pins itself, is preempted and sleeps, moves about, and looks
 * whether it stayed where it was to stay. */
static int pin_and_look(struct worker *w)
{
	int errors = 0;

	for (unsigned i = 0; i < 300; i++) {
		cpumask_t where = 1 + random_below(&w->random, 0xff);
		unsigned cpu;

		migrate_disable();
		migrate_disable();
		cpu = smp_processor_id();
		set_cpus_allowed(w->crew->worker[random_below(&w->random,
							      w->crew->count)]
					 .task,
				 where);
		if (random_below(&w->random, 4))
			yield();
		else if (i % 32 == w->number)
			sleep_a_tick();
		errors += smp_processor_id() != cpu;
		migrate_enable();
		errors += smp_processor_id() != cpu;
		migrate_enable();
	}
	return errors;
}

/* Workers that have pinned themselves; done when all have. */
static atomic_t pinned;
static struct completion all_pinned;

/* The same, for each to end by itself. */
static int pin_then_wait(struct worker *w)
{
	int errors = pin_and_look(w);

	/* A task that ended could not be moved by the others any more. */
	if (atomic_inc_return(&pinned) == (int)w->crew->count)
		complete_all(&all_pinned);
	wait_for_completion(&all_pinned);
	return errors;
}

KTEST(affinity, "tasks that are moved all the time stay where they are pinned")
{
	init_completion(&all_pinned);
	atomic_set(&pinned, 0);
	EXPECT_EQ(crew_run(&crew, num_online_cpus() + 2, CREW_ANYWHERE,
			   pin_then_wait),
		  0);
}
