/* SPDX-License-Identifier: MIT */
/* Arrays of bits as a whole. Bits behind the last, in the last word, have no
 * meaning: they may have any value before and after. Not atomic. Names and
 * behaviour are those of Linux. Any context. */
#ifndef KERNEL_BITMAP_H
#define KERNEL_BITMAP_H

#include "kernel/bitops.h"
#include "kernel/string.h"

/* All bits. */
static inline void bitmap_zero(unsigned long *map, unsigned bits)
{
	memset(map, 0, BITS_TO_LONGS(bits) * sizeof(*map));
}

static inline void bitmap_fill(unsigned long *map, unsigned bits)
{
	memset(map, 0xff, BITS_TO_LONGS(bits) * sizeof(*map));
}

static inline void bitmap_copy(unsigned long *to, const unsigned long *from,
			       unsigned bits)
{
	memcpy(to, from, BITS_TO_LONGS(bits) * sizeof(*to));
}

/* `count` bits from `start` on. */
void bitmap_set(unsigned long *map, unsigned start, unsigned count);
void bitmap_clear(unsigned long *map, unsigned start, unsigned count);

/* How many bits are set. */
unsigned bitmap_weight(const unsigned long *map, unsigned bits);

static inline bool bitmap_empty(const unsigned long *map, unsigned bits)
{
	return find_first_bit(map, bits) >= bits;
}

static inline bool bitmap_full(const unsigned long *map, unsigned bits)
{
	return find_first_zero_bit(map, bits) >= bits;
}

/* The first place from `start` on where `count` bits are clear, at a multiple
 * of `mask` + 1; a number over `bits` if there is none. */
unsigned long bitmap_find_next_zero_area(unsigned long *map, unsigned long bits,
					 unsigned long start, unsigned count,
					 unsigned long mask);

#endif
