/* SPDX-License-Identifier: MIT */
/* Numbers spread over a range, by multiplication with the golden ratio (Knuth,
 * The Art of Computer Programming, vol. 3, 6.4). */
#ifndef LINUX_HASH_H
#define LINUX_HASH_H

#include <linux/types.h>

#define GOLDEN_RATIO_32 0x61C88647u
#define GOLDEN_RATIO_64 0x61C8864680B583EBull

static inline u32 hash_32(u32 value, unsigned bits)
{
	return value * GOLDEN_RATIO_32 >> (32 - bits);
}

static inline u32 hash_64(u64 value, unsigned bits)
{
	return (u32)(value * GOLDEN_RATIO_64 >> (64 - bits));
}

#define hash_long(value, bits) hash_32((u32)(value), bits)
#define hash_ptr(ptr, bits)    hash_32((u32)(uintptr_t)(ptr), bits)
#define hash_min(value, bits)                             \
	(sizeof(value) <= 4 ? hash_32((u32)(value), bits) \
			    : hash_64((u64)(value), bits))

#endif
