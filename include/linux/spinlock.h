/* SPDX-License-Identifier: MIT */
/* Spinlocks. There are no softirqs: timers fire in the interrupt, so what a
 * timer function takes is taken elsewhere with spin_lock_irqsave(). */
#ifndef LINUX_SPINLOCK_H
#define LINUX_SPINLOCK_H

#include <linux/kernel.h>
#include <linux/types.h>
#include <linux/lockdep.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include "kernel/rwlock.h"
#include "kernel/spinlock.h"

#define __SPIN_LOCK_UNLOCKED(name) (spinlock_t) SPINLOCK_INIT(#name, RANK_NONE)

/* The level of nesting is for Linux's lockdep. */
#define spin_lock_nested(lock, level) ((void)(level), spin_lock(lock))
#define spin_lock_irqsave_nested(lock, flags, level) \
	spin_lock_irqsave(lock, flags)

#define spin_trylock_irqsave(lock, flags)         \
	({                                        \
		bool got_;                        \
                                                  \
		local_irq_save(flags);            \
		got_ = spin_trylock(lock);        \
		if (!got_)                        \
			local_irq_restore(flags); \
		got_;                             \
	})
#define spin_trylock_irq(lock)              \
	({                                  \
		bool got_;                  \
                                            \
		local_irq_disable();        \
		got_ = spin_trylock(lock);  \
		if (!got_)                  \
			local_irq_enable(); \
		got_;                       \
	})

#define assert_spin_locked(lock) BUG_ON(!spin_is_locked(lock))

/* Locks that spin also where Linux lets others sleep: here all do. */
typedef spinlock_t raw_spinlock_t;
#define DEFINE_RAW_SPINLOCK		   DEFINE_SPINLOCK
#define raw_spin_lock_init		   spin_lock_init
#define raw_spin_lock			   spin_lock
#define raw_spin_unlock			   spin_unlock
#define raw_spin_trylock		   spin_trylock
#define raw_spin_lock_irq		   spin_lock_irq
#define raw_spin_unlock_irq		   spin_unlock_irq
#define raw_spin_lock_irqsave(lock, flags) spin_lock_irqsave(lock, flags)
#define raw_spin_unlock_irqrestore(l, f)   spin_unlock_irqrestore(l, f)

#endif
