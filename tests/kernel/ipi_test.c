/* SPDX-License-Identifier: MIT */
/* Calls on other CPUs.
 *
 * Notices: call_not_waited_for, call_lost, call_names_the_wrapper,
 * switch_before_tick. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/ipi.h"
#include "arch/irqflags.h"
#include "arch/lapic.h"
#include "arch/vectors.h"
#include "boot/boot_init.h"
#include "crew.h"
#include "kernel/timer.h"

#define CALLS_EACH 400

static atomic_t calls[NR_CPUS];

static void forget_calls(void)
{
	for (unsigned cpu = 0; cpu < NR_CPUS; cpu++)
		atomic_set(&calls[cpu], 0);
}

/* Counts the call where it is made; adds what was passed. */
static void count_call(void *n)
{
	atomic_add((int)(uintptr_t)n, &calls[smp_processor_id()]);
}

/* Whether each CPU of the set was called `n` times, and no other. */
static bool called(cpumask_t mask, int n)
{
	for_each_cpu(cpu, cpu_online_mask)
		if (atomic_read(&calls[cpu]) !=
		    (mask & cpumask_of(cpu) ? n : 0))
			return false;
	return true;
}

/* The same, late: a caller that does not wait is gone by then. */
static void count_late(void *n)
{
	for (unsigned i = 0; i < 50000; i++)
		cpu_relax();
	count_call(n);
}

KTEST(ipi, "a call on one CPU is made there, once, and waited for")
{
	for_each_cpu(cpu, cpu_online_mask) {
		forget_calls();
		smp_call_function_single(cpu, count_late, (void *)3, true);
		EXPECT(called(cpumask_of(cpu), 3));
	}
}

KTEST(ipi, "a call on many is made on each but this one; on_each_cpu() on all")
{
	cpumask_t others;

	migrate_disable();
	others = cpu_online_mask & ~cpumask_of(smp_processor_id());
	forget_calls();
	smp_call_function_many(CPUMASK_ALL, count_call, (void *)1, true);
	EXPECT(called(others, 1));
	smp_call_function(count_call, (void *)1, true);
	EXPECT(called(others, 2));
	forget_calls();
	on_each_cpu(count_call, (void *)5, true);
	EXPECT(called(cpu_online_mask, 5));
	migrate_enable();
}

KTEST(ipi, "calls that nobody waits for are all made")
{
	forget_calls();
	for (unsigned i = 0; i < 100; i++)
		on_each_cpu(count_call, (void *)1, false);
	EXPECT(EVENTUALLY(called(cpu_online_mask, 100)));
}

static unsigned last_number;
static bool out_of_order;

static void note_number(void *n)
{
	out_of_order |= (unsigned)(uintptr_t)n != last_number + 1;
	last_number = (unsigned)(uintptr_t)n;
}

KTEST(ipi, "one CPU's calls on another are made in their order")
{
	unsigned target = num_online_cpus() - 1;

	last_number = 0;
	out_of_order = false;
	for (unsigned i = 1; i <= 200; i++)
		smp_call_function_single(target, note_number,
					 (void *)(uintptr_t)i, i == 200);
	EXPECT(!out_of_order);
	EXPECT_EQ(last_number, 200);
}

static int call_at_random(struct worker *w)
{
	for (unsigned i = 0; i < CALLS_EACH; i++)
		smp_call_function_single(
			random_below(&w->random, num_online_cpus()), count_call,
			(void *)1, random_below(&w->random, 2));
	return 0;
}

static unsigned calls_made(void)
{
	unsigned sum = 0;

	for_each_cpu(cpu, cpu_online_mask)
		sum += (unsigned)atomic_read(&calls[cpu]);
	return sum;
}

KTEST(ipi, "all CPUs call each other at once, and no call is lost")
{
	static struct crew crew;
	unsigned workers = 2 * num_online_cpus();

	forget_calls();
	EXPECT_EQ(crew_run(&crew, workers, CREW_ANYWHERE, call_at_random), 0);
	/* Of those that nobody waited for, some may be under way. */
	EXPECT(EVENTUALLY(calls_made() == workers * CALLS_EACH));
}

/* Whether this CPU has been sent the vector, and not taken it yet. */
static bool is_pending(unsigned vector)
{
	return lapic_read(LAPIC_IRR + vector / 32 * 16) & 1u << vector % 32;
}

static bool fired, switch_was_pending;

static void look_from_tick(struct timer *timer)
{
	(void)timer;
	switch_was_pending = is_pending(VECTOR_RESCHEDULE);
	fired = true;
}

KTEST(ipi, "of a tick and a request to switch the tick comes first")
{
	struct timer timer = {.fire = look_from_tick};

	if (!lapic_present() || no_tick())
		return ktest_skip("no ticks from a local APIC");
	/* There each tick counts: a timer of the present is due at the next. */
	EXPECT_EQ(set_cpus_allowed(current, cpumask_of(0)), 0);
	fired = switch_was_pending = false;
	local_irq_disable();
	timer.expires = jiffies;
	timer_add(&timer);
	lapic_send_ipi(lapic_id(), VECTOR_RESCHEDULE);
	lapic_send_ipi(lapic_id(), VECTOR_TIMER);
	while (!is_pending(VECTOR_RESCHEDULE) || !is_pending(VECTOR_TIMER))
		cpu_relax();
	local_irq_enable();
	EXPECT(EVENTUALLY(READ_ONCE(fired)));
	EXPECT(switch_was_pending);
	set_cpus_allowed(current, CPUMASK_ALL);
}

static void __noinline call_without_interrupts(void)
{
	local_irq_disable();
	smp_call_function(count_call, (void *)1, true);
}

static void __noinline call_all_without_interrupts(void)
{
	local_irq_disable();
	on_each_cpu(count_call, (void *)1, true);
}

KTEST(ipi, "a caller with interrupts off must not wait for others")
{
	EXPECT_PANIC("with interrupts off: a CPU that waits",
		     call_without_interrupts());
	EXPECT_PANIC("with interrupts off: a CPU that waits",
		     call_all_without_interrupts());
	EXPECT(!irqs_disabled());
}

KTEST(ipi, "a caller that has interrupts off is named, not a wrapper")
{
	if (!boot_info.elf.count)
		return ktest_skip("the loader passed no symbols");
	EXPECT_PANIC("called at call_without_interrupts",
		     call_without_interrupts());
	EXPECT_PANIC("called at call_all_without_interrupts",
		     call_all_without_interrupts());
}
