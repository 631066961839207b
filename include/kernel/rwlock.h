/* SPDX-License-Identifier: MIT */
/* Reader-writer spinlocks: many readers at once, or one writer.
 *
 *	static DEFINE_RWLOCK(table_lock);
 *
 *	read_lock(&table_lock);		write_lock(&table_lock);
 *	...				...
 *	read_unlock(&table_lock);	write_unlock(&table_lock);
 *
 * Readers and writers are served in the order of asking: a reader that comes
 * after a waiting writer waits, too. A reader in an interrupt handler waits
 * only for a writer that holds the lock. Therefore, if handlers take the lock
 * as readers only, a task may take it as a reader with interrupts on.
 *
 * The classic mistakes, which CHECK=1 reports: to take it twice as a reader in
 * one task (the second waits for a waiting writer, which waits for the first);
 * to take it as a writer with interrupts on, if a handler takes it as a reader;
 * and those of spinlocks.
 *
 * Between the two calls preemption is off. Context: any but NMI. Names and
 * behaviour are those of Linux (qrwlock); a rank may be added, as for
 * spinlocks. */
#ifndef KERNEL_RWLOCK_H
#define KERNEL_RWLOCK_H

#include "kernel/spinlock.h"

typedef struct rwlock {
	uint32_t count;	  /* see kernel/lock/rwlock.c */
	spinlock_t queue; /* of those that wait; not checked */
	struct lock_info info;
	struct lock_reads reads; /* CHECK=1 */
} rwlock_t;

#define RWLOCK_INIT(name, rank_)                      \
	INITIALIZER(.count = 0, .queue = {.both = 0}, \
		    .info = LOCK_INFO(#name, rank_))
#define DEFINE_RWLOCK(name, ...) \
	rwlock_t name = RWLOCK_INIT(name, LOCK_RANK(__VA_ARGS__))

/* Makes a free lock at run time; the expression is its name. */
#define rwlock_init(lock) \
	((void)(*(lock) = (rwlock_t)RWLOCK_INIT(lock, RANK_NONE)))

void read_lock(rwlock_t *lock);
void read_unlock(rwlock_t *lock);
void write_lock(rwlock_t *lock);
void write_unlock(rwlock_t *lock);

/* Take the lock if that is possible without waiting; true if it was taken. */
bool read_trylock(rwlock_t *lock);
bool write_trylock(rwlock_t *lock);

/* Release the lock and keep preemption off: see spin_unlock_in_section(). */
void read_unlock_in_section(rwlock_t *lock);
void write_unlock_in_section(rwlock_t *lock);

/* With interrupts off in between. */
#define read_lock_irqsave(lock, flags) \
	do {                           \
		local_irq_save(flags); \
		read_lock(lock);       \
	} while (0)
#define write_lock_irqsave(lock, flags) \
	do {                            \
		local_irq_save(flags);  \
		write_lock(lock);       \
	} while (0)

#define read_unlock_irqrestore(lock, flags)   \
	do {                                  \
		read_unlock_in_section(lock); \
		local_irq_restore(flags);     \
		preempt_enable();             \
	} while (0)
#define write_unlock_irqrestore(lock, flags)   \
	do {                                   \
		write_unlock_in_section(lock); \
		local_irq_restore(flags);      \
		preempt_enable();              \
	} while (0)

/* The same where interrupts are known to be on before. */
#define read_lock_irq(lock)          \
	do {                         \
		local_irq_disable(); \
		read_lock(lock);     \
	} while (0)
#define write_lock_irq(lock)         \
	do {                         \
		local_irq_disable(); \
		write_lock(lock);    \
	} while (0)

#define read_unlock_irq(lock)                 \
	do {                                  \
		read_unlock_in_section(lock); \
		local_irq_enable();           \
		preempt_enable();             \
	} while (0)
#define write_unlock_irq(lock)                 \
	do {                                   \
		write_unlock_in_section(lock); \
		local_irq_enable();            \
		preempt_enable();              \
	} while (0)

#endif
