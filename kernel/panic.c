/* SPDX-License-Identifier: MIT */
/* Panics: the last words of the kernel.
 *
 *   PANIC: sentence              from panic(), or from a trap
 *   registers, page walk         from traps, which know them
 *   backtrace: ...
 *   end of panic
 *
 * Everything here works before paging, without memory, and in any state of
 * the kernel: it reads with fault-proof accesses, and a panic that panics
 * stops at once. */
#include "kernel/panic.h"

#include <stdarg.h>

#include "arch/machine.h"
#include "arch/vga.h"
#include "kernel/backtrace.h"
#include "kernel/printk.h"

#define SENTENCE_MAX 512

void (*panic_hook)(const char *sentence);

/* Panics begun: more than one, and the machinery itself is broken. */
static unsigned depth;

void panic_begin(void)
{
	__asm__ volatile("cli");
	if (++depth > 1) {
		console_printf("PANIC: a panic inside a panic; stopping\n");
		machine_exit(EXIT_PANIC);
	}
	vga_set_colour(VGA_RED);
}

void panic_end(void)
{
	console_printf("end of panic\n");
	machine_exit(EXIT_PANIC);
}

void panic(const char *fmt, ...)
{
	static char sentence[SENTENCE_MAX];
	void (*hook)(const char *) = panic_hook;
	va_list args;

	va_start(args, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	panic_hook = NULL;
	if (hook)
		hook(sentence);
	panic_begin();
	console_printf("PANIC: %s\n", sentence);
	backtrace_print((uint32_t)__builtin_return_address(0) - 1,
			*(uint32_t *)__builtin_frame_address(0));
	panic_end();
}

void warn_report(const char *file, int line, const char *what)
{
	pr_warn("%s:%d: this should not be: %s\n", file, line, what);
	backtrace_print((uint32_t)__builtin_return_address(0) - 1,
			*(uint32_t *)__builtin_frame_address(0));
}
