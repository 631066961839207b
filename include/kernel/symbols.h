/* SPDX-License-Identifier: MIT */
/* Names for code addresses, from the symbol table of the running image: what
 * backtraces and printk's %pS print. */
#ifndef KERNEL_SYMBOLS_H
#define KERNEL_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>

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

struct boot_elf;

/* Remembers the loader's section headers, and reserves the sections that hold
 * symbols where the loader put them, so that nothing is allocated over them:
 * before memblock's first allocation. Returns 0; -ENOENT when the loader passed
 * none that make sense; or -ENOMEM. */
int symbols_reserve(const struct boot_elf *elf);

/* Makes the index that lookups use: once the direct map is there. Says in the
 * log why there are no names, if there are none. */
void symbols_init(void);

#endif
