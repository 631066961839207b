/* SPDX-License-Identifier: MIT */
/* Powers of two. Constants give constants. Names and behaviour are those of
 * Linux. Any context. */
#ifndef KERNEL_LOG2_H
#define KERNEL_LOG2_H

#include "kernel/types.h"

/* 0 is no power of two. */
static inline bool is_power_of_2(unsigned long n)
{
	return n && !(n & (n - 1));
}

/* The exponent of the largest power of two up to `n`; `n` is not 0. */
#define ilog2(n) (63 - __builtin_clzll((unsigned long long)(n)))

/* The exponent of the smallest power of two from `n` on; `n` is not 0. */
#define order_base_2(n) ((n) > 1 ? ilog2(-1 + (n)) + 1 : 0)

#define roundup_pow_of_two(n)	(1ul << order_base_2(n))
#define rounddown_pow_of_two(n) (1ul << ilog2(n))

#endif
