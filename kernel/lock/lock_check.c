/* SPDX-License-Identifier: MIT */
/* CHECK=1: checks the rules of locking at each lock. See kernel/lock_check.h.
 *
 * A spinlock belongs to the CPU that took it, because preemption is off while
 * it is held. Each CPU has a stack of the spinlocks that it holds. An interrupt
 * handler leaves the stack as it was. Interrupts are off only while the stack
 * changes. */
#include "kernel/lock_check.h"

#include "kernel/pagefault.h"
#include "kernel/panic.h"
#include "kernel/preempt.h"
#include "kernel/task.h"

#define HELD_MAX 16

struct held_locks {
	unsigned depth;
	struct lock_info *lock[HELD_MAX];
};

static DEFINE_PER_CPU(struct held_locks, held_locks);

/* Whether this CPU holds the lock. */
static bool is_held(const struct lock_info *lock)
{
	const struct held_locks *held = this_cpu_ptr(&held_locks);

	for (unsigned i = 0; i < held->depth; i++)
		if (held->lock[i] == lock)
			return true;
	return false;
}

static void check_recursion(const struct lock_info *lock, const void *caller)
{
	if (is_held(lock))
		panic("lock %s is taken twice, at %pS and again at %pS: the "
		      "second would wait for the first, for ever",
		      lock->name, lock->holder, caller);
}

static void __noreturn lock_rank_panic(const struct lock_info *lock,
				       const void *caller,
				       const struct lock_info *held)
{
	panic("lock %s (rank %u) is taken at %pS with %s (rank %u) held, taken "
	      "at %pS. Locks are taken in the order of their ranks "
	      "(kernel/lock_rank.h), or two could wait for each other",
	      lock->name, (unsigned)lock->rank, caller, held->name,
	      (unsigned)held->rank, held->holder);
}

static void check_rank(const struct lock_info *lock, const void *caller)
{
	const struct held_locks *held = this_cpu_ptr(&held_locks);

	if (lock->rank == RANK_NONE)
		return;
	for (unsigned i = 0; i < held->depth; i++)
		if (held->lock[i]->rank >= lock->rank)
			lock_rank_panic(lock, caller, held->lock[i]);
}

/* Panics if this CPU must not wait for `lock`, because of the locks that it
 * holds. */
static void check_order(const struct lock_info *lock, const void *caller)
{
	check_recursion(lock, caller);
	check_rank(lock, caller);
}

/* Records where a lock is taken in an interrupt handler, or with interrupts
 * on. */
static void note_irqs(const void **in_handler, const void **with_irqs,
		      const void *caller)
{
	if (in_interrupt())
		*in_handler = caller;
	else if (!irqs_disabled())
		*with_irqs = caller;
}

/* Panics if a handler takes at `in_handler` a lock that was taken with
 * interrupts on at `with_irqs`. Either is NULL if that was not seen. */
static void check_irqs_pair(const struct lock_info *lock, const char *advice,
			    const void *in_handler, const void *with_irqs)
{
	if (in_handler && with_irqs)
		panic("lock %s is taken with interrupts on at %pS, and by an "
		      "interrupt handler at %pS, which could come while it is "
		      "held and wait for ever. Use %s()",
		      lock->name, with_irqs, in_handler, advice);
}

static void check_irqs(struct lock_info *lock, const void *caller)
{
	note_irqs(&lock->in_handler, &lock->with_irqs, caller);
	check_irqs_pair(lock, "spin_lock_irqsave", lock->in_handler,
			lock->with_irqs);
}

/* Readers do not wait for readers. All other pairs wait. */
static void check_rw_irqs(const struct lock_info *writes,
			  const struct lock_reads *reads)
{
	check_irqs_pair(writes, "write_lock_irqsave", writes->in_handler,
			writes->with_irqs);
	check_irqs_pair(writes, "write_lock_irqsave", reads->in_handler,
			writes->with_irqs);
	check_irqs_pair(writes, "read_lock_irqsave", writes->in_handler,
			reads->with_irqs);
}

static void check_nmi(const struct lock_info *lock, const void *caller)
{
	if (in_nmi())
		panic("lock %s is taken at %pS by an NMI, which may have "
		      "interrupted its holder",
		      lock->name, caller);
}

void lock_check_before(struct lock_info *lock, const void *caller)
{
	check_nmi(lock, caller);
	check_order(lock, caller);
	check_irqs(lock, caller);
}

void lock_check_before_read(struct lock_info *lock, struct lock_reads *reads,
			    bool nests, const void *caller)
{
	check_nmi(lock, caller);
	if (!nests || !is_held(lock))
		check_order(lock, caller);
	note_irqs(&reads->in_handler, &reads->with_irqs, caller);
	check_rw_irqs(lock, reads);
}

void lock_check_before_write(struct lock_info *lock, struct lock_reads *reads,
			     const void *caller)
{
	check_nmi(lock, caller);
	check_order(lock, caller);
	note_irqs(&lock->in_handler, &lock->with_irqs, caller);
	check_rw_irqs(lock, reads);
}

void lock_check_taken(struct lock_info *lock, const void *caller)
{
	struct held_locks *held = this_cpu_ptr(&held_locks);
	unsigned long flags;

	BUG_ON(held->depth == HELD_MAX);
	lock->holder = caller;
	local_irq_save(flags);
	held->lock[held->depth++] = lock;
	local_irq_restore(flags);
}

void lock_check_released(struct lock_info *lock, const void *caller)
{
	struct held_locks *held = this_cpu_ptr(&held_locks);
	unsigned i = held->depth;
	unsigned long flags;

	while (i && held->lock[i - 1] != lock)
		i--;
	if (!i && !lock->holder)
		panic("lock %s is released at %pS, and was never taken",
		      lock->name, caller);
	if (!i)
		panic("lock %s is released at %pS by a CPU that does not "
		      "hold it: it was last taken at %pS",
		      lock->name, caller, lock->holder);
	local_irq_save(flags);
	held->depth--;
	for (i--; i < held->depth; i++)
		held->lock[i] = held->lock[i + 1];
	local_irq_restore(flags);
}

/* ---- Locks of tasks ------------------------------------------------------ */

static bool task_holds(const struct task *task, const struct lock_info *lock)
{
	for (unsigned i = 0; i < task->held_mutexes; i++)
		if (task->held_mutex[i] == lock)
			return true;
	return false;
}

/* These locks have an order among themselves only: code that holds a spinlock
 * takes none of them. */
void lock_check_task_before(const struct lock_info *lock, const void *caller)
{
	const struct task *task = current;

	if (task_holds(task, lock))
		panic("lock %s is taken twice by task %s, again at %pS: it "
		      "would wait for itself, for ever",
		      lock->name, task->name, caller);
	if (lock->rank == RANK_NONE)
		return;
	for (unsigned i = 0; i < task->held_mutexes; i++)
		if (task->held_mutex[i]->rank >= lock->rank)
			lock_rank_panic(lock, caller, task->held_mutex[i]);
}

void lock_check_task_taken(struct lock_info *lock)
{
	struct task *task = current;

	BUG_ON(task->held_mutexes == HELD_MUTEXES_MAX);
	task->held_mutex[task->held_mutexes++] = lock;
}

void lock_check_task_released(const struct lock_info *lock)
{
	struct task *task = current;
	unsigned i = 0;

	if (!task_holds(task, lock))
		panic("lock %s is released at %pS by task %s, which does "
		      "not hold it",
		      lock->name, __builtin_return_address(0), task->name);
	while (task->held_mutex[i] != lock)
		i++;
	task->held_mutexes--;
	for (; i < task->held_mutexes; i++)
		task->held_mutex[i] = task->held_mutex[i + 1];
}

bool lock_check_held(const struct lock_info *lock)
{
	return !CHECK || is_held(lock) || task_holds(current, lock);
}

/* ---- Sleeping ------------------------------------------------------------ */

void lock_check_sleep(const char *what, const void *caller)
{
	const struct held_locks *held = this_cpu_ptr(&held_locks);

	if (preemptible())
		return;
	if (held->depth)
		panic("%s may sleep, called at %pS with %s held, taken at %pS. "
		      "No task may sleep with a spinlock",
		      what, caller, held->lock[held->depth - 1]->name,
		      held->lock[held->depth - 1]->holder);
	/* Before there are tasks no lock is contended, so nothing waits. */
	if (!current->runnable)
		return;
	panic("%s may sleep, called at %pS %s", what, caller, atomic_reason());
}

unsigned lock_check_depth(void)
{
	return this_cpu_ptr(&held_locks)->depth;
}

const struct lock_info *lock_check_nth(unsigned n)
{
	return this_cpu_ptr(&held_locks)->lock[n];
}

void lock_check_forget(unsigned depth)
{
	this_cpu_ptr(&held_locks)->depth = depth;
}
