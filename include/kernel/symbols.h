/* SPDX-License-Identifier: MIT */
/* Names for code addresses, from the symbol table of the running image: what
 * backtraces and printk's %pS print. */
#ifndef KERNEL_SYMBOLS_H
#define KERNEL_SYMBOLS_H

#include "kernel/types.h"

/* Bytes, with the NUL, that hold any text which symbol_format() makes of the
 * kernel's own names. */
#define SYMBOL_TEXT_MAX 128

/* Writes the name of the function around `addr` to `buf`, at most `size`
 * bytes with the NUL: `name+0x12/0x40`, where 0x40 is the function's length,
 * or `name` alone without `offset`. An address that no symbol covers, or any
 * address while there are no symbols, is written as 0x and eight digits.
 * Returns what the whole text needs without the NUL, like snprintf(). Any
 * context, also during a panic; takes no lock, allocates nothing. */
int symbol_format(char *buf, size_t size, unsigned long addr, bool offset);

/* A function: its name is at `name` in the table of names. */
struct symbol {
	uint32_t addr;
	uint32_t size; /* 0 for assembly labels: up to the next symbol */
	uint32_t name;
};

/* Sets the symbols for symbol_format(): `count` of them, in any order. They and
 * the names must stay in memory. Once, at boot. */
void symbols_adopt(const struct symbol *first, unsigned count,
		   const char *names);

#endif
