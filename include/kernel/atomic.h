/* SPDX-License-Identifier: MIT */
/* Words that several CPUs change, and the order in which they see it.
 *
 *	static atomic_t users = ATOMIC_INIT(1);
 *
 *	if (atomic_dec_and_test(&users))
 *		free_it();
 *
 * As in Linux: operations that return a value order all accesses before and
 * after them; the others order nothing. Any context. */
#ifndef KERNEL_ATOMIC_H
#define KERNEL_ATOMIC_H

#include "kernel/compiler.h"
#include "kernel/types.h"

typedef struct {
	int counter;
} atomic_t;

/* clang-format off */
#define ATOMIC_INIT(n) {n}
/* clang-format on */

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

static inline void atomic_sub(int n, atomic_t *v)
{
	atomic_add(-n, v);
}

/* Bits of the word. */
static inline void atomic_or(int bits, atomic_t *v)
{
	__atomic_fetch_or(&v->counter, bits, __ATOMIC_RELAXED);
}

static inline void atomic_and(int bits, atomic_t *v)
{
	__atomic_fetch_and(&v->counter, bits, __ATOMIC_RELAXED);
}

static inline void atomic_xor(int bits, atomic_t *v)
{
	__atomic_fetch_xor(&v->counter, bits, __ATOMIC_RELAXED);
}

static inline void atomic_andnot(int bits, atomic_t *v)
{
	atomic_and(~bits, v);
}

/* The value before. */
static inline int atomic_fetch_add(int n, atomic_t *v)
{
	return __atomic_fetch_add(&v->counter, n, __ATOMIC_SEQ_CST);
}

static inline int atomic_fetch_sub(int n, atomic_t *v)
{
	return __atomic_fetch_sub(&v->counter, n, __ATOMIC_SEQ_CST);
}

static inline int atomic_fetch_or(int bits, atomic_t *v)
{
	return __atomic_fetch_or(&v->counter, bits, __ATOMIC_SEQ_CST);
}

static inline int atomic_fetch_and(int bits, atomic_t *v)
{
	return __atomic_fetch_and(&v->counter, bits, __ATOMIC_SEQ_CST);
}

static inline int atomic_fetch_xor(int bits, atomic_t *v)
{
	return __atomic_fetch_xor(&v->counter, bits, __ATOMIC_SEQ_CST);
}

static inline int atomic_fetch_inc(atomic_t *v)
{
	return atomic_fetch_add(1, v);
}

static inline int atomic_fetch_dec(atomic_t *v)
{
	return atomic_fetch_sub(1, v);
}

/* The value after. */
static inline int atomic_add_return(int n, atomic_t *v)
{
	return __atomic_add_fetch(&v->counter, n, __ATOMIC_SEQ_CST);
}

static inline int atomic_inc_return(atomic_t *v)
{
	return atomic_add_return(1, v);
}

static inline int atomic_sub_return(int n, atomic_t *v)
{
	return atomic_add_return(-n, v);
}

static inline int atomic_dec_return(atomic_t *v)
{
	return atomic_add_return(-1, v);
}

/* Whether the value after is 0; is negative. */
static inline bool atomic_sub_and_test(int n, atomic_t *v)
{
	return !atomic_sub_return(n, v);
}

static inline bool atomic_inc_and_test(atomic_t *v)
{
	return !atomic_add_return(1, v);
}

static inline bool atomic_add_negative(int n, atomic_t *v)
{
	return atomic_add_return(n, v) < 0;
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

/* Stores `to` if the value is `*from`; else `*from` becomes the value, and the
 * result is false. */
static inline bool atomic_try_cmpxchg(atomic_t *v, int *from, int to)
{
	return __atomic_compare_exchange_n(&v->counter, from, to, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/* Adds `n` unless the value is `unless`; returns the value before. */
static inline int atomic_fetch_add_unless(atomic_t *v, int n, int unless)
{
	int seen = atomic_read(v);

	while (seen != unless && !atomic_try_cmpxchg(v, &seen, seen + n))
		;
	return seen;
}

static inline bool atomic_add_unless(atomic_t *v, int n, int unless)
{
	return atomic_fetch_add_unless(v, n, unless) != unless;
}

static inline bool atomic_inc_not_zero(atomic_t *v)
{
	return atomic_add_unless(v, 1, 0);
}

/* Subtracts 1 if the result is 0 or more; returns the result, also if it is
 * negative and not stored. */
static inline int atomic_dec_if_positive(atomic_t *v)
{
	int seen = atomic_read(v);

	while (seen > 0 && !atomic_try_cmpxchg(v, &seen, seen - 1))
		;
	return seen - 1;
}

static inline int atomic_xchg(atomic_t *v, int n)
{
	return __atomic_exchange_n(&v->counter, n, __ATOMIC_SEQ_CST);
}

/* ---- Order --------------------------------------------------------------- */

/* Orders all accesses before it before all accesses after it, for every CPU. An
 * x86 CPU keeps this order by itself except in one case: a load may be done
 * before an earlier store. A locked operation prevents that (SDM vol. 3,
 * 8.2.3). */
#define smp_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)

/* A load that stays before all later accesses; a store that stays after all
 * earlier ones. On x86 they only restrict the compiler. */
#define smp_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

/* Loads stay in order among loads, and stores among stores. */
#define smp_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)

/* A store that stays before all later loads. */
#define smp_store_mb(var, value) \
	((void)__atomic_exchange_n(&(var), value, __ATOMIC_SEQ_CST))

/* ---- Any word ------------------------------------------------------------ */

/* Stores `to` in `*p` if that holds `from`; stores `v`. Both return what it
 * held. */
#define cmpxchg(p, from, to)                                      \
	({                                                        \
		__typeof__(*(p)) seen_ = (from);                  \
		__atomic_compare_exchange_n(p, &seen_, to, false, \
					    __ATOMIC_SEQ_CST,     \
					    __ATOMIC_SEQ_CST);    \
		seen_;                                            \
	})
#define xchg(p, v) __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)

#endif
