/* SPDX-License-Identifier: MIT */
/* Declarations that the parts of vsnprintf() share: kernel/lib/format.c, which
 * explains it, and kernel/lib/format_pointer.c. Other code includes
 * kernel/sprintf.h. */
#ifndef KERNEL_FORMAT_H
#define KERNEL_FORMAT_H

#include <stdarg.h>

#include "kernel/types.h"

/* One call's work. The list is inside a structure because va_list is an array
 * on some machines, and an array's address changes type when it is passed. */
struct output {
	char *buf;
	size_t size; /* of `buf`, with the place of the NUL */
	size_t len;  /* bytes produced so far, INT_MAX at most */
	va_list args;
};

/* Where the argument's size is read from the format. */
enum size {
	SIZE_CHAR,
	SIZE_SHORT,
	SIZE_INT,
	SIZE_LONG,
	SIZE_LONG_LONG,
	SIZE_SIZE,
	SIZE_PTRDIFF,
};

/* One conversion, as the format spells it. */
struct spec {
	bool left;	/* '-': fill on the right */
	bool zero;	/* '0': fill with zeros, behind the sign */
	bool plus;	/* '+': a sign in front of numbers that are not < 0 */
	bool space;	/* ' ': a space there */
	bool alternate; /* '#': 0 before octal, 0x before hexadecimal */
	bool wide;	/* a width is given */
	int width;	/* of the field at least, 0 when not given */
	int precision;	/* digits at least or characters at most, -1: none */
	enum size size;
};

/* Appends the `n` bytes at `text`, as far as there is room. */
void format_bytes(struct output *out, const char *text, size_t n);

/* Appends a field of `lead`, `zeros` zeros and the `n` bytes of `body`, filled
 * with spaces up to the width. */
void format_field(struct output *out, const struct spec *spec, const char *lead,
		  size_t zeros, const char *body, size_t n);

/* Appends a string, of which the precision bounds how much is read; NULL as
 * "(null)". */
void format_string(struct output *out, const struct spec *spec,
		   const char *text);

/* Appends a number in `base` (8, 10 or 16), its digits from `digits`, behind
 * `lead`. */
void format_number(struct output *out, const struct spec *spec,
		   unsigned long long value, unsigned base, const char *digits,
		   const char *lead);

/* Appends the next argument, a pointer, in the form of `letters`, which follow
 * the p. Returns how many of them belong to the conversion. */
size_t format_pointer(struct output *out, const struct spec *spec,
		      const char *letters);

#endif
