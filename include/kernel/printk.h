/* SPDX-License-Identifier: MIT */
/* Kernel messages, to every console: serial port and VGA text screen.
 *
 *	pr_info("memblock: %lu regions, first at %pa\n", cnt, &base);
 *
 * One call prints one whole line, ending in '\n'; several, if there are more
 * newlines in it. Each is stamped with the seconds since boot. A line is left
 * out if the console's level does not reach it (`loglevel=` on the command
 * line; 7, everything but debug, by default). Text over 511 bytes is cut, and
 * the cut says how many bytes are missing. */
#ifndef KERNEL_PRINTK_H
#define KERNEL_PRINTK_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "kernel/compiler.h"
#include "kernel/sprintf.h"

/* A level is two bytes in front of the format, as in Linux. */
#define KERN_SOH     "\001"
#define KERN_EMERG   KERN_SOH "0" /* the system is going down */
#define KERN_ERR     KERN_SOH "3" /* something failed */
#define KERN_WARNING KERN_SOH "4" /* something is odd; going on */
#define KERN_NOTICE  KERN_SOH "5" /* normal, and worth seeing */
#define KERN_INFO    KERN_SOH "6" /* the story of the boot */
#define KERN_DEBUG   KERN_SOH "7" /* for debugging this part */

/* Formats and prints one line, in one piece; returns the bytes printed with
 * prefix, stamp and newline, 0 for a line that is left out. Formats are
 * vsnprintf()'s (kernel/sprintf.h). No level means KERN_INFO. Any context, also
 * before paging is on. Never sleeps. */
int printk(const char *fmt, ...) __printf(1, 2);
int vprintk(const char *fmt, va_list args) __printf(1, 0);

/* A prefix for all lines of a file: the file may define it before its first
 * #include. */
#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif

#define pr_emerg(fmt, ...)  printk(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...)    printk(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...)   printk(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice(fmt, ...) printk(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...)   printk(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_debug(fmt, ...)  printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)

/* Lines more urgent than `level` (of a smaller number) are printed, as in
 * Linux: 1 shows emergencies only, 8 shows all; a level outside counts as the
 * nearer of the two. Returns the old level. */
int console_set_loglevel(int level);

/* Whether a CPU is printing. The NMI handler of the only CPU calls it before it
 * prints, because that takes no lock. Any context. */
bool console_busy(void);

/* Puts `prefix` in front of every later line of the log: "# " while tests
 * run, so that the log is made of TAP diagnostics. The string must live on.
 * NULL for none. */
void console_set_prefix(const char *prefix);

/* Prints text as it is, with no level, no stamp and no prefix: for output
 * that programs read (TAP lines, the `boot:` summary). Cut like a line of the
 * log. Returns the bytes printed. */
int console_printf(const char *fmt, ...) __printf(1, 2);

/* Ends an unfinished line: another CPU may have been stopped while it printed.
 * For panics; takes no lock. */
void console_end_line(void);

#endif
