/* SPDX-License-Identifier: MIT */
/* Words that several CPUs change, and the order in which they see it.
 *
 *	static atomic_t users = ATOMIC_INIT(1);
 *
 *	if (atomic_dec_and_test(&users))
 *		free_it();
 *
 * As in Linux: operations that return a value order everything before and
 * after them, the others order nothing. Any context. */
#ifndef KERNEL_ATOMIC_H
#define KERNEL_ATOMIC_H

#include "kernel/compiler.h"
#include "kernel/types.h"

typedef struct {
	int counter;
} atomic_t;

#define ATOMIC_INIT(n) INITIALIZER(n)

static inline int atomic_read(const atomic_t *v)
{
	return READ_ONCE(v->counter);
}

static inline void atomic_set(atomic_t *v, int n)
{
	WRITE_ONCE(v->counter, n);
}

static inline void atomic_add(int n, atomic_t *v)
{
	__atomic_fetch_add(&v->counter, n, __ATOMIC_RELAXED);
}

static inline void atomic_inc(atomic_t *v)
{
	atomic_add(1, v);
}

static inline void atomic_dec(atomic_t *v)
{
	atomic_add(-1, v);
}

static inline int atomic_add_return(int n, atomic_t *v)
{
	return __atomic_add_fetch(&v->counter, n, __ATOMIC_SEQ_CST);
}

static inline int atomic_inc_return(atomic_t *v)
{
	return atomic_add_return(1, v);
}

static inline bool atomic_dec_and_test(atomic_t *v)
{
	return !atomic_add_return(-1, v);
}

/* Stores `to` if the value is `from`; returns what it was. */
static inline int atomic_cmpxchg(atomic_t *v, int from, int to)
{
	__atomic_compare_exchange_n(&v->counter, &from, to, false,
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	return from;
}

static inline int atomic_xchg(atomic_t *v, int n)
{
	return __atomic_exchange_n(&v->counter, n, __ATOMIC_SEQ_CST);
}

/* ---- Order --------------------------------------------------------------- */

/* All accesses before it come before all accesses after it, as every CPU sees
 * it. An x86 CPU keeps this order by itself but for one case: a store may pass
 * a later load. A locked operation keeps it (SDM vol. 3, 8.2.3). */
#define smp_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)

/* A load that nothing later overtakes, a store that overtakes nothing: these
 * only hold the compiler back. */
#define smp_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

#endif
