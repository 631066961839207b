/* SPDX-License-Identifier: MIT */
/* Division, rounded. */
#ifndef LINUX_MATH_H
#define LINUX_MATH_H

#include <linux/types.h>
#include <linux/align.h>

#define DIV_ROUND_UP(n, d)	 ((n) / (d) + ((n) % (d) != 0))
#define DIV_ROUND_UP_ULL(n, d)	 DIV_ROUND_UP((unsigned long long)(n), (d))
#define DIV_ROUND_DOWN_ULL(n, d) ((unsigned long long)(n) / (d))

/* To the nearest; halves away from 0. */
#define DIV_ROUND_CLOSEST(n, d)                            \
	({                                                 \
		__typeof__(n) n_ = (n);                    \
		__typeof__(d) d_ = (d);                    \
		(n_ < 0) == (d_ < 0) ? (n_ + d_ / 2) / d_  \
				     : (n_ - d_ / 2) / d_; \
	})

/* To multiples of any number. */
#define roundup(x, y)	(DIV_ROUND_UP(x, y) * (y))
#define rounddown(x, y) ((x) / (y) * (y))

/* x * n / d, without the overflow of x * n. */
#define mult_frac(x, n, d)                             \
	({                                             \
		__typeof__(x) x_ = (x);                \
		x_ / (d) * (n) + x_ % (d) * (n) / (d); \
	})

#define abs(x)                            \
	({                                \
		__typeof__(x) abs_ = (x); \
		abs_ < 0 ? -abs_ : abs_;  \
	})
#define abs_diff(a, b)                       \
	({                                   \
		__typeof__(a) p_ = (a);      \
		__typeof__(b) q_ = (b);      \
		p_ > q_ ? p_ - q_ : q_ - p_; \
	})

#endif
