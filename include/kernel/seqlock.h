/* SPDX-License-Identifier: MIT */
/* Sequence counters: readers do not lock; they read again if a writer came in
 * between.
 *
 *	do {
 *		seq = read_seqbegin(&clock.lock);
 *		now = clock.time;
 *	} while (read_seqretry(&clock.lock, seq));
 *
 * The count is odd while a writer writes. The classic mistake is to follow a
 * pointer in the loop: the writer may have freed what it points to.
 *
 * Users of seqcount_t must ensure that there is one writer at a time, with
 * preemption off; seqlock_t has a spinlock for that. Context: any but NMI. If
 * an interrupt handler reads or writes, writers turn interrupts off. Names and
 * behaviour are those of Linux. */
#ifndef KERNEL_SEQLOCK_H
#define KERNEL_SEQLOCK_H

#include "arch/cpu.h"
#include "kernel/atomic.h"
#include "kernel/spinlock.h"

typedef struct {
	unsigned sequence;
} seqcount_t;

#define SEQCNT_ZERO(name) INITIALIZER(0)

static inline void seqcount_init(seqcount_t *s)
{
	s->sequence = 0;
}

/* Waits for a writer, if there is one: for as long as it writes. */
static inline unsigned read_seqcount_begin(const seqcount_t *s)
{
	unsigned seq;

	while ((seq = smp_load_acquire(&s->sequence)) & 1)
		cpu_relax();
	return seq;
}

/* Whether a writer came since then, so that the values read may not belong
 * together. */
static inline bool read_seqcount_retry(const seqcount_t *s, unsigned seq)
{
	smp_rmb();
	return READ_ONCE(s->sequence) != seq;
}

static inline void write_seqcount_begin(seqcount_t *s)
{
	WRITE_ONCE(s->sequence, s->sequence + 1);
	smp_wmb();
}

static inline void write_seqcount_end(seqcount_t *s)
{
	smp_store_release(&s->sequence, s->sequence + 1);
}

typedef struct {
	seqcount_t seqcount;
	spinlock_t lock;
} seqlock_t;

#define DEFINE_SEQLOCK(name, ...)                                     \
	seqlock_t name = {                                            \
		.lock = SPINLOCK_INIT(#name, LOCK_RANK(__VA_ARGS__)), \
	}
#define seqlock_init(s) ((void)(*(s) = (seqlock_t){.seqcount = {0}}))

static inline unsigned read_seqbegin(const seqlock_t *s)
{
	return read_seqcount_begin(&s->seqcount);
}

static inline bool read_seqretry(const seqlock_t *s, unsigned seq)
{
	return read_seqcount_retry(&s->seqcount, seq);
}

static inline void write_seqlock(seqlock_t *s)
{
	spin_lock(&s->lock);
	write_seqcount_begin(&s->seqcount);
}

static inline void write_sequnlock(seqlock_t *s)
{
	write_seqcount_end(&s->seqcount);
	spin_unlock(&s->lock);
}

#define write_seqlock_irqsave(s, flags)               \
	do {                                          \
		spin_lock_irqsave(&(s)->lock, flags); \
		write_seqcount_begin(&(s)->seqcount); \
	} while (0)
#define write_sequnlock_irqrestore(s, flags)               \
	do {                                               \
		write_seqcount_end(&(s)->seqcount);        \
		spin_unlock_irqrestore(&(s)->lock, flags); \
	} while (0)

#endif
