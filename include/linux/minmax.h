/* SPDX-License-Identifier: MIT */
/* The smaller and the larger. Each argument is evaluated once. */
#ifndef LINUX_MINMAX_H
#define LINUX_MINMAX_H

#include <linux/types.h>
#include "kernel/compiler.h"

#define min_t(type, a, b) min((type)(a), (type)(b))
#define max_t(type, a, b) max((type)(a), (type)(b))

#define min3(a, b, c)                              \
	({                                         \
		__typeof__(a) ab_ = min((a), (b)); \
		__typeof__(c) c_ = (c);            \
		(void)(&ab_ == &c_);               \
		ab_ < c_ ? ab_ : c_;               \
	})
#define max3(a, b, c)                              \
	({                                         \
		__typeof__(a) ab_ = max((a), (b)); \
		__typeof__(c) c_ = (c);            \
		(void)(&ab_ == &c_);               \
		ab_ > c_ ? ab_ : c_;               \
	})

/* The smaller of those that are not 0. */
#define min_not_zero(a, b)                                 \
	({                                                 \
		__typeof__(a) x_ = (a);                    \
		__typeof__(b) y_ = (b);                    \
		x_ == 0 ? y_ : y_ == 0 ? x_ : min(x_, y_); \
	})

/* The nearest to `value` that is in the range. */
#define clamp(value, low, high)                 \
	({                                      \
		__typeof__(value) v_ = (value); \
		__typeof__(low) l_ = (low);     \
		__typeof__(high) h_ = (high);   \
		(void)(&v_ == &l_);             \
		(void)(&v_ == &h_);             \
		v_<l_ ? l_ : v_> h_ ? h_ : v_;  \
	})
#define clamp_t(type, value, low, high) \
	clamp((type)(value), (type)(low), (type)(high))
#define clamp_val(value, low, high) clamp_t(__typeof__(value), value, low, high)

#define swap(a, b)                        \
	do {                              \
		__typeof__(a) tmp_ = (a); \
		(a) = (b);                \
		(b) = tmp_;               \
	} while (0)

#endif
