/* SPDX-License-Identifier: MIT */
/* Searching and changing arrays of bits. See kernel/bitops.h, kernel/bitmap.h.
 *
 * A search goes by words. Bits before the first are masked; a bit found behind
 * the last is ignored. */
#include "kernel/bitmap.h"

/* The first bit from `from` on that is set in the array, each of whose words is
 * first exchanged with `flip`: 0, or ~0 to find clear bits. */
static unsigned long find_next(const unsigned long *map, unsigned long bits,
			       unsigned long from, unsigned long flip)
{
	unsigned long mask = ~0ul << from % BITS_PER_LONG, word;

	for (unsigned long i = BIT_WORD(from); i * BITS_PER_LONG < bits; i++) {
		word = (map[i] ^ flip) & mask;
		if (word)
			return min(i * BITS_PER_LONG + __ffs(word), bits);
		mask = ~0ul;
	}
	return bits;
}

unsigned long find_next_bit(const unsigned long *map, unsigned long bits,
			    unsigned long from)
{
	return find_next(map, bits, from, 0);
}

unsigned long find_next_zero_bit(const unsigned long *map, unsigned long bits,
				 unsigned long from)
{
	return find_next(map, bits, from, ~0ul);
}

unsigned long find_last_bit(const unsigned long *map, unsigned long bits)
{
	for (unsigned long n = bits; n-- > 0;)
		if (test_bit(n, map))
			return n;
	return bits;
}

void bitmap_set(unsigned long *map, unsigned start, unsigned count)
{
	for (unsigned n = start; n < start + count; n++)
		__set_bit(n, map);
}

void bitmap_clear(unsigned long *map, unsigned start, unsigned count)
{
	for (unsigned n = start; n < start + count; n++)
		__clear_bit(n, map);
}

unsigned bitmap_weight(const unsigned long *map, unsigned bits)
{
	unsigned weight = 0;
	unsigned long n;

	for_each_set_bit(n, map, bits)
		weight++;
	return weight;
}

unsigned long bitmap_find_next_zero_area(unsigned long *map, unsigned long bits,
					 unsigned long start, unsigned count,
					 unsigned long mask)
{
	unsigned long first, taken;

	for (;;) {
		first = find_next_zero_bit(map, bits, start);
		first = (first + mask) & ~mask;
		if (first + count > bits)
			return first + count;
		taken = find_next_bit(map, first + count, first);
		if (taken == first + count)
			return first;
		start = taken + 1;
	}
}
