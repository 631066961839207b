/* SPDX-License-Identifier: MIT */
/* vsnprintf(): text from a format string and its arguments.
 *
 * Reads the format once. A conversion, between % and its last letter, is
 *
 *	%  flags  width  .precision  size  letter
 *	   -0+ #  8 or *  .3 or .*   hh h l ll z t
 *
 * and becomes a field of four parts, of which any may be empty:
 *
 * | spaces | sign or 0x | zeros | body | spaces |
 *
 * Rules: the result is ISO C's (C11 7.21.6.1) wherever ISO C defines one; the
 * letters after %p are the kernel's own, as in Linux's printk-formats
 * (kernel/lib/format_pointer.c). No floating point, no %n, no wide characters,
 * no %j.
 *
 * Invariant: every byte passes through format_bytes() or format_fill(), which
 * ask fitting() where the buffer ends. Text behind the end is counted, not
 * written, and the count stops at INT_MAX rather than wrap.
 *
 * All state is on the caller's stack, so that a fault in the middle of one call
 * can print through another. */
#include "format.h"

#include "kernel/sprintf.h"
#include "kernel/string.h"

/* Octal digits of the largest number, the longest possible body of digits. */
#define DIGITS_MAX 22

/* How many of `n` more bytes fit into the buffer. In the end the NUL overwrites
 * the last one. */
static size_t fitting(const struct output *out, size_t n)
{
	return out->size > out->len ? min(n, out->size - out->len) : 0;
}

/* Counts `n` bytes as produced, up to INT_MAX. */
static void advance(struct output *out, size_t n)
{
	out->len += min(n, INT_MAX - out->len);
}

/* Appends `n` times the byte `c`, as far as there is room. */
static void format_fill(struct output *out, char c, size_t n)
{
	size_t written = fitting(out, n);

	if (written > 0)
		memset(out->buf + out->len, c, written);
	advance(out, n);
}

/* Appends the `n` bytes at `text`, as far as there is room. */
void format_bytes(struct output *out, const char *text, size_t n)
{
	size_t written = fitting(out, n);

	if (written > 0)
		memcpy(out->buf + out->len, text, written);
	advance(out, n);
}

/* Appends a field of `lead`, `zeros` zeros and the `n` bytes of `body`, filled
 * with spaces up to the width. */
void format_field(struct output *out, const struct spec *spec, const char *lead,
		  size_t zeros, const char *body, size_t n)
{
	size_t text = strlen(lead) + zeros + n;
	size_t width = (size_t)spec->width;
	size_t fill = width > text ? width - text : 0;

	if (!spec->left)
		format_fill(out, ' ', fill);
	format_bytes(out, lead, strlen(lead));
	format_fill(out, '0', zeros);
	format_bytes(out, body, n);
	if (spec->left)
		format_fill(out, ' ', fill);
}

/* Appends a string; the precision bounds how far it is read, so that it needs
 * no NUL within it. NULL is shown by name: a log line about a broken pointer
 * must not break too. */
void format_string(struct output *out, const struct spec *spec,
		   const char *text)
{
	size_t n;

	if (!text)
		text = "(null)";
	n = spec->precision < 0 ? strlen(text)
				: strnlen(text, (size_t)spec->precision);
	format_field(out, spec, "", 0, text, n);
}

/* Appends a number in `base` (8, 10 or 16), its digits from `digits`, behind
 * `lead`. The width turns into zeros only where no precision was given. */
void format_number(struct output *out, const struct spec *spec,
		   unsigned long long value, unsigned base, const char *digits,
		   const char *lead)
{
	char body[DIGITS_MAX];
	size_t first = DIGITS_MAX, n, wanted = 1, zeros;

	for (; value > 0; value /= base)
		body[--first] = digits[value % base];
	n = DIGITS_MAX - first;

	if (spec->precision >= 0)
		wanted = (size_t)spec->precision;
	else if (spec->zero && !spec->left)
		wanted = max((size_t)spec->width, strlen(lead) + 1) -
			 strlen(lead);
	/* With '#' the first octal digit must be a zero. Hexadecimal has a 0x,
	 * which is in `lead`. */
	if (spec->alternate && base == 8)
		wanted = max(wanted, n + 1);
	zeros = wanted > n ? wanted - n : 0;
	format_field(out, spec, lead, zeros, body + first, n);
}

/* Takes the next argument, a signed number of the size that the format says,
 * cut to that size as C promises for hh and h. */
static long long signed_argument(struct output *out, enum size size)
{
	switch (size) {
	case SIZE_CHAR:
		return (signed char)va_arg(out->args, int);
	case SIZE_SHORT:
		return (short)va_arg(out->args, int);
	case SIZE_LONG:
		return va_arg(out->args, long);
	case SIZE_LONG_LONG:
		return va_arg(out->args, long long);
	case SIZE_SIZE:
	case SIZE_PTRDIFF:
		return va_arg(out->args, ptrdiff_t);
	default:
		return va_arg(out->args, int);
	}
}

/* The same for an unsigned number. */
static unsigned long long unsigned_argument(struct output *out, enum size size)
{
	switch (size) {
	case SIZE_CHAR:
		return (unsigned char)va_arg(out->args, unsigned);
	case SIZE_SHORT:
		return (unsigned short)va_arg(out->args, unsigned);
	case SIZE_LONG:
		return va_arg(out->args, unsigned long);
	case SIZE_LONG_LONG:
		return va_arg(out->args, unsigned long long);
	case SIZE_SIZE:
	case SIZE_PTRDIFF:
		return va_arg(out->args, size_t);
	default:
		return va_arg(out->args, unsigned);
	}
}

/* Appends %d and %i. The magnitude is computed in the unsigned type, which can
 * hold that of the smallest number. */
static void put_signed(struct output *out, const struct spec *spec)
{
	long long value = signed_argument(out, spec->size);
	unsigned long long magnitude = (unsigned long long)value;
	const char *sign = spec->plus ? "+" : spec->space ? " " : "";

	if (value < 0) {
		magnitude = -magnitude;
		sign = "-";
	}
	format_number(out, spec, magnitude, 10, "0123456789", sign);
}

/* Appends %u, %o, %x and %X. */
static void put_unsigned(struct output *out, const struct spec *spec,
			 char letter)
{
	unsigned long long value = unsigned_argument(out, spec->size);
	bool prefix = spec->alternate && value != 0;

	if (letter == 'x')
		format_number(out, spec, value, 16, "0123456789abcdef",
			      prefix ? "0x" : "");
	else if (letter == 'X')
		format_number(out, spec, value, 16, "0123456789ABCDEF",
			      prefix ? "0X" : "");
	else
		format_number(out, spec, value, letter == 'o' ? 8 : 10,
			      "0123456789", "");
}

/* Reads the flags at `p` into `spec`; returns what follows them. */
static const char *parse_flags(const char *p, struct spec *spec)
{
	for (;; p++) {
		switch (*p) {
		case '-':
			spec->left = true;
			break;
		case '0':
			spec->zero = true;
			break;
		case '+':
			spec->plus = true;
			break;
		case ' ':
			spec->space = true;
			break;
		case '#':
			spec->alternate = true;
			break;
		default:
			return p;
		}
	}
}

/* Reads a number, or takes it from the arguments where it is written '*', into
 * `value`; no digits are 0. One that an int cannot hold stops at INT_MAX.
 * Returns what follows. */
static const char *parse_number(const char *p, struct output *out, int *value)
{
	*value = 0;
	if (*p == '*') {
		*value = va_arg(out->args, int);
		return p + 1;
	}
	for (; *p >= '0' && *p <= '9'; p++) {
		int digit = *p - '0';

		if (*value > (INT_MAX - digit) / 10)
			*value = INT_MAX;
		else
			*value = *value * 10 + digit;
	}
	return p;
}

/* Reads the size letters at `p` into `spec`; returns what follows them. */
static const char *parse_size(const char *p, struct spec *spec)
{
	switch (*p) {
	case 'h':
		spec->size = p[1] == 'h' ? SIZE_CHAR : SIZE_SHORT;
		return p[1] == 'h' ? p + 2 : p + 1;
	case 'l':
		spec->size = p[1] == 'l' ? SIZE_LONG_LONG : SIZE_LONG;
		return p[1] == 'l' ? p + 2 : p + 1;
	case 'z':
		spec->size = SIZE_SIZE;
		return p + 1;
	case 't':
		spec->size = SIZE_PTRDIFF;
		return p + 1;
	default:
		spec->size = SIZE_INT;
		return p;
	}
}

/* Reads all between the % and the letter at `p`; returns where the letter
 * is. A negative width from the arguments is a '-' and a width, a negative
 * precision is none. */
static const char *parse_spec(const char *p, struct output *out,
			      struct spec *spec)
{
	*spec = (struct spec){.precision = -1};
	p = parse_flags(p, spec);
	spec->wide = *p == '*' || (*p >= '0' && *p <= '9');
	p = parse_number(p, out, &spec->width);
	if (spec->width < 0) {
		spec->left = true;
		spec->width = spec->width < -INT_MAX ? INT_MAX : -spec->width;
	}
	if (*p == '.') {
		p = parse_number(p + 1, out, &spec->precision);
		if (spec->precision < 0)
			spec->precision = -1;
	}
	return parse_size(p, spec);
}

/* Appends the conversion whose '%' is at `start`; returns what follows it. An
 * unknown conversion, or one that the end of the format cuts short, is appended
 * unchanged and takes no argument for its letter. */
static const char *put_conversion(struct output *out, const char *start)
{
	struct spec spec;
	const char *p = parse_spec(start + 1, out, &spec);
	char c;

	switch (*p) {
	case 'd':
	case 'i':
		put_signed(out, &spec);
		break;
	case 'u':
	case 'o':
	case 'x':
	case 'X':
		put_unsigned(out, &spec, *p);
		break;
	case 'c':
		c = (char)va_arg(out->args, int);
		format_field(out, &spec, "", 0, &c, 1);
		break;
	case 's':
		format_string(out, &spec, va_arg(out->args, const char *));
		break;
	case 'p':
		p += format_pointer(out, &spec, p + 1);
		break;
	case '%':
		format_bytes(out, "%", 1);
		break;
	case '\0':
		format_bytes(out, start, (size_t)(p - start));
		return p;
	default:
		format_bytes(out, start, (size_t)(p + 1 - start));
		break;
	}
	return p + 1;
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	struct output out = {.buf = buf, .size = size};

	va_copy(out.args, args);
	while (*fmt) {
		const char *plain = fmt;

		while (*fmt && *fmt != '%')
			fmt++;
		format_bytes(&out, plain, (size_t)(fmt - plain));
		if (*fmt)
			fmt = put_conversion(&out, fmt);
	}
	va_end(out.args);
	if (size > 0)
		buf[min(out.len, size - 1)] = '\0';
	return (int)out.len;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}

int vscnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	int len = vsnprintf(buf, size, fmt, args);

	if ((size_t)len < size)
		return len;
	return size > 0 ? (int)(size - 1) : 0;
}

int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vscnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}

int sprintf(char *buf, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(buf, INT_MAX, fmt, args);
	va_end(args);
	return len;
}
