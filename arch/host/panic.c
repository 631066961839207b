/* SPDX-License-Identifier: MIT */
/* panic() for a process: jumps back to the test that expects it, or aborts. The
 * kernel's panic() prints registers and ends the machine; here only the
 * sentence is kept, because that is what tests compare. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "arch/host.h"
#include "kernel/panic.h"
#include "kernel/printk.h"

jmp_buf *host_panic_jump;

static char sentence[512];

void panic(const char *fmt, ...)
{
	jmp_buf *jump = host_panic_jump;
	va_list args;

	va_start(args, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	host_panic_jump = NULL;
	if (jump)
		longjmp(*jump, 1);
	fprintf(stderr, "panic: %s\n", sentence);
	abort();
}

const char *host_panic_text(void)
{
	return sentence;
}

void warn_report(const char *file, int line, const char *what)
{
	printk("%s:%d: this should not be: %s\n", file, line, what);
}
