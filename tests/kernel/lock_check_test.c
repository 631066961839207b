/* SPDX-License-Identifier: MIT */
/* Each mistake with locks that CHECK=1 knows is made once, and reported where
 * it is made; the few that every build reports, too.
 *
 * Notices: release_names_the_lock_code, rank_unchecked, rank_equal_allowed,
 * recursion_unchecked, irq_safety_unchecked, sleep_with_lock_unchecked,
 * sleep_unchecked, release_unchecked, trylock_not_noted, mutex_rank_unchecked,
 * exit_with_mutex_unchecked, exit_atomic_unchecked, schedule_atomic_unchecked,
 * mutex_twice_unchecked, mutex_owner_unchecked. */
#include "kernel/ktest.h"

#include "boot/boot_init.h"
#include "crew.h"
#include "kernel/completion.h"
#include "kernel/mutex.h"
#include "kernel/pagefault.h"
#include "mm/kmap.h"
#include "mm/page_alloc.h"

static DEFINE_SPINLOCK(outer, RANK_TEST_OUTER);
static DEFINE_SPINLOCK(inner, RANK_TEST_INNER);
static DEFINE_SPINLOCK(inner_too, RANK_TEST_INNER);
static DEFINE_MUTEX(first, RANK_TEST_MUTEX);
static DEFINE_MUTEX(second, RANK_MUTEX);

static bool no_check(void)
{
	if (!CHECK)
		ktest_skip("this build checks no locks (CHECK=1 does)");
	return !CHECK;
}

KTEST(lock_check, "locks taken in another order than that of their ranks")
{
	if (no_check())
		return;
	spin_lock(&outer);
	spin_lock(&inner);
	spin_unlock(&inner);
	spin_unlock(&outer);
	spin_lock(&inner);
	EXPECT_PANIC("lock outer (rank", spin_lock(&outer));
	EXPECT_PANIC("with inner (rank", spin_lock(&inner_too));
	spin_unlock(&inner);
	EXPECT_EQ(lock_check_depth(), 0);
	EXPECT(preemptible());
}

KTEST(lock_check, "a lock taken twice")
{
	if (no_check())
		return;
	spin_lock(&outer);
	EXPECT_PANIC("lock outer is taken twice, at test_lock_check_",
		     spin_lock(&outer));
	spin_unlock(&outer);
	EXPECT(spin_trylock(&outer));
	EXPECT_PANIC("lock outer is taken twice", spin_lock(&outer));
	spin_unlock(&outer);
}

KTEST(lock_check, "a lock given back by a CPU that does not hold it")
{
	static DEFINE_SPINLOCK(new, RANK_TEST_INNER);

	if (no_check())
		return;
	EXPECT_PANIC("lock new is released", spin_unlock(&new));
	EXPECT_PANIC("and was never taken", spin_unlock(&new));
	if (boot_info.elf.count)
		EXPECT_PANIC("lock inner is released at test_lock_check_",
			     spin_unlock(&inner));
	EXPECT(spin_trylock(&inner));
	spin_unlock(&inner);
	EXPECT_PANIC("it was last taken at", spin_unlock(&inner));
	/* In another order than they were taken is no mistake. */
	spin_lock(&outer);
	spin_lock(&inner);
	spin_unlock(&outer);
	EXPECT_PANIC("lock outer is released at test_lock_check_",
		     spin_unlock(&outer));
	EXPECT_PANIC("lock inner is taken twice", spin_lock(&inner));
	spin_unlock(&inner);
	EXPECT_EQ(lock_check_depth(), 0);
}

static DEFINE_SPINLOCK(handlers, RANK_TASKS);
static DECLARE_COMPLETION(rung);
static bool rang;

static void take_in_handler(struct timer *timer)
{
	(void)timer;
	spin_lock(&handlers);
	spin_unlock(&handlers);
	WRITE_ONCE(rang, true);
}

KTEST(lock_check, "a lock of interrupt handlers taken with interrupts on")
{
	struct timer timer = {.expires = jiffies, .fire = take_in_handler};
	unsigned long flags;

	if (no_check() || no_tick())
		return;
	rang = false;
	spin_lock_init_ranked(&handlers, "handlers", RANK_TASKS);
	spin_lock_irqsave(&handlers, flags);
	spin_unlock_irqrestore(&handlers, flags);
	timer_add(&timer);
	EXPECT(EVENTUALLY(READ_ONCE(rang)));
	spin_lock_irqsave(&handlers, flags);
	spin_unlock_irqrestore(&handlers, flags);
	EXPECT_PANIC("lock handlers is taken with interrupts on",
		     spin_lock(&handlers));
	EXPECT(preemptible());
}

KTEST(lock_check, "sleeping with a spinlock")
{
	if (no_check())
		return;
	spin_lock(&outer);
	EXPECT_PANIC("with outer held", mutex_lock(&first));
	EXPECT_PANIC("wait_for_completion may sleep",
		     wait_for_completion(&rung));
	EXPECT_PANIC("No task may sleep with a spinlock", schedule());
	spin_unlock(&outer);
	EXPECT(!mutex_is_locked(&first));
}

KTEST(lock_check, "sleeping with preemption off")
{
	preempt_disable();
	EXPECT_PANIC("with preemption off", schedule());
	EXPECT_EQ(preempt_count(), 1);
	preempt_enable();
	EXPECT(preemptible());
}

KTEST(lock_check, "one preempt_enable() too many")
{
	if (no_check())
		return;
	EXPECT_PANIC("preempt_enable: called at", preempt_enable());
	EXPECT_PANIC("with preemption on already", preempt_enable());
	EXPECT_PANIC("with preemption on already", preempt_enable_no_resched());
	EXPECT(preemptible());
}

/* In a machine of its own: every other build goes on, and must not call the
 * task that asks next an interrupt handler. */
KTEST(death, "one preempt_enable too many")
{
	preempt_enable_no_resched();
	kmap(alloc_page(GFP_HIGHUSER));
}

KTEST(lock_check, "sleeping with interrupts off")
{
	if (no_check())
		return;
	local_irq_disable();
	EXPECT_PANIC("with interrupts off", mutex_lock(&first));
	EXPECT(irqs_disabled());
	local_irq_enable();
}

KTEST(lock_check, "mutexes taken in another order than that of their ranks")
{
	if (no_check())
		return;
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&first);
	EXPECT_PANIC("with second (rank", mutex_lock(&first));
	mutex_unlock(&second);
	EXPECT(!mutex_is_locked(&first) && !mutex_is_locked(&second));
}

KTEST(lock_check, "a mutex locked twice by one task")
{
	mutex_lock(&first);
	EXPECT_PANIC("mutex first is locked twice by task main",
		     mutex_lock(&first));
	mutex_unlock(&first);
	EXPECT(!mutex_is_locked(&first));
}

static DECLARE_COMPLETION(may_unlock);

static int hold_first(void *unused)
{
	(void)unused;
	mutex_lock(&first);
	complete(&rung);
	wait_for_completion(&may_unlock);
	mutex_unlock(&first);
	return 0;
}

KTEST(lock_check, "a mutex unlocked by another task than its owner")
{
	struct task *task;

	EXPECT_PANIC("mutex first is unlocked by task main",
		     mutex_unlock(&first));
	EXPECT_PANIC("no task holds it", mutex_unlock(&first));
	init_completion(&rung);
	init_completion(&may_unlock);
	task = kthread_run(hold_first, NULL, "holder");
	wait_for_completion(&rung);
	EXPECT_PANIC("its owner is holder", mutex_unlock(&first));
	complete(&may_unlock);
	kthread_join(task);
	EXPECT(!mutex_is_locked(&first));
}

KTEST(lock_check, "a task that ends with a mutex")
{
	if (no_check())
		return;
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&first);
	EXPECT_PANIC("exits with mutex second locked", task_exit());
	mutex_unlock(&second);
}

KTEST(lock_check, "a task that ends with preemption off")
{
	preempt_disable();
	EXPECT_PANIC("task main exits with preemption off (preemption count "
		     "0x1): does it hold a spinlock",
		     task_exit());
	pagefault_disable();
	EXPECT_PANIC("between kmap_atomic() and kunmap_atomic()", task_exit());
	pagefault_enable();
	preempt_enable();
	EXPECT(preemptible());
}
