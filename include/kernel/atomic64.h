/* SPDX-License-Identifier: MIT */
/* Words of 64 bits, and of a long, that several CPUs change. On this machine a
 * 64-bit access is two accesses of 32 bits. Only the compare-and-exchange of
 * eight bytes (SDM vol. 2, CMPXCHG8B) is one access, and all operations here
 * use it. Order as in kernel/atomic.h; any context. */
#ifndef KERNEL_ATOMIC64_H
#define KERNEL_ATOMIC64_H

#include "kernel/atomic.h"

typedef struct {
	long long counter;
} __aligned(8) atomic64_t;

#define ATOMIC64_INIT(n) INITIALIZER((n))

/* Stores `to` if the value is `from`; returns what it was. */
static inline long long atomic64_cmpxchg(atomic64_t *v, long long from,
					 long long to)
{
	return __sync_val_compare_and_swap(&v->counter, from, to);
}

/* Compares with 0 and stores 0: the value does not change, and is returned. */
static inline long long atomic64_read(const atomic64_t *v)
{
	return atomic64_cmpxchg((atomic64_t *)v, 0, 0);
}

static inline long long atomic64_xchg(atomic64_t *v, long long n)
{
	long long seen = v->counter, before;

	while ((before = atomic64_cmpxchg(v, seen, n)) != seen)
		seen = before;
	return seen;
}

static inline void atomic64_set(atomic64_t *v, long long n)
{
	atomic64_xchg(v, n);
}

static inline long long atomic64_fetch_add(long long n, atomic64_t *v)
{
	long long seen = v->counter, before;

	while ((before = atomic64_cmpxchg(v, seen, seen + n)) != seen)
		seen = before;
	return seen;
}

static inline long long atomic64_add_return(long long n, atomic64_t *v)
{
	return atomic64_fetch_add(n, v) + n;
}

static inline void atomic64_add(long long n, atomic64_t *v)
{
	atomic64_fetch_add(n, v);
}

static inline void atomic64_sub(long long n, atomic64_t *v)
{
	atomic64_fetch_add(-n, v);
}

static inline void atomic64_inc(atomic64_t *v)
{
	atomic64_fetch_add(1, v);
}

static inline void atomic64_dec(atomic64_t *v)
{
	atomic64_fetch_add(-1, v);
}

static inline long long atomic64_inc_return(atomic64_t *v)
{
	return atomic64_add_return(1, v);
}

static inline bool atomic64_dec_and_test(atomic64_t *v)
{
	return !atomic64_add_return(-1, v);
}

/* ---- A long -------------------------------------------------------------- */

typedef struct {
	long counter;
} atomic_long_t;

#define ATOMIC_LONG_INIT(n) INITIALIZER((n))

static inline long atomic_long_read(const atomic_long_t *v)
{
	return READ_ONCE(v->counter);
}

static inline void atomic_long_set(atomic_long_t *v, long n)
{
	WRITE_ONCE(v->counter, n);
}

static inline void atomic_long_add(long n, atomic_long_t *v)
{
	__atomic_fetch_add(&v->counter, n, __ATOMIC_RELAXED);
}

static inline void atomic_long_sub(long n, atomic_long_t *v)
{
	atomic_long_add(-n, v);
}

static inline void atomic_long_inc(atomic_long_t *v)
{
	atomic_long_add(1, v);
}

static inline void atomic_long_dec(atomic_long_t *v)
{
	atomic_long_add(-1, v);
}

static inline long atomic_long_add_return(long n, atomic_long_t *v)
{
	return __atomic_add_fetch(&v->counter, n, __ATOMIC_SEQ_CST);
}

static inline long atomic_long_inc_return(atomic_long_t *v)
{
	return atomic_long_add_return(1, v);
}

static inline bool atomic_long_dec_and_test(atomic_long_t *v)
{
	return !atomic_long_add_return(-1, v);
}

#endif
