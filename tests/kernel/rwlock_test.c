/* SPDX-License-Identifier: MIT */
/* Reader-writer locks, of both kinds: writers are alone, readers are not, and
 * nobody waits for ever. What CHECK=1 reports of them is here, too.
 *
 * Notices: rwlock_writer_not_alone, rwlock_reader_overtakes,
 * rwlock_handler_queues, rwlock_unlock_keeps_writer, rwsem_reader_overtakes,
 * rwsem_wakes_one_reader, rwsem_writer_not_alone, rwsem_downgrade_frees,
 * rwlock_irq_unchecked, rwlock_nesting_unchecked, rwsem_order_unchecked. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "crew.h"
#include "kernel/rwlock.h"
#include "kernel/rwsem.h"

static struct crew crew;

static DEFINE_RWLOCK(lock);
static DECLARE_RWSEM(sem);

/* Two words that are the same unless a writer is at work. */
static unsigned long first, second;
static atomic_t readers;
static int most_readers;

static int change(void)
{
	int errors = first != second;

	WRITE_ONCE(first, first + 1);
	for (unsigned i = 0; i < 20; i++)
		barrier();
	errors += atomic_read(&readers) != 0;
	WRITE_ONCE(second, second + 1);
	return errors;
}

static int look(void)
{
	int now = atomic_inc_return(&readers), errors;

	if (now > most_readers)
		WRITE_ONCE(most_readers, now);
	errors = READ_ONCE(first) != READ_ONCE(second);
	for (unsigned i = 0; i < 20; i++)
		barrier();
	errors += READ_ONCE(first) != READ_ONCE(second);
	atomic_dec(&readers);
	return errors;
}

static void begin(void)
{
	first = second = 0;
	atomic_set(&readers, 0);
	most_readers = 0;
}

/* ---- rwlocks ------------------------------------------------------------- */

static int read_and_write(struct worker *w)
{
	int errors = 0;

	for (unsigned i = 0; i < 3000; i++) {
		if (random_below(&w->random, 4)) {
			read_lock(&lock);
			errors += look();
			read_unlock(&lock);
		} else {
			write_lock(&lock);
			errors += change();
			w->value++;
			write_unlock(&lock);
		}
	}
	return errors;
}

KTEST(rwlock, "writers are alone, whatever CPUs do")
{
	unsigned count = num_online_cpus() + 1;
	unsigned long writes = 0;

	begin();
	EXPECT_EQ(crew_run(&crew, count, CREW_ANYWHERE, read_and_write), 0);
	for (unsigned i = 0; i < count; i++)
		writes += crew.worker[i].value;
	EXPECT_EQ(first, writes);
	EXPECT_EQ(lock.count, 0);
	EXPECT(preemptible());
}

KTEST(rwlock, "the same while every CPU is asked to switch")
{
	begin();
	pester_begin();
	EXPECT_EQ(crew_run(&crew, num_online_cpus() + 1, CREW_ANYWHERE,
			   read_and_write),
		  0);
	pester_end();
	EXPECT_EQ(lock.count, 0);
}

/* A handler reads it, too: it is written with interrupts off. */
static DEFINE_RWLOCK(handled);
static bool writer_may, writer_had;

static int write_once(struct worker *w)
{
	unsigned long flags;

	(void)w;
	while (!READ_ONCE(writer_may))
		sleep_a_tick();
	write_lock_irqsave(&handled, flags);
	WRITE_ONCE(writer_had, true);
	write_unlock_irqrestore(&handled, flags);
	return 0;
}

/* Waits on CPU 0 until a writer on another waits for this CPU's reader. */
static void read_until_writer_waits(void)
{
	writer_may = writer_had = false;
	set_cpus_allowed(current, cpumask_of(0));
	crew_start(&crew, 1, num_online_cpus() - 1, write_once);
	read_lock(&handled);
	WRITE_ONCE(writer_may, true);
	while (READ_ONCE(handled.count) == 4)
		cpu_relax();
}

static void read_no_more(void)
{
	read_unlock(&handled);
	EXPECT_EQ(crew_join(&crew), 0);
	EXPECT(writer_had);
	set_cpus_allowed(current, CPUMASK_ALL);
}

KTEST(rwlock, "a reader does not overtake a writer that waits")
{
	if (one_cpu())
		return;
	read_until_writer_waits();
	EXPECT(!read_trylock(&handled));
	EXPECT(!READ_ONCE(writer_had));
	read_no_more();
}

static bool read_in_handler;

static void read_once(struct timer *timer)
{
	(void)timer;
	read_lock(&handled);
	read_unlock(&handled);
	WRITE_ONCE(read_in_handler, true);
}

KTEST(rwlock, "a handler reads what it has interrupted a reader of")
{
	struct timer timer = {.fire = read_once};

	if (one_cpu() || no_tick())
		return;
	read_in_handler = false;
	read_until_writer_waits();
	timer.expires = jiffies + 1;
	timer_add(&timer);
	while (!READ_ONCE(read_in_handler))
		cpu_relax();
	EXPECT(read_in_handler);
	EXPECT(!READ_ONCE(writer_had));
	read_no_more();
	timer_del(&timer);
}

/* ---- rwsems -------------------------------------------------------------- */

static int read_and_write_asleep(struct worker *w)
{
	int errors = 0;

	for (unsigned i = 0; i < 300; i++) {
		unsigned dice = random_below(&w->random, 8);

		if (dice > 1) {
			down_read(&sem);
			errors += look();
			if (dice == 7)
				yield();
			up_read(&sem);
			continue;
		}
		down_write(&sem);
		errors += change();
		if (dice) {
			downgrade_write(&sem);
			errors += look();
			up_read(&sem);
		} else {
			up_write(&sem);
		}
	}
	return errors;
}

KTEST(rwsem, "writers are alone, whatever tasks do")
{
	begin();
	EXPECT_EQ(crew_run(&crew, 6, CREW_ANYWHERE, read_and_write_asleep), 0);
	EXPECT_EQ(first, second);
	EXPECT_EQ(sem.count, 0);
	EXPECT(!waitqueue_active(&sem.wait));
}

KTEST(rwsem, "the same while every CPU is asked to switch")
{
	begin();
	pester_begin();
	EXPECT_EQ(crew_run(&crew, 6, CREW_ANYWHERE, read_and_write_asleep), 0);
	pester_end();
	EXPECT_EQ(sem.count, 0);
}

static atomic_t order, inside;

/* The second worker writes. Each queues up when all before it have, and notes
 * when it came in. */
static int queue_up(struct worker *w)
{
	bool write = w->number == 1;

	while (list_count_nodes(&sem.wait.waiting) != w->number)
		sleep_a_tick();
	if (write)
		down_write(&sem);
	else
		down_read(&sem);
	w->value = (unsigned long)atomic_inc_return(&order);
	atomic_inc(&inside);
	/* Readers that are neighbours are in together. */
	if (w->number > 1)
		while (!write && atomic_read(&inside) < 4)
			sleep_a_tick();
	if (write)
		up_write(&sem);
	else
		up_read(&sem);
	return 0;
}

KTEST(rwsem, "tasks are let in as they came, neighbouring readers together")
{
	atomic_set(&order, 0);
	atomic_set(&inside, 0);
	down_write(&sem);
	crew_start(&crew, 4, CREW_ANYWHERE, queue_up);
	EXPECT(EVENTUALLY(list_count_nodes(&sem.wait.waiting) == 4));
	EXPECT(!down_read_trylock(&sem));
	up_write(&sem);
	EXPECT_EQ(crew_join(&crew), 0);
	EXPECT_EQ(crew.worker[0].value, 1);
	EXPECT_EQ(crew.worker[1].value, 2);
	EXPECT(crew.worker[2].value > 2 && crew.worker[3].value > 2);
}

static int write_when_free(struct worker *w)
{
	down_write(&sem);
	w->value = 1;
	up_write(&sem);
	return 0;
}

KTEST(rwsem, "a reader does not overtake a writer that waits")
{
	down_read(&sem);
	crew_start(&crew, 1, CREW_ANYWHERE, write_when_free);
	EXPECT(EVENTUALLY(waitqueue_active(&sem.wait)));
	EXPECT(!down_read_trylock(&sem));
	EXPECT_EQ(crew.worker[0].value, 0);
	up_read(&sem);
	crew_join(&crew);
	EXPECT_EQ(crew.worker[0].value, 1);
}

KTEST(rwsem, "downgrade_write() lets readers in, and no writer")
{
	down_write(&sem);
	crew_start(&crew, 1, CREW_ANYWHERE, write_when_free);
	EXPECT(EVENTUALLY(waitqueue_active(&sem.wait)));
	downgrade_write(&sem);
	EXPECT_EQ(sem.count, 1);
	sleep_a_tick();
	EXPECT_EQ(crew.worker[0].value, 0);
	up_read(&sem);
	crew_join(&crew);
	EXPECT_EQ(sem.count, 0);
}

/* ---- Mistakes ------------------------------------------------------------ */

KTEST(rwsem, "what every build reports")
{
	EXPECT_PANIC("rwsem sem: task main ends its reading at", up_read(&sem));
	EXPECT_PANIC("but no task writes", up_write(&sem));
	down_write(&sem);
	EXPECT_PANIC("sem is written twice by task main", down_write(&sem));
	up_write(&sem);
	EXPECT_EQ(sem.count, 0);
}

static bool no_check(void)
{
	if (!CHECK)
		ktest_skip("this build checks no locks (CHECK=1 does)");
	return !CHECK;
}

static DECLARE_RWSEM(outer, RANK_TEST_MUTEX);
static DECLARE_RWSEM(inner, RANK_MUTEX);

KTEST(rwsem, "reading twice, and ranks in the wrong order")
{
	if (no_check())
		return;
	down_read(&sem);
	EXPECT_PANIC("sem is taken twice by task main", down_read(&sem));
	up_read(&sem);
	down_read(&inner);
	EXPECT_PANIC("with inner (rank", down_write(&outer));
	up_read(&inner);
	EXPECT(!rwsem_is_locked(&outer));
}

KTEST(rwlock, "reading twice in a task, and unlocking what is not held")
{
	if (no_check())
		return;
	read_lock(&lock);
	EXPECT_PANIC("lock lock is taken twice", read_lock(&lock));
	EXPECT_PANIC("lock lock is taken twice", write_lock(&lock));
	read_unlock(&lock);
	EXPECT_PANIC("lock lock is released at test_rwlock_",
		     write_unlock(&lock));
	EXPECT_EQ(lock.count, 0);
	EXPECT(preemptible());
}

KTEST(rwlock, "what a handler reads may be read with interrupts on")
{
	static DEFINE_RWLOCK(shared);
	unsigned long flags;

	if (no_check())
		return;
	shared.reads.in_handler = read_once;
	read_lock(&shared);
	read_unlock(&shared);
	write_lock_irqsave(&shared, flags);
	write_unlock_irqrestore(&shared, flags);
	EXPECT_PANIC("Use write_lock_irqsave()", write_lock(&shared));
	EXPECT(preemptible());
}

KTEST(rwlock, "what a handler writes is read with interrupts off")
{
	static DEFINE_RWLOCK(written);
	unsigned long flags;

	if (no_check())
		return;
	written.info.in_handler = read_once;
	read_lock_irqsave(&written, flags);
	read_unlock_irqrestore(&written, flags);
	EXPECT_PANIC("Use read_lock_irqsave()", read_lock(&written));
	EXPECT(preemptible());
}
