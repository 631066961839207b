/* SPDX-License-Identifier: MIT */
/* Bits of words and of arrays of words: bit n of an array is bit n % 32 of word
 * n / 32.
 *
 *	static DECLARE_BITMAP(taken, 64);
 *
 *	if (!test_and_set_bit(slot, taken))
 *		...				the slot was free, and is ours
 *
 * Operations on bits are atomic. Those that return the old value order all
 * accesses before and after them. The forms with __ are not atomic, for words
 * that no other code changes at the same time. The classic mistake is a lock of
 * test_and_set_bit() and clear_bit(): clear_bit() orders nothing. Use
 * clear_bit_unlock().
 *
 * Names and behaviour are those of Linux. Any context. */
#ifndef KERNEL_BITOPS_H
#define KERNEL_BITOPS_H

#include "kernel/compiler.h"
#include "kernel/types.h"

#define BITS_PER_BYTE		   8
#define BITS_PER_LONG		   (8 * (unsigned)sizeof(long))
#define BITS_TO_LONGS(n)	   (((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define BIT_WORD(n)		   ((n) / BITS_PER_LONG)
#define BIT_MASK(n)		   (1ul << ((n) % BITS_PER_LONG))
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]

/* ---- One bit ------------------------------------------------------------- */

static inline bool test_bit(unsigned long n, const volatile unsigned long *map)
{
	return map[BIT_WORD(n)] & BIT_MASK(n);
}

static inline void set_bit(unsigned long n, volatile unsigned long *map)
{
	__atomic_fetch_or(map + BIT_WORD(n), BIT_MASK(n), __ATOMIC_RELAXED);
}

static inline void clear_bit(unsigned long n, volatile unsigned long *map)
{
	__atomic_fetch_and(map + BIT_WORD(n), ~BIT_MASK(n), __ATOMIC_RELAXED);
}

static inline void change_bit(unsigned long n, volatile unsigned long *map)
{
	__atomic_fetch_xor(map + BIT_WORD(n), BIT_MASK(n), __ATOMIC_RELAXED);
}

/* Returns the old value of the bit. */
static inline bool test_and_set_bit(unsigned long n,
				    volatile unsigned long *map)
{
	return __atomic_fetch_or(map + BIT_WORD(n), BIT_MASK(n),
				 __ATOMIC_SEQ_CST) &
	       BIT_MASK(n);
}

static inline bool test_and_clear_bit(unsigned long n,
				      volatile unsigned long *map)
{
	return __atomic_fetch_and(map + BIT_WORD(n), ~BIT_MASK(n),
				  __ATOMIC_SEQ_CST) &
	       BIT_MASK(n);
}

static inline bool test_and_change_bit(unsigned long n,
				       volatile unsigned long *map)
{
	return __atomic_fetch_xor(map + BIT_WORD(n), BIT_MASK(n),
				  __ATOMIC_SEQ_CST) &
	       BIT_MASK(n);
}

/* A bit as a lock: accesses between the two calls stay between them. */
static inline bool test_and_set_bit_lock(unsigned long n,
					 volatile unsigned long *map)
{
	return __atomic_fetch_or(map + BIT_WORD(n), BIT_MASK(n),
				 __ATOMIC_ACQUIRE) &
	       BIT_MASK(n);
}

static inline void clear_bit_unlock(unsigned long n,
				    volatile unsigned long *map)
{
	__atomic_fetch_and(map + BIT_WORD(n), ~BIT_MASK(n), __ATOMIC_RELEASE);
}

static inline void __set_bit(unsigned long n, unsigned long *map)
{
	map[BIT_WORD(n)] |= BIT_MASK(n);
}

static inline void __clear_bit(unsigned long n, unsigned long *map)
{
	map[BIT_WORD(n)] &= ~BIT_MASK(n);
}

static inline void __change_bit(unsigned long n, unsigned long *map)
{
	map[BIT_WORD(n)] ^= BIT_MASK(n);
}

static inline bool __test_and_set_bit(unsigned long n, unsigned long *map)
{
	bool was = test_bit(n, map);

	__set_bit(n, map);
	return was;
}

static inline bool __test_and_clear_bit(unsigned long n, unsigned long *map)
{
	bool was = test_bit(n, map);

	__clear_bit(n, map);
	return was;
}

/* ---- Positions in a word ------------------------------------------------- */

/* The lowest, highest set bit, from 0; undefined for 0. */
static inline unsigned long __ffs(unsigned long word)
{
	return (unsigned long)__builtin_ctzl(word);
}

static inline unsigned long __fls(unsigned long word)
{
	return BITS_PER_LONG - 1 - (unsigned long)__builtin_clzl(word);
}

/* The lowest clear bit, from 0; undefined for ~0. */
static inline unsigned long ffz(unsigned long word)
{
	return __ffs(~word);
}

/* The lowest, highest set bit, from 1; 0 for 0. */
static inline int ffs(int word)
{
	return __builtin_ffs(word);
}

static inline int fls(unsigned word)
{
	return word ? 32 - __builtin_clz(word) : 0;
}

static inline int fls64(uint64_t word)
{
	return word ? 64 - __builtin_clzll(word) : 0;
}

/* How many bits are set. */
static inline unsigned hweight32(uint32_t word)
{
	return (unsigned)__builtin_popcountl(word);
}

static inline unsigned hweight8(uint8_t word)
{
	return hweight32(word);
}

static inline unsigned hweight16(uint16_t word)
{
	return hweight32(word);
}

static inline unsigned hweight64(uint64_t word)
{
	return (unsigned)__builtin_popcountll(word);
}

static inline unsigned hweight_long(unsigned long word)
{
	return (unsigned)__builtin_popcountl(word);
}

/* Rotated by `n` bits. */
static inline uint32_t rol32(uint32_t word, unsigned n)
{
	return word << (n & 31) | word >> (-n & 31);
}

static inline uint32_t ror32(uint32_t word, unsigned n)
{
	return word >> (n & 31) | word << (-n & 31);
}

/* ---- Positions in an array ----------------------------------------------- */

/* The first set, clear bit from `from` on; `bits`, the array's length, if there
 * is none. find_last_bit(): the last, or `bits`. */
unsigned long find_next_bit(const unsigned long *map, unsigned long bits,
			    unsigned long from);
unsigned long find_next_zero_bit(const unsigned long *map, unsigned long bits,
				 unsigned long from);
unsigned long find_last_bit(const unsigned long *map, unsigned long bits);

static inline unsigned long find_first_bit(const unsigned long *map,
					   unsigned long bits)
{
	return find_next_bit(map, bits, 0);
}

static inline unsigned long find_first_zero_bit(const unsigned long *map,
						unsigned long bits)
{
	return find_next_zero_bit(map, bits, 0);
}

/* `n` is an unsigned long of the caller's. */
#define for_each_set_bit(n, map, bits)                          \
	for ((n) = find_first_bit((map), (bits)); (n) < (bits); \
	     (n) = find_next_bit((map), (bits), (n) + 1))
#define for_each_clear_bit(n, map, bits)                             \
	for ((n) = find_first_zero_bit((map), (bits)); (n) < (bits); \
	     (n) = find_next_zero_bit((map), (bits), (n) + 1))

#endif
