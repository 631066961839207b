/* SPDX-License-Identifier: MIT */
/* The kernel command line: options from the user.
 *
 *	test=kmap* lowmem=64M loglevel=7 "message=two words"
 *
 * Blanks separate words. A word is a name, or a name and a value behind the
 * first '='. In double quotes, around a word or a part of it, blanks belong to
 * the word. Inside and outside of them, a quote (of either kind) or a backslash
 * after a backslash is an ordinary character; GRUB writes such characters in
 * this form. If a name comes twice, the last one counts, and the log says so.
 * Words that are ranges all count.
 *
 *	phys_addr_t limit;
 *
 *	if (!cmdline_size("lowmem", &limit))
 *		lower_lowmem_to(limit);
 *
 * Nothing is copied or changed: each look-up reads the text again. After
 * cmdline_init() any context may look up. */
#ifndef KERNEL_CMDLINE_H
#define KERNEL_CMDLINE_H

#include "kernel/types.h"

/* Sets the command line. The text must stay where it is. Before the first
 * call it is empty. Says so in the log when a quote has no end; what follows
 * that quote is then one word. */
void cmdline_init(const char *text);

/* Whether the command line has the word `name`, with a value or without. */
bool cmdline_has(const char *name);

/* Writes the value of `name` to `buf`, at most `size` bytes with the NUL, and
 * returns its length without the NUL. If that is `size` or more, the value
 * was cut; with `size` 0, `buf` may be NULL. Returns -ENOENT, and writes
 * nothing, when the word is not there or has no '='. */
int cmdline_value(const char *name, char *buf, size_t size);

/* A value that is a number of bytes: decimal, or hexadecimal after 0x, with K,
 * M or G behind it (in either case) for multiples of 2^10, 2^20, 2^30.
 * Returns 0; -ENOENT when the word is not there; or -EINVAL, with a sentence
 * in the log, when the word has no value, or one that is no such number, or
 * needs more than 64 bits. `*out` is written on success only. */
int cmdline_size(const char *name, phys_addr_t *out);

/* The value of word number `i` (from 0 up) called `name`: a range of bytes,
 * SIZE@BASE, both written as above. Returns as above: -ENOENT when there are
 * no more than `i` such words; a range that passes 2^64 is -EINVAL. */
int cmdline_range(const char *name, unsigned i, phys_addr_t *base,
		  phys_addr_t *size);

/* A value that is a whole number, decimal or hexadecimal, with or without '-'.
 * Returns as above; what does not fit in an int is -EINVAL. */
int cmdline_int(const char *name, int *out);

/* Logs in one line the words that no part of the kernel knows, so that a
 * misspelt word is noticed. Prints nothing if there are none. */
void cmdline_report_unknown(void);

/* Logs the known words that come more than once and of which only the last one
 * counts. Prints nothing if there are none. */
void cmdline_report_repeated(void);

#endif
