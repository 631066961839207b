/* SPDX-License-Identifier: MIT */
/* Extensions of the compiler: attributes, checks at build time, and a few
 * macros that every file uses. Nothing here depends on the machine: the file
 * compiles for the kernel and for hosted tests. */
#ifndef KERNEL_COMPILER_H
#define KERNEL_COMPILER_H

#include "arch/config.h"

MARK_CONFIG;

#define __noreturn	__attribute__((__noreturn__))
#define __packed	__attribute__((__packed__))
#define __aligned(n)	__attribute__((__aligned__(n)))
#define __section(name) __attribute__((__section__(name)))
#define __used		__attribute__((__used__))
#define __weak		__attribute__((__weak__))
#define __cold		__attribute__((__cold__))
#define __noinline	__attribute__((__noinline__))
/* Instead of `inline`, for functions whose return address must lie in the
 * caller. The C library of hosted tests defines the same. */
#undef __always_inline
#define __always_inline inline __attribute__((__always_inline__))
/* Arguments in registers, for functions that short inline ones call. 64-bit
 * hosted programs always pass them in registers, and GCC 16 warns about the
 * attribute there. */
#ifdef __i386__
#define __regparm __attribute__((__regparm__(3)))
#else
#define __regparm
#endif
#define __printf(f, a) __attribute__((format(printf, f, a)))

/* Keeps a variable in the order of the source. clang always does. */
#ifdef __clang__
#define __no_reorder
#else
#define __no_reorder __attribute__((__no_reorder__))
#endif

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define STATIC_ASSERT(cond) _Static_assert(cond, #cond)

/* The initializer of a structure or array. Macros for initializers use it,
 * because versions of clang-format differ about macros that begin with a brace.
 * cppcheck 2.10 does not expand it inside its own arguments: macros that others
 * nest have the brace, and clang-format is off there. */
/* clang-format off */
#define INITIALIZER(...) {__VA_ARGS__}
/* clang-format on */

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* The structure that `ptr`, the address of its `member`, lies in. */
#define container_of(ptr, type, member)                     \
	({                                                  \
		char *member_ = (char *)(ptr);              \
		(type *)(member_ - offsetof(type, member)); \
	})

/* Each evaluates its arguments once and refuses mixed types. */
#define min(a, b)                       \
	({                              \
		__typeof__(a) a_ = (a); \
		__typeof__(b) b_ = (b); \
		(void)(&a_ == &b_);     \
		a_ < b_ ? a_ : b_;      \
	})
#define max(a, b)                       \
	({                              \
		__typeof__(a) a_ = (a); \
		__typeof__(b) b_ = (b); \
		(void)(&a_ == &b_);     \
		a_ > b_ ? a_ : b_;      \
	})

/* Rounding to a power of two, in the type of `x`, so that a 64-bit address
 * is not cut by a 32-bit alignment. ALIGN wraps when the result does not
 * fit: callers that round a bound up check it. */
#define ALIGN_MASK(x, a) (-1 + (__typeof__(x))(a))
#define ALIGN_DOWN(x, a) ((x) & ~ALIGN_MASK(x, a))
#define ALIGN(x, a)	 ALIGN_DOWN((x) + ALIGN_MASK(x, a), a)
#define IS_ALIGNED(x, a) ((ALIGN_MASK(x, a) & (x)) == 0)

/* One access, which the compiler neither moves, repeats nor leaves out: for
 * words that another CPU, an interrupt or the hardware also reads or writes. */
#define READ_ONCE(x)	 (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))

/* The compiler moves no memory access across this. */
#define barrier() __asm__ volatile("" ::: "memory")

#endif
