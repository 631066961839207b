/* SPDX-License-Identifier: MIT */
/* Division of 64 bits. */
#ifndef LINUX_MATH64_H
#define LINUX_MATH64_H

#include <linux/math.h>
#include <linux/types.h>

/* `n`, a variable, becomes the quotient; the remainder is the value. */
#define do_div(n, base)                              \
	({                                           \
		u32 base_ = (base);                  \
		u32 rest_ = (u32)((u64)(n) % base_); \
		(n) = (u64)(n) / base_;              \
		rest_;                               \
	})

static inline u64 div_u64_rem(u64 n, u32 d, u32 *rest)
{
	*rest = (u32)(n % d);
	return n / d;
}

static inline u64 div_u64(u64 n, u32 d)
{
	return n / d;
}

static inline u64 div64_u64(u64 n, u64 d)
{
	return n / d;
}

static inline s64 div_s64(s64 n, s32 d)
{
	return n / d;
}

static inline s64 div64_s64(s64 n, s64 d)
{
	return n / d;
}

#endif
