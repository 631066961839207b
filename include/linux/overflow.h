/* SPDX-License-Identifier: MIT */
/* Sums and products that may not fit: true, or SIZE_MAX, if so. */
#ifndef LINUX_OVERFLOW_H
#define LINUX_OVERFLOW_H

#include <linux/types.h>
#include <linux/limits.h>

#define check_add_overflow(a, b, sum)	  __builtin_add_overflow(a, b, sum)
#define check_sub_overflow(a, b, rest)	  __builtin_sub_overflow(a, b, rest)
#define check_mul_overflow(a, b, product) __builtin_mul_overflow(a, b, product)

static inline size_t size_mul(size_t a, size_t b)
{
	size_t bytes;

	return check_mul_overflow(a, b, &bytes) ? SIZE_MAX : bytes;
}

static inline size_t size_add(size_t a, size_t b)
{
	size_t bytes;

	return check_add_overflow(a, b, &bytes) ? SIZE_MAX : bytes;
}

#define array_size(n, size)	size_mul(n, size)
#define array3_size(a, b, size) size_mul(size_mul(a, b), size)

/* Of a structure that ends in an array of `n` elements. */
#define struct_size(p, member, n) \
	size_add(sizeof(*(p)), size_mul(n, sizeof((p)->member[0])))
#define flex_array_size(p, member, n) size_mul(n, sizeof((p)->member[0]))

#endif
