/* SPDX-License-Identifier: MIT */
/* Spinlocks and mutexes keep others out, and serve in the order of asking.
 * What CHECK=1 reports is in lock_check_test.c.
 *
 * Notices: interrupt_preempts_always, ticket_lock_always_free,
 * ticket_lock_torn, trylock_takes_held, irqsave_leaves_on,
 * spin_lock_preemptible, mutex_last_first, mutex_not_handed_over,
 * mutex_trylock_takes_held, mutex_init_of_nobody. */
#include "kernel/ktest.h"

#include "arch/ipi.h"
#include "crew.h"
#include "kernel/mutex.h"
#include "kernel/string.h"

static struct crew crew;

/* Two words that are the same whenever the lock is free, and whose change is
 * longer than an instruction, so that one let in too early is seen. */
static struct {
	unsigned long first, second;
} guarded;

/* How many things are wrong when the lock is held. */
static int change_guarded(void)
{
	unsigned long seen = READ_ONCE(guarded.first);
	int errors = READ_ONCE(guarded.second) != seen;

	WRITE_ONCE(guarded.first, seen + 1);
	for (unsigned i = 0; i < 5; i++)
		barrier();
	errors += READ_ONCE(guarded.first) != seen + 1;
	WRITE_ONCE(guarded.second, seen + 1);
	return errors;
}

static void expect_changes(unsigned long count)
{
	EXPECT_EQ(guarded.first, count);
	EXPECT_EQ(guarded.second, count);
	guarded.first = guarded.second = 0;
}

/* ---- Spinlocks ----------------------------------------------------------- */

/* Turns of all workers together: a waiting worker keeps its CPU busy, and the
 * host may have fewer CPUs. */
#define TURNS 2000u

static unsigned turns(const struct crew *c)
{
	return TURNS / c->count;
}

static DEFINE_SPINLOCK(outer, RANK_TEST_OUTER);

static int lock_and_change(struct worker *w)
{
	int errors = 0;

	for (unsigned i = 0; i < turns(w->crew); i++) {
		spin_lock(&outer);
		errors += change_guarded();
		spin_unlock(&outer);
	}
	return errors;
}

KTEST(lock, "a spinlock keeps all other CPUs out")
{
	unsigned cpus = num_online_cpus();

	EXPECT_EQ(crew_run(&crew, cpus, CREW_SPREAD, lock_and_change), 0);
	expect_changes(cpus * turns(&crew));
	EXPECT(!spin_is_locked(&outer));
}

/* Some wait, some only try. */
static int try_and_change(struct worker *w)
{
	int errors = 0;

	for (unsigned i = 0; i < turns(w->crew); i++) {
		if (w->number % 2 || !spin_trylock(&outer))
			spin_lock(&outer);
		errors += change_guarded();
		spin_unlock(&outer);
	}
	return errors;
}

KTEST(lock, "a lock taken by trying keeps others out as well")
{
	unsigned cpus = num_online_cpus();

	EXPECT_EQ(crew_run(&crew, cpus + 1, CREW_SPREAD, try_and_change), 0);
	expect_changes((cpus + 1) * turns(&crew));
}

KTEST(lock, "more tasks than CPUs share a spinlock, preempted at any point")
{
	unsigned count = 2 * num_online_cpus() + 1;

	pester_begin();
	EXPECT_EQ(crew_run(&crew, count, CREW_ANYWHERE, lock_and_change), 0);
	pester_end();
	expect_changes(count * turns(&crew));
}

/* Interrupts take this one. */
static DEFINE_SPINLOCK(shared, RANK_TEST_INNER);

static void change_in_interrupt(void *errors)
{
	unsigned long flags;

	spin_lock_irqsave(&shared, flags);
	*(int *)errors += change_guarded();
	spin_unlock_irqrestore(&shared, flags);
}

static int interrupt_and_change(struct worker *w)
{
	unsigned long flags;
	int errors = 0;

	for (unsigned i = 0; i < turns(w->crew) / 4; i++) {
		spin_lock_irqsave(&shared, flags);
		errors += change_guarded();
		spin_unlock_irqrestore(&shared, flags);
		spin_lock_irq(&shared);
		errors += change_guarded();
		spin_unlock_irq(&shared);
		smp_call_function_single((w->number + i) % num_online_cpus(),
					 change_in_interrupt, &errors, true);
	}
	return errors;
}

KTEST(lock, "interrupt handlers and tasks share a spinlock")
{
	unsigned count = num_online_cpus() + 1;

	EXPECT_EQ(crew_run(&crew, count, CREW_SPREAD, interrupt_and_change), 0);
	expect_changes(3 * count * (turns(&crew) / 4));
}

KTEST(lock, "holding a spinlock keeps preemption off, and interrupts if asked")
{
	unsigned long flags, inner;

	EXPECT(preemptible());
	spin_lock(&outer);
	EXPECT_EQ(preempt_count(), 1);
	EXPECT(!irqs_disabled());
	spin_unlock(&outer);
	EXPECT(preemptible());
	spin_lock_irqsave(&outer, flags);
	EXPECT(irqs_disabled());
	spin_lock_irqsave(&shared, inner);
	EXPECT_EQ(preempt_count(), 2);
	spin_unlock_irqrestore(&shared, inner);
	EXPECT(irqs_disabled());
	EXPECT_EQ(preempt_count(), 1);
	spin_unlock_irqrestore(&outer, flags);
	EXPECT(preemptible());
	spin_lock_irq(&outer);
	EXPECT(irqs_disabled() && preempt_count() == 1);
	spin_unlock_irq(&outer);
	EXPECT(preemptible());
}

KTEST(lock, "trying takes a free lock, and never waits for one that is held")
{
	EXPECT(spin_trylock(&outer));
	EXPECT(spin_is_locked(&outer));
	EXPECT_EQ(preempt_count(), 1);
	EXPECT(!spin_trylock(&outer));
	EXPECT_EQ(preempt_count(), 1);
	spin_unlock(&outer);
	EXPECT(!spin_is_locked(&outer));
	EXPECT(preemptible());
}

static unsigned served[CREW_MAX], served_count;

/* Asks for the lock when it is this worker's turn to ask. */
static int ask_in_order(struct worker *w)
{
	preempt_disable();
	while (READ_ONCE(outer.next) !=
	       (uint16_t)(outer.serving + 1 + w->number))
		barrier();
	spin_lock(&outer);
	served[served_count++] = w->number;
	spin_unlock(&outer);
	preempt_enable();
	return 0;
}

KTEST(lock, "a spinlock serves in the order of asking")
{
	unsigned out_of_order = 0, count = num_online_cpus() - 1;

	if (num_online_cpus() < 3)
		return ktest_skip("it takes three CPUs for two to wait");
	EXPECT_EQ(set_cpus_allowed(current, cpumask_of(count)), 0);
	served_count = 0;
	crew_start(&crew, count, CREW_SPREAD, ask_in_order);
	spin_lock(&outer);
	/* The tickets of all of them have been given out. */
	while ((uint16_t)(READ_ONCE(outer.next) - outer.serving) != count + 1)
		barrier();
	spin_unlock(&outer);
	crew_join(&crew);
	EXPECT_EQ(served_count, count);
	for (unsigned i = 0; i < count; i++)
		out_of_order += served[i] != i;
	EXPECT_EQ(out_of_order, 0);
	set_cpus_allowed(current, CPUMASK_ALL);
}

/* ---- Mutexes ------------------------------------------------------------- */

static DEFINE_MUTEX(mutex, RANK_TEST_MUTEX);

static int lock_mutex_and_change(struct worker *w)
{
	int errors = 0;

	for (unsigned i = 0; i < turns(w->crew) / 4; i++) {
		if (w->number % 3 || !mutex_trylock(&mutex))
			mutex_lock(&mutex);
		errors += change_guarded();
		/* Its holder may be preempted, and sleep. */
		if (!random_below(&w->random, 16))
			yield();
		if (!random_below(&w->random, 512))
			sleep_a_tick();
		errors += guarded.first != guarded.second;
		mutex_unlock(&mutex);
	}
	return errors;
}

KTEST(lock, "a mutex keeps all other tasks out, while its holder sleeps, too")
{
	unsigned count = num_online_cpus() + 2;

	EXPECT_EQ(crew_run(&crew, count, CREW_ANYWHERE, lock_mutex_and_change),
		  0);
	expect_changes(count * (turns(&crew) / 4));
	pester_begin();
	EXPECT_EQ(crew_run(&crew, count, CREW_SPREAD, lock_mutex_and_change),
		  0);
	pester_end();
	expect_changes(count * (turns(&crew) / 4));
	EXPECT(!mutex_is_locked(&mutex));
}

static unsigned mutex_waiters(void)
{
	const struct list_head *node;
	unsigned count = 0;

	spin_lock_irq(&mutex.wait.lock);
	for (node = mutex.wait.waiting.next; node != &mutex.wait.waiting;
	     node = node->next)
		count++;
	spin_unlock_irq(&mutex.wait.lock);
	return count;
}

static int take_mutex_in_order(struct worker *w)
{
	while (mutex_waiters() != w->number)
		sleep_a_tick();
	mutex_lock(&mutex);
	served[served_count++] = w->number;
	mutex_unlock(&mutex);
	return 0;
}

KTEST(lock, "a mutex is handed to the task that asked first")
{
	unsigned out_of_order = 0;

	served_count = 0;
	mutex_lock(&mutex);
	crew_start(&crew, 4, CREW_ANYWHERE, take_mutex_in_order);
	EXPECT(EVENTUALLY(mutex_waiters() == 4));
	EXPECT_EQ(served_count, 0);
	/* So that nobody runs between the two calls on this CPU; on others
	 * somebody may be done already. */
	preempt_disable();
	mutex_unlock(&mutex);
	EXPECT(mutex.owner != current);
	if (num_online_cpus() == 1)
		EXPECT(!mutex_trylock(&mutex));
	preempt_enable();
	mutex_lock(&mutex);
	EXPECT_EQ(served_count, 4);
	mutex_unlock(&mutex);
	crew_join(&crew);
	for (unsigned i = 0; i < 4; i++)
		out_of_order += served[i] != i;
	EXPECT_EQ(out_of_order, 0);
}

static struct mutex made;

static int lock_made(struct worker *w)
{
	(void)w;
	for (unsigned i = 0; i < 50; i++) {
		mutex_lock(&made);
		yield();
		mutex_unlock(&made);
	}
	return 0;
}

KTEST(lock, "a mutex that is made at run time is free, and like all others")
{
	memset(&made, 0xa5, sizeof(made));
	mutex_init_ranked(&made, "made", RANK_TEST_MUTEX);
	EXPECT(!mutex_is_locked(&made));
	EXPECT_EQ(crew_run(&crew, 3, CREW_ANYWHERE, lock_made), 0);
	EXPECT(!mutex_is_locked(&made));
	EXPECT_PANIC("mutex made is unlocked by task main",
		     mutex_unlock(&made));
}

static int try_mutex(struct worker *w)
{
	bool mine = mutex_trylock(&mutex);

	(void)w;
	if (mine)
		mutex_unlock(&mutex);
	return mine;
}

KTEST(lock, "trying a mutex takes it if it is free, and only then")
{
	EXPECT_EQ(crew_run(&crew, 1, CREW_ANYWHERE, try_mutex), 1);
	EXPECT(mutex_trylock(&mutex));
	EXPECT(mutex_is_locked(&mutex));
	EXPECT(!mutex_trylock(&mutex));
	EXPECT_EQ(crew_run(&crew, 1, CREW_ANYWHERE, try_mutex), 0);
	mutex_unlock(&mutex);
	EXPECT(!mutex_is_locked(&mutex));
}
