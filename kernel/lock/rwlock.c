/* SPDX-License-Identifier: MIT */
/* Reader-writer spinlocks. See kernel/rwlock.h.
 *
 *	31                          2      1        0
 *	+---------------------------+-------+--------+
 *	|    readers, 4 for each    | WAITS | WRITER |   count
 *	+---------------------------+-------+--------+
 *
 * A reader adds itself to the count. If a writer holds the lock or waits for
 * it, the reader subtracts itself again and waits in the queue, which is a
 * spinlock. The first in the queue waits for the count: a reader until WRITER
 * is clear; a writer sets WAITS, and waits until nothing else is set. WAITS
 * keeps new readers out, so a writer waits only for readers that came before
 * it.
 *
 * A reader in an interrupt handler cannot queue: it may have interrupted a
 * reader for which the writer at the head of the queue waits. It stays in the
 * count, which keeps writers out, and waits only until WRITER is clear. */
#include "kernel/rwlock.h"

#include "arch/cpu.h"
#include "arch/tlb.h"

#define WRITER 1u
#define WAITS  2u
#define READER 4u

/* Another CPU may want a TLB flush of this one, and hold the lock. */
static void spin_once(void)
{
	cpu_relax();
	flush_tlb_serve();
}

static uint32_t count_in(rwlock_t *lock)
{
	return __atomic_fetch_add(&lock->count, READER, __ATOMIC_ACQUIRE);
}

static void count_out(rwlock_t *lock)
{
	__atomic_fetch_sub(&lock->count, READER, __ATOMIC_RELEASE);
}

static void wait_for_no_writer(const rwlock_t *lock)
{
	while (__atomic_load_n(&lock->count, __ATOMIC_ACQUIRE) & WRITER)
		spin_once();
}

static void wait_to_read(rwlock_t *lock)
{
	if (in_interrupt()) {
		wait_for_no_writer(lock);
		return;
	}
	count_out(lock);
	ticket_lock(&lock->queue);
	count_in(lock);
	wait_for_no_writer(lock);
	ticket_unlock(&lock->queue);
}

/* Makes `count` WRITER if it is `from`. */
static bool become_writer(rwlock_t *lock, uint32_t from)
{
	return __atomic_compare_exchange_n(&lock->count, &from, WRITER, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static void wait_to_write(rwlock_t *lock)
{
	ticket_lock(&lock->queue);
	__atomic_fetch_or(&lock->count, WAITS, __ATOMIC_RELAXED);
	while (!become_writer(lock, WAITS))
		spin_once();
	ticket_unlock(&lock->queue);
}

/* Whether this CPU may take the lock again: if it holds it, then as a reader,
 * because WRITER is clear. */
static bool may_nest(const rwlock_t *lock)
{
	return in_interrupt() && !(READ_ONCE(lock->count) & WRITER);
}

void read_lock(rwlock_t *lock)
{
	const void *caller = __builtin_return_address(0);

	preempt_disable();
	if (CHECK)
		lock_check_before_read(&lock->info, &lock->reads,
				       may_nest(lock), caller);
	if (unlikely(count_in(lock) & (WRITER | WAITS)))
		wait_to_read(lock);
	if (CHECK)
		lock_check_taken(&lock->info, caller);
}

void write_lock(rwlock_t *lock)
{
	const void *caller = __builtin_return_address(0);

	preempt_disable();
	if (CHECK)
		lock_check_before_write(&lock->info, &lock->reads, caller);
	if (unlikely(!become_writer(lock, 0)))
		wait_to_write(lock);
	if (CHECK)
		lock_check_taken(&lock->info, caller);
}

bool read_trylock(rwlock_t *lock)
{
	preempt_disable();
	if (likely(!(count_in(lock) & (WRITER | WAITS)))) {
		if (CHECK)
			lock_check_taken(&lock->info,
					 __builtin_return_address(0));
		return true;
	}
	count_out(lock);
	preempt_enable();
	return false;
}

bool write_trylock(rwlock_t *lock)
{
	preempt_disable();
	if (likely(become_writer(lock, 0))) {
		if (CHECK)
			lock_check_taken(&lock->info,
					 __builtin_return_address(0));
		return true;
	}
	preempt_enable();
	return false;
}

/* Releases the lock for `caller`. */
static void read_leave(rwlock_t *lock, const void *caller)
{
	if (CHECK)
		lock_check_released(&lock->info, caller);
	count_out(lock);
}

/* The count may include readers that are about to subtract themselves. */
static void write_leave(rwlock_t *lock, const void *caller)
{
	if (CHECK)
		lock_check_released(&lock->info, caller);
	__atomic_fetch_sub(&lock->count, WRITER, __ATOMIC_RELEASE);
}

void read_unlock_in_section(rwlock_t *lock)
{
	read_leave(lock, __builtin_return_address(0));
}

void write_unlock_in_section(rwlock_t *lock)
{
	write_leave(lock, __builtin_return_address(0));
}

void read_unlock(rwlock_t *lock)
{
	read_leave(lock, __builtin_return_address(0));
	preempt_enable();
}

void write_unlock(rwlock_t *lock)
{
	write_leave(lock, __builtin_return_address(0));
	preempt_enable();
}
