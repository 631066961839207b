/* SPDX-License-Identifier: MIT */
/* Spinlocks: ticket locks, served in the order of asking.
 *
 *	static DEFINE_SPINLOCK(pool_lock, RANK_KMAP);
 *
 *	spin_lock_irqsave(&pool_lock, flags);
 *	...
 *	spin_unlock_irqrestore(&pool_lock, flags);
 *
 *	next      the ticket that the next to ask gets
 *	serving   the ticket whose turn it is; the lock is free if they agree
 *
 * And the classic mistakes, which CHECK=1 reports: to take a lock that an
 * interrupt handler also takes without keeping interrupts off; to take two in
 * different orders; to take one twice; to sleep with one.
 *
 * Between the two calls preemption is off. Context: any but NMI. */
#ifndef KERNEL_SPINLOCK_H
#define KERNEL_SPINLOCK_H

#include "kernel/lock_check.h"
#include "kernel/preempt.h"

typedef struct spinlock {
	union {
		uint32_t both;
		struct {
			uint16_t serving, next;
		};
	};
	struct lock_info info;
} spinlock_t;

/* clang-format off */
#define SPINLOCK_INIT(name, rank) {.both = 0, .info = LOCK_INFO(name, rank)}
/* clang-format on */
/* DEFINE_SPINLOCK(var, rank); without a rank as in Linux. */
#define DEFINE_SPINLOCK(var, ...) \
	spinlock_t var = SPINLOCK_INIT(#var, LOCK_RANK(__VA_ARGS__))

/* Makes a free lock at run time; `name` stays. spin_lock_init(lock) is Linux's:
 * the lock has no rank, and the expression is its name. */
#define spin_lock_init(lock) spin_lock_init_ranked(lock, #lock, RANK_NONE)
static inline void spin_lock_init_ranked(spinlock_t *lock, const char *name,
					 enum lock_rank rank)
{
	*lock = (spinlock_t)SPINLOCK_INIT(name, rank);
}

/* Waits for the turn of `ticket`, while serving other CPUs' flushes. */
void spin_wait(const spinlock_t *lock, uint16_t ticket);

/* The checking forms of CHECK=1. They record their return address, so the
 * functions that call them are always inline. */
void spin_lock_checked(spinlock_t *lock);
void spin_unlock_checked(spinlock_t *lock);
void spin_trylock_checked(spinlock_t *lock);

/* The lock alone. */
static inline void ticket_lock(spinlock_t *lock)
{
	uint16_t ticket = __atomic_fetch_add(&lock->next, 1, __ATOMIC_ACQUIRE);

	if (unlikely(READ_ONCE(lock->serving) != ticket))
		spin_wait(lock, ticket);
	barrier();
}

static inline void ticket_unlock(spinlock_t *lock)
{
	barrier();
	lock->serving++; /* one store, which x86 keeps behind all before it */
	barrier();
}

static inline bool ticket_trylock(spinlock_t *lock)
{
	uint32_t seen = READ_ONCE(lock->both);

	return (uint16_t)seen == seen >> 16 &&
	       __atomic_compare_exchange_n(&lock->both, &seen, seen + 0x10000,
					   false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

static __always_inline void spin_lock(spinlock_t *lock)
{
	preempt_disable();
	if (CHECK)
		spin_lock_checked(lock);
	else
		ticket_lock(lock);
}

static __always_inline void spin_unlock(spinlock_t *lock)
{
	if (CHECK)
		spin_unlock_checked(lock);
	ticket_unlock(lock);
	preempt_enable();
}

/* Takes the lock if it is free; never waits. */
static __always_inline bool spin_trylock(spinlock_t *lock)
{
	preempt_disable();
	if (likely(ticket_trylock(lock))) {
		if (CHECK)
			spin_trylock_checked(lock);
		return true;
	}
	preempt_enable();
	return false;
}

static inline bool spin_is_locked(const spinlock_t *lock)
{
	uint32_t seen = READ_ONCE(lock->both);

	return (uint16_t)seen != seen >> 16;
}

/* With interrupts off in between: for locks that handlers take, too. */
#define spin_lock_irqsave(lock, flags) \
	do {                           \
		local_irq_save(flags); \
		spin_lock(lock);       \
	} while (0)

#define spin_unlock_irqrestore(lock, flags)   \
	do {                                  \
		spin_unlock_in_section(lock); \
		local_irq_restore(flags);     \
		preempt_enable();             \
	} while (0)

/* The same if interrupts are known to be on before. */
#define spin_lock_irq(lock)          \
	do {                         \
		local_irq_disable(); \
		spin_lock(lock);     \
	} while (0)

#define spin_unlock_irq(lock)                 \
	do {                                  \
		spin_unlock_in_section(lock); \
		local_irq_enable();           \
		preempt_enable();             \
	} while (0)

/* Releases the lock and keeps preemption off. The caller turns interrupts on
 * before preemption: in the other order, a pending switch would wait for the
 * next interrupt. */
static __always_inline void spin_unlock_in_section(spinlock_t *lock)
{
	if (CHECK)
		spin_unlock_checked(lock);
	ticket_unlock(lock);
}

#endif
