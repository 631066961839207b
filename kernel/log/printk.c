/* SPDX-License-Identifier: MIT */
/* printk(): lines of the log, on every console.
 *
 *	pr_err("node %u: no memory\n", 3)      console_printf("ok 1 - ...\n")
 *	    |                                       |
 *	vprintk(): is the level shown? format       |  format
 *	    |                                       |
 *	    +------------------> output() <---------+
 *	                            |   print_lines(): prefix, stamp, colour
 *	                            v
 *	                      console_write() --> serial_write(), vga_write()
 *
 * Rules: the console drivers do not call printk(). A line starts at the left
 * edge, whatever was printed before. A line without a newline gets one.
 *
 * One call is one unit of output. The text is formatted on the caller's stack.
 * Shared state is used below output() only, with a lock that keeps the lines of
 * CPUs apart. A panic in a driver prints again without the lock, and begins a
 * new line.
 *
 * Limits: PRINTK_LINE_MAX bytes per call. Longer text is cut, and ends with the
 * number of missing bytes.
 */
#include "kernel/printk.h"

#include "arch/serial.h"
#include "arch/time.h"
#include "arch/vga.h"
#include "kernel/panic.h"
#include "kernel/spinlock.h"
#include "kernel/string.h"
#include "kernel/types.h"

/* Bytes of one call's text with the NUL. Small enough for any stack. */
#define PRINTK_LINE_MAX 512

/* Room for a cut's mark: " ...(+2147483647 bytes)\n" and the NUL. */
#define CUT_MARK_MAX 32

/* The levels KERN_EMERG, KERN_ERR and so on, as numbers. */
#define LEVEL_ERR     3
#define LEVEL_WARNING 4
#define LEVEL_INFO    6

/* The level of text that is printed as it is. */
#define LEVEL_RAW -1

/* Limits of the console's level: emergencies always show; 8 shows all. */
#define LOGLEVEL_MIN 1
#define LOGLEVEL_MAX 8

static DEFINE_SPINLOCK(console_lock, RANK_CONSOLE);

static struct {
	int level;	    /* lines of a smaller level are printed */
	const char *prefix; /* in front of each line */
	bool mid_line;	    /* the last byte printed was no newline */
	unsigned long lost; /* lost bytes that a line has reported */
} console = {.level = 7, .prefix = ""};

/* Sends text to every console. Marks the line as open until all text is sent,
 * so that a line printed by a fault in between starts a new line. */
static void console_write(const char *text, size_t len)
{
	if (len == 0)
		return;
	console.mid_line = true;
	serial_write(text, len);
	vga_write(text, len);
	console.mid_line = text[len - 1] != '\n';
}

/* Formats into `line`, of PRINTK_LINE_MAX bytes; returns the number of bytes.
 * Text that is too long ends with a mark that counts the missing bytes, and a
 * newline. */
static size_t format_line(char *line, const char *fmt, va_list args)
{
	size_t whole = (size_t)vsnprintf(line, PRINTK_LINE_MAX, fmt, args);
	size_t kept = PRINTK_LINE_MAX - CUT_MARK_MAX;

	if (whole < PRINTK_LINE_MAX)
		return whole;
	return kept + (size_t)snprintf(line + kept, CUT_MARK_MAX,
				       " ...(+%zu bytes)\n", whole - kept);
}

/* Prints the prefix and time stamp of a line. Returns the number of bytes. */
static size_t print_stamp(void)
{
	char stamp[32];
	uint64_t us = time_ns() / 1000;
	int n = snprintf(stamp, sizeof(stamp), "[%5llu.%06lu] ",
			 (unsigned long long)(us / 1000000),
			 (unsigned long)(us % 1000000));

	console_write(console.prefix, strlen(console.prefix));
	console_write(stamp, (size_t)n);
	return strlen(console.prefix) + (size_t)n;
}

/* Prints to the serial log how many bytes of it are missing, once for each
 * loss. If the UART is still stuck, this line is lost, too, and is repeated
 * later. */
static void print_loss(void)
{
	unsigned long lost = serial_dropped();
	char line[64];
	int n;

	if (lost == console.lost)
		return;
	n = snprintf(line, sizeof(line), "serial: %lu bytes were lost here\n",
		     lost - console.lost);
	serial_write(console.prefix, strlen(console.prefix));
	serial_write(line, (size_t)n);
	if (serial_dropped() == lost)
		console.lost = lost;
}

void console_end_line(void)
{
	if (console.mid_line)
		console_write("\n", 1);
}

/* Prints `len` bytes of text, line by line. Returns the bytes printed. */
static size_t print_lines(const char *text, size_t len)
{
	const char *end = text + len;
	size_t printed = 0;

	console_end_line();
	print_loss();
	do {
		const char *newline = strchr(text, '\n');
		size_t n = (size_t)((newline ? newline + 1 : end) - text);

		printed += print_stamp() + n;
		console_write(text, n);
		text += n;
	} while (text < end);
	if (console.mid_line) {
		console_write("\n", 1);
		printed++;
	}
	return printed;
}

/* The colour of a line of this level on the screen. */
static enum vga_colour level_colour(int level)
{
	if (level <= LEVEL_ERR)
		return VGA_RED;
	return level == LEVEL_WARNING ? VGA_YELLOW : VGA_GREY;
}

/* Prints on every console; returns the bytes printed. */
static size_t print(int level, const char *text, size_t len)
{
	size_t printed;

	if (level == LEVEL_RAW) {
		console_write(text, len);
		return len;
	}
	vga_set_colour(level_colour(level));
	printed = print_lines(text, len);
	vga_set_colour(VGA_GREY);
	return printed;
}

/* The only path to the consoles. A panic does not take the lock, because only
 * one CPU prints then, and a stopped CPU may hold it. Nor does an NMI, which
 * prints only on a machine with one CPU, and if console_busy() is false. */
static size_t output(int level, const char *text, size_t len)
{
	unsigned long flags;
	size_t printed;

	if (panicking() || in_nmi())
		return print(level, text, len);
	spin_lock_irqsave(&console_lock, flags);
	printed = print(level, text, len);
	spin_unlock_irqrestore(&console_lock, flags);
	return printed;
}

bool console_busy(void)
{
	return spin_is_locked(&console_lock);
}

int vprintk(const char *fmt, va_list args)
{
	char line[PRINTK_LINE_MAX];
	int level = LEVEL_INFO;
	size_t length;

	if (fmt[0] == KERN_SOH[0] && fmt[1] >= '0' && fmt[1] <= '7') {
		level = fmt[1] - '0';
		fmt += 2;
	}
	if (level >= console.level)
		return 0;
	length = format_line(line, fmt, args);
	return (int)output(level, line, length);
}

int printk(const char *fmt, ...)
{
	va_list args;
	int printed;

	va_start(args, fmt);
	printed = vprintk(fmt, args);
	va_end(args);
	return printed;
}

int console_set_loglevel(int level)
{
	int before = console.level;

	level = max(level, LOGLEVEL_MIN);
	console.level = min(level, LOGLEVEL_MAX);
	return before;
}

void console_set_prefix(const char *prefix)
{
	console.prefix = prefix ? prefix : "";
}

int console_printf(const char *fmt, ...)
{
	char text[PRINTK_LINE_MAX];
	va_list args;
	size_t len;

	va_start(args, fmt);
	len = format_line(text, fmt, args);
	va_end(args);
	return (int)output(LEVEL_RAW, text, len);
}
