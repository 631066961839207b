/* SPDX-License-Identifier: MIT */
/* Text in a buffer, from a format. Any context. */
#ifndef KERNEL_SPRINTF_H
#define KERNEL_SPRINTF_H

#include <stdarg.h>
#include <stddef.h>

#include "kernel/compiler.h"

/* Formats into `buf`, at most `size` bytes with the final NUL; returns what
 * the whole text would need without the NUL, as ISO C's function does.
 * Understands d i u x X o c s p % with the flags "-0+ #", width, precision
 * (also '*') and the sizes hh h l ll z t. After p:
 *   %p    a virtual address: eight digits with 0x; %pK too
 *   %px   the same without 0x
 *   %pa   a phys_addr_t, by reference: 0x and ten digits or more; %pap, %pad
 *   %pS   a code address as name+offset/size (number alone with no symbols);
 *         %pB a return address
 *   %ps   the same, the name alone
 *   %pe   an error pointer by name, as -ENOMEM; another as %p
 *   %*ph  as many bytes as the width says, 64 at most: "00 1f"; %*phC "00:1f",
 *         %*phD "00-1f", %*phN "001f"
 * An unknown conversion is printed as it stands. */
int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
	__printf(3, 0);
int snprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);

/* The same, but return what was written, without the NUL: size - 1 at most, as
 * Linux's. */
int vscnprintf(char *buf, size_t size, const char *fmt, va_list args)
	__printf(3, 0);
int scnprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);

/* Formats into a buffer that the caller knows to be large enough. */
int sprintf(char *buf, const char *fmt, ...) __printf(2, 3);

#endif
