/* SPDX-License-Identifier: MIT */
/* %p and the letters behind it: those of Linux
 * (Documentation/core-api/printk-formats.rst) for types that Loft has. See
 * include/kernel/printk.h for the list.
 *
 * In Linux %p shows a hash of the address, so that logs do not help an
 * attacker. Loft has no users yet, and shows the address. */
#include "format.h"
#include "kernel/err.h"
#include "kernel/string.h"
#include "kernel/symbols.h"

/* Bytes that %*ph shows at most. */
#define HEX_MAX 64

static const char digits[] = "0123456789abcdef";

/* Appends an address behind `lead`, in at least `width` digits. */
static void put_address(struct output *out, struct spec spec,
			unsigned long long address, int width, const char *lead)
{
	spec.precision = width;
	format_number(out, &spec, address, 16, digits, lead);
}

/* Appends %p: 0x and all digits of a pointer. */
static void put_plain(struct output *out, const struct spec *spec,
		      const void *pointer)
{
	put_address(out, *spec, (uintptr_t)pointer, 2 * sizeof(pointer), "0x");
}

/* Appends %pa: a phys_addr_t, by reference. */
static void put_physical(struct output *out, const struct spec *spec,
			 const phys_addr_t *address)
{
	if (address)
		put_address(out, *spec, *address, 10, "0x");
	else
		format_string(out, spec, NULL);
}

/* Appends a code address by name. A name longer than any of the kernel's ends
 * in dots. */
static void put_symbol(struct output *out, const struct spec *spec,
		       const void *pointer, bool offset)
{
	char text[SYMBOL_TEXT_MAX];
	int n = symbol_format(text, sizeof(text), (unsigned long)pointer,
			      offset);

	if ((size_t)n >= sizeof(text))
		memcpy(text + sizeof(text) - 4, "...", 4);
	format_string(out, spec, text);
}

/* Appends %pe: the name of an error pointer, its number if it has no name. Any
 * other pointer is shown as by %p. */
static void put_error(struct output *out, const struct spec *spec,
		      const void *pointer)
{
	const char *name = errname((int)PTR_ERR(pointer));

	if (!IS_ERR(pointer))
		put_plain(out, spec, pointer);
	else if (name)
		format_string(out, spec, name);
	else
		format_number(out, spec, (unsigned long)-PTR_ERR(pointer), 10,
			      digits, "-");
}

/* Appends %*ph: as many bytes as the width says, in hexadecimal, with
 * `separator` between them, or nothing if that is 0. */
static void put_hex(struct output *out, const struct spec *spec,
		    const uint8_t *bytes, char separator)
{
	size_t count = spec->wide ? (size_t)spec->width : 1;

	if (!bytes) {
		format_string(out, spec, NULL);
		return;
	}
	for (size_t i = 0; i < min(count, (size_t)HEX_MAX); i++) {
		const char text[] = {separator, digits[bytes[i] >> 4],
				     digits[bytes[i] & 15]};
		bool alone = !i || !separator;

		format_bytes(out, text + alone, 3 - alone);
	}
}

/* The separator between bytes for %ph followed by `letter`. */
static char separator_of(char letter)
{
	switch (letter) {
	case 'C':
		return ':';
	case 'D':
		return '-';
	case 'N':
		return '\0';
	default:
		return ' ';
	}
}

static bool is_one_of(char letter, const char *letters)
{
	return letter && strchr(letters, letter);
}

size_t format_pointer(struct output *out, const struct spec *spec,
		      const char *letters)
{
	const void *pointer = va_arg(out->args, const void *);

	switch (letters[0]) {
	case 'a':
		put_physical(out, spec, pointer);
		return is_one_of(letters[1], "pd") ? 2 : 1;
	case 'S':
	case 's':
		put_symbol(out, spec, pointer, letters[0] == 'S');
		return 1;
	case 'B': /* a return address: the call is before it */
		put_symbol(out, spec, (const char *)pointer - 1, true);
		return 1;
	case 'x':
		put_address(out, *spec, (uintptr_t)pointer, 2 * sizeof(pointer),
			    "");
		return 1;
	case 'e':
		put_error(out, spec, pointer);
		return 1;
	case 'h':
		put_hex(out, spec, pointer, separator_of(letters[1]));
		return is_one_of(letters[1], "CDN") ? 2 : 1;
	default:
		put_plain(out, spec, pointer);
		return letters[0] == 'K';
	}
}
