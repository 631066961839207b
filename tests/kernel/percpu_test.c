/* SPDX-License-Identifier: MIT */
/* Per-CPU variables, atomic words and the order of memory accesses: what
 * everything else about several CPUs stands on.
 *
 * Notices: percpu_shared, percpu_add_torn, atomic_add_plain,
 * atomic_cmpxchg_blind, mb_is_nothing. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/ipi.h"
#include "crew.h"

static struct crew crew;

#define ADDITIONS 8000

static DEFINE_PER_CPU(unsigned, counter);
static DEFINE_PER_CPU(unsigned, beside);

static void clear_counters(void)
{
	for_each_cpu(cpu, cpu_online_mask) {
		per_cpu(counter, cpu) = 0;
		per_cpu(beside, cpu) = 7;
	}
}

KTEST(percpu, "each CPU has a variable of its own, under one name")
{
	clear_counters();
	for_each_cpu(cpu, cpu_online_mask) {
		set_cpus_allowed(current, cpumask_of(cpu));
		EXPECT_EQ(this_cpu_read(cpu_number), cpu);
		EXPECT_EQ((uintptr_t)this_cpu_ptr(&counter),
			  (uintptr_t)per_cpu_ptr(&counter, cpu));
		this_cpu_write(counter, 100 + cpu);
	}
	set_cpus_allowed(current, CPUMASK_ALL);
	for_each_cpu(cpu, cpu_online_mask) {
		EXPECT_EQ(per_cpu(counter, cpu), 100 + cpu);
		EXPECT_EQ(per_cpu(beside, cpu), 7);
	}
}

KTEST(percpu, "each operation does what it says")
{
	preempt_disable();
	this_cpu_write(counter, 10);
	this_cpu_add(counter, 5);
	this_cpu_sub(counter, 2);
	this_cpu_inc(counter);
	EXPECT_EQ(this_cpu_read(counter), 14);
	this_cpu_and(counter, 6u);
	this_cpu_or(counter, 16u);
	EXPECT_EQ(this_cpu_read(counter), 22);
	this_cpu_write(counter, 2);
	EXPECT(!this_cpu_dec_and_test(counter));
	EXPECT(this_cpu_dec_and_test(counter));
	EXPECT(!this_cpu_dec_and_test(counter));
	EXPECT_EQ(this_cpu_read(counter), ~0u);
	preempt_enable();
}

static unsigned sum_of_counters(void)
{
	unsigned sum = 0;

	for_each_cpu(cpu, cpu_online_mask)
		sum += per_cpu(counter, cpu);
	return sum;
}

/* Counts on whatever CPU it is. */
static int count_anywhere(struct worker *w)
{
	for (unsigned i = 0; i < ADDITIONS; i++) {
		this_cpu_add(counter, 2);
		this_cpu_dec(counter);
		if (i % 1024 == w->number)
			set_cpus_allowed(current, cpumask_of(random_below(
							  &w->random,
							  num_online_cpus())));
	}
	return 0;
}

KTEST(percpu,
      "tasks that are preempted and moved while they count lose nothing")
{
	unsigned count = num_online_cpus() + 1;

	clear_counters();
	pester_begin();
	crew_run(&crew, count, CREW_ANYWHERE, count_anywhere);
	pester_end();
	EXPECT_EQ(sum_of_counters(), count * ADDITIONS);
}

static void count_in_interrupt(void *unused)
{
	(void)unused;
	this_cpu_inc(counter);
}

/* The first worker interrupts all CPUs, the others count there. */
static int count_or_interrupt(struct worker *w)
{
	if (w->number == w->crew->count - 1) {
		for (unsigned i = 0; i < 60; i++)
			on_each_cpu(count_in_interrupt, NULL, i % 2);
		on_each_cpu(count_in_interrupt, NULL, true);
		WRITE_ONCE(w->crew->stop, true);
		return 0;
	}
	while (!READ_ONCE(w->crew->stop)) {
		this_cpu_inc(counter);
		w->value++;
	}
	return 0;
}

KTEST(percpu, "interrupts that count too tear nothing")
{
	unsigned cpus = num_online_cpus();
	unsigned long expected = 61 * cpus;

	if (no_tick())
		return;
	clear_counters();
	crew_run(&crew, cpus + 1, CREW_SPREAD, count_or_interrupt);
	for (unsigned i = 0; i <= cpus; i++)
		expected += crew.worker[i].value;
	EXPECT_EQ(sum_of_counters(), (uint32_t)expected);
}

/* ---- Atomic words -------------------------------------------------------- */

static atomic_t word;

static int change_word(struct worker *w)
{
	int seen;

	for (unsigned i = 0; i < ADDITIONS / 4; i++) {
		atomic_inc(&word);
		atomic_add(3, &word);
		atomic_dec(&word);
		atomic_add_return(-2, &word);
		do
			seen = atomic_read(&word);
		while (atomic_cmpxchg(&word, seen, seen + 1) != seen);
	}
	(void)w;
	return 0;
}

KTEST(percpu, "CPUs that change one atomic word lose nothing")
{
	unsigned count = num_online_cpus() + 1;

	atomic_set(&word, 0);
	crew_run(&crew, count, CREW_SPREAD, change_word);
	EXPECT_EQ(atomic_read(&word), count * (ADDITIONS / 4) * 2);
}

/* Each value comes to one of all that ask for the next. */
static int count_up(struct worker *w)
{
	int errors = 0, before = 0;

	(void)w;
	for (unsigned i = 0; i < 100; i++) {
		int now = atomic_inc_return(&word);

		errors += now <= before;
		before = now;
	}
	return errors;
}

static int count_down(struct worker *w)
{
	int zeros = 0;

	(void)w;
	for (unsigned i = 0; i < 100; i++)
		zeros += atomic_dec_and_test(&word);
	return zeros;
}

KTEST(percpu, "of all that count down one sees the end")
{
	unsigned count = num_online_cpus() + 1;

	atomic_set(&word, 0);
	EXPECT_EQ(crew_run(&crew, count, CREW_SPREAD, count_up), 0);
	EXPECT_EQ(atomic_read(&word), 100 * count);
	EXPECT_EQ(crew_run(&crew, count, CREW_SPREAD, count_down), 1);
	EXPECT_EQ(atomic_read(&word), 0);
	EXPECT_EQ(atomic_xchg(&word, 5), 0);
	EXPECT_EQ(atomic_cmpxchg(&word, 4, 9), 5);
	EXPECT_EQ(atomic_cmpxchg(&word, 5, 9), 5);
	EXPECT_EQ(atomic_read(&word), 9);
}

/* ---- Order --------------------------------------------------------------- */

#define MEETINGS 5000

/* Two workers store one word each and then look at the other's: at least one
 * of them must see a store. They begin each meeting together. */
static struct {
	unsigned stored, seen __aligned(64);
} side[2] __aligned(64);
static atomic_t arrived;

static int store_then_look(struct worker *w)
{
	int missed = 0;

	for (unsigned i = 1; i <= MEETINGS; i++) {
		unsigned n = w->number;

		atomic_inc(&arrived);
		while (atomic_read(&arrived) < (int)(4 * i - 2))
			cpu_relax();
		WRITE_ONCE(side[n].stored, i);
		smp_mb();
		side[n].seen = READ_ONCE(side[!n].stored);
		atomic_inc_return(&arrived);
		while (atomic_read(&arrived) < (int)(4 * i))
			cpu_relax();
		missed += !n && side[0].seen != i && side[1].seen != i;
	}
	return missed;
}

KTEST(percpu, "smp_mb() keeps a store before a later load")
{
	if (one_cpu())
		return;
	atomic_set(&arrived, 0);
	side[0].stored = side[1].stored = 0;
	EXPECT_EQ(crew_run(&crew, 2, CREW_SPREAD, store_then_look), 0);
}

/* What is published behind a flag is there when the flag is seen. */
static unsigned published[4], flag;

static int publish_or_read(struct worker *w)
{
	int stale = 0;

	for (unsigned i = 1; i <= MEETINGS; i++) {
		if (!w->number) {
			while (smp_load_acquire(&flag) != 2 * i - 2)
				cpu_relax();
			for (unsigned n = 0; n < 4; n++)
				published[n] = i;
			smp_store_release(&flag, 2 * i - 1);
			continue;
		}
		while (smp_load_acquire(&flag) != 2 * i - 1)
			cpu_relax();
		for (unsigned n = 0; n < 4; n++)
			stale += published[n] != i;
		smp_store_release(&flag, 2 * i);
	}
	return stale;
}

KTEST(percpu, "what comes before a release is seen after the acquire")
{
	if (one_cpu())
		return;
	flag = 0;
	EXPECT_EQ(crew_run(&crew, 2, CREW_SPREAD, publish_or_read), 0);
}
