/* SPDX-License-Identifier: MIT */
/* Spinlocks: waiting, and what CHECK=1 adds. See kernel/spinlock.h.
 *
 * A waiting CPU may have interrupts off. It would then not serve a TLB flush
 * that the holder of the lock requests, and both would wait for ever. Therefore
 * a waiting CPU polls for such requests. */
#include "kernel/spinlock.h"

#include "arch/cpu.h"
#include "arch/tlb.h"

void spin_wait(const spinlock_t *lock, uint16_t ticket)
{
	while (READ_ONCE(lock->serving) != ticket) {
		cpu_relax();
		flush_tlb_serve();
	}
}

void spin_lock_checked(spinlock_t *lock)
{
	const void *caller = __builtin_return_address(0);

	lock_check_before(&lock->info, caller);
	ticket_lock(lock);
	lock_check_taken(&lock->info, caller);
}

void spin_trylock_checked(spinlock_t *lock)
{
	lock_check_taken(&lock->info, __builtin_return_address(0));
}

void spin_unlock_checked(spinlock_t *lock)
{
	lock_check_released(&lock->info, __builtin_return_address(0));
}
