/* SPDX-License-Identifier: MIT */
/* Crews of threads for tests. See crew.h. */
#include "crew.h"

#include "arch/clock.h"
#include "arch/cpu.h"
#include "arch/ipi.h"
#include "arch/lapic.h"
#include "arch/time.h"
#include "kernel/cmdline.h"
#include "kernel/ktest.h"
#include "kernel/panic.h"
#include "kernel/printk.h"

/* The same in each run, so that a run can be repeated, as far as CPUs can. */
#define SEED 20240229

/* That, or what the user wants instead. */
static uint32_t seed(void)
{
	int number = SEED;

	cmdline_int("seed", &number);
	return (uint32_t)number;
}

uint32_t random_below(uint32_t *state, uint32_t n)
{
	/* Marsaglia's xorshift: never 0, unless it starts as 0. */
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state % n;
}

void sleep_a_tick(void)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_timeout(1);
}

unsigned torture_amount(unsigned usual)
{
	int amount = (int)usual;

	cmdline_int("torture", &amount);
	return (unsigned)amount;
}

bool one_cpu(void)
{
	if (num_online_cpus() == 1)
		ktest_skip("there is one CPU");
	return num_online_cpus() == 1;
}

bool no_tick(void)
{
	bool none = !clock_ticks();

	if (none)
		ktest_skip("nothing ticks here: tasks are not preempted");
	return none;
}

/* Each thread's function. */
static int begin(void *arg)
{
	struct worker *w = arg;

	wait_for_completion(&w->crew->begin);
	return w->crew->work(w);
}

/* Makes a worker, without starting it. */
static void make(struct crew *crew, unsigned number, unsigned where)
{
	struct worker *w = &crew->worker[number];

	*w = (struct worker){.number = number, .crew = crew};
	w->random = (seed() + number * 2654435761u) | 1;
	w->task = kthread_create(begin, w, "worker/%u", number);
	if (IS_ERR(w->task))
		panic("too little memory for worker %u", number);
	if (where == CREW_SPREAD)
		kthread_bind(w->task, number % num_online_cpus());
	else if (where != CREW_ANYWHERE)
		kthread_bind(w->task, where);
}

void crew_start(struct crew *crew, unsigned count, unsigned where,
		int (*work)(struct worker *w))
{
	static bool seed_is_known;

	BUG_ON(count > CREW_MAX);
	if (!seed_is_known)
		pr_info("seed of the workers: %lu\n", (unsigned long)seed());
	seed_is_known = true;
	init_completion(&crew->begin);
	crew->count = count;
	crew->work = work;
	crew->stop = false;
	for (unsigned i = 0; i < count; i++)
		make(crew, i, where);
	for (unsigned i = 0; i < count; i++)
		wake_up_process(crew->worker[i].task);
	complete_all(&crew->begin);
}

int crew_join(struct crew *crew)
{
	int sum = 0;

	for (unsigned i = 0; i < crew->count; i++)
		sum += kthread_join(crew->worker[i].task);
	return sum;
}

bool crew_sleeps(const struct crew *crew)
{
	for (unsigned i = 0; i < crew->count; i++)
		if (READ_ONCE(crew->worker[i].task->runnable))
			return false;
	return true;
}

int crew_run(struct crew *crew, unsigned count, unsigned where,
	     int (*work)(struct worker *w))
{
	crew_start(crew, count, where, work);
	return crew_join(crew);
}

/* ---- Preemption everywhere ----------------------------------------------- */

/* From one round of interrupts to the next: several times what a slow emulator
 * needs for one, or the others would do nothing else. */
#define PESTER_NS 50000u

static struct task *pesterer;

static int pester(void *unused)
{
	uint64_t next = 0;

	(void)unused;
	while (!kthread_should_stop()) {
		if (num_online_cpus() == 1)
			yield();
		if (!lapic_present() || time_ns() < next)
			continue;
		for_each_cpu(cpu, cpu_online_mask)
			smp_send_reschedule(cpu);
		next = time_ns() + PESTER_NS;
	}
	return 0;
}

void pester_begin(void)
{
	pesterer = kthread_run(pester, NULL, "pester");
	if (!pesterer)
		panic("too little memory for another thread");
}

void pester_end(void)
{
	kthread_stop(pesterer);
}
