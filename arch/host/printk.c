/* SPDX-License-Identifier: MIT */
/* printk() for a process: the lines go into a buffer that a test can read. It
 * supports the conversions of kernel/lib/format.c by passing each one to the C
 * library, except %pa, which the library does not have. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "arch/host.h"
#include "kernel/printk.h"

/* The whole log, always ending in NUL, and its length without it. */
static char log_text[1 << 16];
static size_t log_len;

const char *host_log(void)
{
	return log_text;
}

void host_log_clear(void)
{
	log_len = 0;
	log_text[0] = '\0';
}

/* Adds to the length what snprintf() wrote. In a full buffer that is less than
 * the number it returned. */
static void log_grow(int wanted)
{
	size_t space = sizeof(log_text) - 1 - log_len;

	if (wanted > 0)
		log_len += (size_t)wanted < space ? (size_t)wanted : space;
}

#define LOG(...)                                                          \
	log_grow(snprintf(log_text + log_len, sizeof(log_text) - log_len, \
			  __VA_ARGS__))

/* Prints an integer. The letters before the conversion give its size: each `l`
 * doubles, z and t are a pointer's, h and hh are passed as int. */
static void log_integer(const char *spec, size_t len, va_list *args)
{
	if (len > 2 && spec[len - 2] == 'l' && spec[len - 3] == 'l')
		LOG(spec, va_arg(*args, long long));
	else if (strchr("lzt", spec[len - 2]))
		LOG(spec, va_arg(*args, long));
	else
		LOG(spec, va_arg(*args, int));
}

/* Prints one conversion, `spec`, of which `next` is what follows in the
 * format; returns how much of that belongs to it. */
static size_t log_conversion(const char *spec, size_t len, const char *next,
			     va_list *args)
{
	switch (spec[len - 1]) {
	case '%':
		LOG("%%");
		return 0;
	case 's':
		LOG(spec, va_arg(*args, char *));
		return 0;
	case 'p':
		if (*next == 'a')
			LOG("0x%010llx",
			    (unsigned long long)*va_arg(*args, phys_addr_t *));
		else
			LOG(spec, va_arg(*args, void *));
		return strchr("aSs", *next) && *next ? 1 : 0;
	default:
		log_integer(spec, len, args);
		return 0;
	}
}

/* No kernel message has a conversion of more than 15 characters, or a width
 * that is an argument. */
static void log_format(const char *fmt, va_list *args)
{
	char spec[16];
	size_t len;

	while (*fmt) {
		len = strcspn(fmt, "%");
		LOG("%.*s", (int)len, fmt);
		fmt += len;
		if (!*fmt)
			break;
		len = 2 + strspn(fmt + 1, "-+ #0123456789.hlzt");
		snprintf(spec, sizeof(spec), "%.*s", (int)len, fmt);
		fmt += len;
		fmt += log_conversion(spec, strlen(spec), fmt, args);
	}
}

int vprintk(const char *fmt, va_list args)
{
	size_t before = log_len;
	va_list copy;

	if (fmt[0] == KERN_SOH[0])
		fmt += 2;
	va_copy(copy, args);
	log_format(fmt, &copy);
	va_end(copy);
	return (int)(log_len - before);
}

int printk(const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vprintk(fmt, args);
	va_end(args);
	return len;
}

int console_printf(const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vprintk(fmt, args);
	va_end(args);
	return len;
}
