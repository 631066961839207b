/* SPDX-License-Identifier: MIT */
/* The parts of a 32-bit ELF file that name symbols.
 * Source: ELF specification (TIS 1.2), book I, chapter 1. */
#ifndef BOOT_ELF_H
#define BOOT_ELF_H

#include "kernel/types.h"

#define ELF_MAGIC	 "\177ELF"
#define ELF_MAGIC_LENGTH 4

struct elf32_header {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version, entry, phoff, shoff, flags;
	uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct elf32_section {
	uint32_t name, type, flags, addr, offset, size, link, info, addralign,
		entsize;
};

#define ELF_SHT_SYMTAB	  2
#define ELF_SHT_STRTAB	  3
#define ELF_SHT_NOBITS	  8
#define ELF_SHF_EXECINSTR 4

struct elf32_symbol {
	uint32_t name, value, size;
	uint8_t info, other;
	uint16_t shndx;
};

#define ELF_SYMBOL_TYPE(info) (0xf & (info))
#define ELF_STT_NOTYPE	      0
#define ELF_STT_FUNC	      2

#endif
