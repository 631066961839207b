/* SPDX-License-Identifier: MIT */
/* CHECK=1: the rules of locking, seen to at each lock. See
 * kernel/lock_check.h.
 *
 * Spinlocks belong to the CPU that took them, since nothing is preempted while
 * one is held: each CPU has a stack of those that it holds. A handler leaves it
 * as it was; only in the midst of a change there must be none. */
#include "kernel/lock_check.h"

#include "kernel/pagefault.h"
#include "kernel/panic.h"
#include "kernel/preempt.h"

#define HELD_MAX 16

struct held_locks {
	unsigned depth;
	struct lock_info *lock[HELD_MAX];
};

static DEFINE_PER_CPU(struct held_locks, held_locks);

static void check_recursion(const struct lock_info *lock, const void *caller)
{
	const struct held_locks *held = this_cpu_ptr(&held_locks);

	for (unsigned i = 0; i < held->depth; i++)
		if (held->lock[i] == lock)
			panic("lock %s is taken twice, at %pS and again at "
			      "%pS: the second would wait for the first, for "
			      "ever",
			      lock->name, lock->holder, caller);
}

void lock_rank_panic(const struct lock_info *lock, const void *caller,
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

	for (unsigned i = 0; i < held->depth; i++)
		if (held->lock[i]->rank >= lock->rank)
			lock_rank_panic(lock, caller, held->lock[i]);
}

/* Notes where it is taken, and panics once it has been seen in a handler and
 * where a handler could come in between. */
static void check_irqs(struct lock_info *lock, const void *caller)
{
	if (in_interrupt())
		lock->in_handler = caller;
	else if (!irqs_disabled())
		lock->with_irqs = caller;
	if (lock->in_handler && lock->with_irqs)
		panic("lock %s is taken with interrupts on at %pS, and by an "
		      "interrupt handler at %pS, which could come while it is "
		      "held and wait for ever. Use spin_lock_irqsave()",
		      lock->name, lock->with_irqs, lock->in_handler);
}

void lock_check_before(struct lock_info *lock, const void *caller)
{
	if (in_nmi())
		panic("lock %s is taken at %pS by an NMI, which may have "
		      "interrupted its holder",
		      lock->name, caller);
	check_recursion(lock, caller);
	check_rank(lock, caller);
	check_irqs(lock, caller);
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

void lock_check_released(struct lock_info *lock)
{
	struct held_locks *held = this_cpu_ptr(&held_locks);
	unsigned i = held->depth;
	unsigned long flags;

	while (i && held->lock[i - 1] != lock)
		i--;
	if (!i)
		panic("lock %s is given back at %pS by a CPU that does not "
		      "hold it",
		      lock->name, __builtin_return_address(0));
	local_irq_save(flags);
	held->depth--;
	for (i--; i < held->depth; i++)
		held->lock[i] = held->lock[i + 1];
	local_irq_restore(flags);
}

/* ---- Sleeping ------------------------------------------------------------ */

void lock_check_sleep(const char *what, const void *caller)
{
	const struct held_locks *held = this_cpu_ptr(&held_locks);

	if (preemptible())
		return;
	if (held->depth)
		panic("%s may sleep, called at %pS with %s held, taken at %pS. "
		      "Nobody sleeps with a spinlock",
		      what, caller, held->lock[held->depth - 1]->name,
		      held->lock[held->depth - 1]->holder);
	/* Before there are tasks nobody waits: there is nobody to wait for. */
	if (!current->runnable)
		return;
	panic("%s may sleep, called at %pS %s", what, caller,
	      in_interrupt()	     ? "by an interrupt handler"
	      : pagefault_disabled() ? "between kmap_atomic() and "
				       "kunmap_atomic()"
	      : preempt_count()	     ? "with preemption off"
				     : "with interrupts off");
}

unsigned lock_check_depth(void)
{
	return this_cpu_ptr(&held_locks)->depth;
}

void lock_check_forget(unsigned depth)
{
	this_cpu_ptr(&held_locks)->depth = depth;
}
