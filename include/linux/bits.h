/* SPDX-License-Identifier: MIT */
/* Masks. */
#ifndef LINUX_BITS_H
#define LINUX_BITS_H

#include <linux/types.h>
#include <linux/const.h>
#include "kernel/bitops.h"

#define BIT(n)		   (1ul << (n))
#define BIT_ULL(n)	   (1ull << (n))
#define BITS_PER_LONG_LONG 64

/* Bits `high` to `low`, both included. */
#define GENMASK(high, low) \
	(~0ul << (low) & ~0ul >> (BITS_PER_LONG - 1 - (high)))
#define GENMASK_ULL(high, low) (~0ull << (low) & ~0ull >> (63 - (high)))

#endif
