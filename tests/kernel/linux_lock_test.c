/* SPDX-License-Identifier: MIT */
/* Locks as code for Linux uses them: without ranks. See kernel/linux.md.
 * That reader-writer locks keep others out is in rwlock_test.c.
 *
 * Notices: unranked_is_ordered, semaphore_loses_up. */
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "kernel/ktest.h"

static DEFINE_SPINLOCK(counter_lock);
static int counter;

struct account {
	spinlock_t lock;
	struct mutex mutex;
	struct rw_semaphore sem;
	rwlock_t rwlock;
	long balance;
};

KTEST(linux_lock, "DEFINE_SPINLOCK(x), spin_lock() and spin_unlock()")
{
	EXPECT(!spin_is_locked(&counter_lock));
	spin_lock(&counter_lock);
	counter++;
	EXPECT(in_atomic());
	assert_spin_locked(&counter_lock);
	spin_unlock(&counter_lock);
	EXPECT(!in_atomic() && !spin_is_locked(&counter_lock));
}

KTEST(linux_lock, "spin_lock_init() of a lock in a structure")
{
	struct account *acct = kmalloc(sizeof(*acct), GFP_KERNEL);

	if (!EXPECT(acct != NULL))
		return;
	memset(acct, 0x6b, sizeof(*acct));
	spin_lock_init(&acct->lock);
	spin_lock(&acct->lock);
	acct->balance = 10;
	spin_unlock(&acct->lock);
	EXPECT_STREQ(acct->lock.info.name, "&acct->lock");
	kfree(acct);
}

KTEST(linux_lock, "a cleared spinlock is a free one")
{
	struct account *acct = kzalloc(sizeof(*acct), GFP_KERNEL);

	if (!EXPECT(acct != NULL))
		return;
	spin_lock(&acct->lock);
	EXPECT(!spin_trylock(&acct->lock));
	spin_unlock(&acct->lock);
	kfree(acct);
}

KTEST(linux_lock, "spin_lock_irqsave() restores what was, nested as well")
{
	unsigned long flags, inner;

	spin_lock_irqsave(&counter_lock, flags);
	EXPECT(irqs_disabled());
	local_irq_save(inner);
	local_irq_restore(inner);
	EXPECT(irqs_disabled());
	spin_unlock_irqrestore(&counter_lock, flags);
	EXPECT(!irqs_disabled());
	spin_lock_irq(&counter_lock);
	EXPECT(irqs_disabled());
	spin_unlock_irq(&counter_lock);
	EXPECT(!irqs_disabled());
}

KTEST(linux_lock, "spin_trylock() and its forms for interrupts")
{
	unsigned long flags;

	EXPECT(spin_trylock(&counter_lock));
	EXPECT(!spin_trylock(&counter_lock));
	EXPECT(!spin_trylock_irqsave(&counter_lock, flags));
	EXPECT(!irqs_disabled());
	spin_unlock(&counter_lock);
	if (EXPECT(spin_trylock_irqsave(&counter_lock, flags))) {
		EXPECT(irqs_disabled());
		spin_unlock_irqrestore(&counter_lock, flags);
	}
	if (EXPECT(spin_trylock_irq(&counter_lock)))
		spin_unlock_irq(&counter_lock);
	EXPECT(preemptible());
}

KTEST(linux_lock, "locks without a rank are taken in any order")
{
	static DEFINE_SPINLOCK(a);
	static DEFINE_SPINLOCK(b);

	spin_lock(&a);
	spin_lock(&b);
	spin_unlock(&b);
	spin_unlock(&a);
	spin_lock(&b);
	spin_lock_nested(&a, 1);
	kfree(kmalloc(64, GFP_ATOMIC)); /* takes ranked locks */
	spin_unlock(&a);
	spin_unlock(&b);
	EXPECT(preemptible());
}

KTEST(linux_lock, "a lock without a rank is checked in all else")
{
	if (!CHECK)
		return ktest_skip("this build checks no locks (CHECK=1 does)");
	spin_lock(&counter_lock);
	EXPECT_PANIC("counter_lock is taken twice", spin_lock(&counter_lock));
	EXPECT_PANIC("with counter_lock held", might_sleep());
	lockdep_assert_held(&counter_lock);
	spin_unlock(&counter_lock);
	EXPECT_PANIC("must not be", lockdep_assert_held(&counter_lock));
	EXPECT_PANIC("is released", spin_unlock(&counter_lock));
}

KTEST(linux_lock, "raw spinlocks are spinlocks")
{
	static DEFINE_RAW_SPINLOCK(raw);
	raw_spinlock_t other;
	unsigned long flags;

	raw_spin_lock_init(&other);
	raw_spin_lock(&raw);
	raw_spin_lock_irqsave(&other, flags);
	EXPECT(irqs_disabled());
	raw_spin_unlock_irqrestore(&other, flags);
	raw_spin_unlock(&raw);
	EXPECT(preemptible());
}

KTEST(linux_lock, "DEFINE_MUTEX(x), mutex_lock(), mutex_trylock()")
{
	static DEFINE_MUTEX(config_mutex);

	mutex_lock(&config_mutex);
	EXPECT(mutex_is_locked(&config_mutex));
	EXPECT(!mutex_trylock(&config_mutex));
	lockdep_assert_held(&config_mutex);
	mutex_unlock(&config_mutex);
	EXPECT_EQ(mutex_trylock(&config_mutex), 1);
	mutex_unlock(&config_mutex);
	EXPECT(!mutex_is_locked(&config_mutex));
}

KTEST(linux_lock, "mutex_init() and mutex_lock_interruptible()")
{
	struct account acct;

	mutex_init(&acct.mutex);
	if (mutex_lock_interruptible(&acct.mutex))
		return;
	acct.balance = 1;
	mutex_unlock(&acct.mutex);
	EXPECT_EQ(mutex_lock_killable(&acct.mutex), 0);
	mutex_unlock(&acct.mutex);
	mutex_destroy(&acct.mutex);
	EXPECT_EQ(acct.balance, 1);
}

KTEST(linux_lock, "mutexes without a rank nest in any order")
{
	struct account a, b;

	mutex_init(&a.mutex);
	mutex_init(&b.mutex);
	mutex_lock(&a.mutex);
	mutex_lock_nested(&b.mutex, 1);
	mutex_unlock(&b.mutex);
	mutex_unlock(&a.mutex);
	mutex_lock(&b.mutex);
	mutex_lock(&a.mutex);
	EXPECT_PANIC("locked twice", mutex_lock(&a.mutex));
	mutex_unlock(&a.mutex);
	mutex_unlock(&b.mutex);
}

KTEST(linux_lock, "read_lock() with others, write_lock() alone")
{
	static DEFINE_RWLOCK(tasklist_lock);

	read_lock(&tasklist_lock);
	EXPECT(!write_trylock(&tasklist_lock));
	EXPECT(read_trylock(&tasklist_lock));
	read_unlock(&tasklist_lock);
	read_unlock(&tasklist_lock);
	write_lock(&tasklist_lock);
	EXPECT(!read_trylock(&tasklist_lock));
	EXPECT(!write_trylock(&tasklist_lock));
	write_unlock(&tasklist_lock);
	EXPECT(preemptible());
}

KTEST(linux_lock, "rwlocks with interrupts off")
{
	struct account acct;
	unsigned long flags;

	rwlock_init(&acct.rwlock);
	write_lock_irqsave(&acct.rwlock, flags);
	EXPECT(irqs_disabled() && in_atomic());
	write_unlock_irqrestore(&acct.rwlock, flags);
	read_lock_irqsave(&acct.rwlock, flags);
	EXPECT(irqs_disabled());
	read_unlock_irqrestore(&acct.rwlock, flags);
	read_lock_irq(&acct.rwlock);
	read_unlock_irq(&acct.rwlock);
	write_lock_irq(&acct.rwlock);
	write_unlock_irq(&acct.rwlock);
	EXPECT(preemptible());
}

KTEST(linux_lock, "down_read() with others, down_write() alone")
{
	static DECLARE_RWSEM(mmap_sem);

	down_read(&mmap_sem);
	EXPECT(rwsem_is_locked(&mmap_sem));
	EXPECT_EQ(down_write_trylock(&mmap_sem), 0);
	up_read(&mmap_sem);
	down_write(&mmap_sem);
	EXPECT_EQ(down_read_trylock(&mmap_sem), 0);
	downgrade_write(&mmap_sem);
	EXPECT_EQ(down_write_trylock(&mmap_sem), 0);
	up_read(&mmap_sem);
	EXPECT(!rwsem_is_locked(&mmap_sem));
}

KTEST(linux_lock, "init_rwsem(), and the killable forms")
{
	struct account acct;

	init_rwsem(&acct.sem);
	EXPECT_EQ(down_write_killable(&acct.sem), 0);
	up_write(&acct.sem);
	EXPECT_EQ(down_read_killable(&acct.sem), 0);
	up_read(&acct.sem);
	EXPECT_EQ(down_read_trylock(&acct.sem), 1);
	up_read(&acct.sem);
	EXPECT_EQ(down_write_trylock(&acct.sem), 1);
	up_write(&acct.sem);
}

KTEST(linux_lock, "a semaphore counts; down_trylock() is 0 where it took one")
{
	struct semaphore slots;

	sema_init(&slots, 2);
	down(&slots);
	EXPECT_EQ(down_interruptible(&slots), 0);
	EXPECT_EQ(down_trylock(&slots), 1);
	EXPECT_EQ(down_timeout(&slots, 1), -ETIME);
	up(&slots);
	EXPECT_EQ(down_trylock(&slots), 0);
	up(&slots);
	up(&slots);
	EXPECT_EQ(slots.count, 2);
}

KTEST(linux_lock, "a seqlock tells a reader to read again")
{
	static DEFINE_SEQLOCK(clock_lock);
	unsigned int seq = read_seqbegin(&clock_lock);
	unsigned long flags;

	EXPECT(!read_seqretry(&clock_lock, seq));
	write_seqlock(&clock_lock);
	write_sequnlock(&clock_lock);
	EXPECT(read_seqretry(&clock_lock, seq));
	do {
		seq = read_seqbegin(&clock_lock);
	} while (read_seqretry(&clock_lock, seq));
	write_seqlock_irqsave(&clock_lock, flags);
	write_sequnlock_irqrestore(&clock_lock, flags);
	EXPECT_EQ(read_seqbegin(&clock_lock), 4);
}

KTEST(linux_lock, "a seqcount under one's own lock")
{
	seqcount_t s;
	unsigned int seq;

	seqcount_init(&s);
	seq = read_seqcount_begin(&s);
	spin_lock(&counter_lock);
	write_seqcount_begin(&s);
	counter++;
	write_seqcount_end(&s);
	spin_unlock(&counter_lock);
	EXPECT(read_seqcount_retry(&s, seq));
	EXPECT_EQ(read_seqcount_begin(&s), 2);
}

/* Takes two accounts in the order of their addresses. */
static void transfer(struct account *from, struct account *to, long amount)
{
	if (from > to) {
		swap(from, to);
		amount = -amount;
	}
	spin_lock(&from->lock);
	spin_lock_nested(&to->lock, 1);
	from->balance -= amount;
	to->balance += amount;
	spin_unlock(&to->lock);
	spin_unlock(&from->lock);
}

KTEST(linux_lock, "two locks of one kind are taken by address")
{
	struct account a = {.balance = 5}, b = {.balance = 5};

	spin_lock_init(&a.lock);
	spin_lock_init(&b.lock);
	transfer(&a, &b, 3);
	transfer(&b, &a, 1);
	EXPECT_EQ(a.balance, 3);
	EXPECT_EQ(b.balance, 7);
}

KTEST(linux_lock, "preempt_disable(), get_cpu() and irqs nest")
{
	unsigned long flags;
	int cpu = get_cpu();

	EXPECT_EQ(cpu, smp_processor_id());
	preempt_disable();
	local_irq_save(flags);
	EXPECT(in_atomic() && irqs_disabled() && in_task());
	EXPECT(!in_interrupt() && !in_hardirq() && !in_nmi());
	local_irq_restore(flags);
	preempt_enable();
	put_cpu();
	EXPECT(preemptible());
}
