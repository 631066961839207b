/* SPDX-License-Identifier: MIT */
/* Names of functions, static ones too, from the running image's own ELF symbol
 * table. A multiboot2 loader leaves the sections that are not part of the image
 * in memory and passes their addresses (tag 9), so that the image needs no
 * table of its own.
 *
 *   section headers (loader's tag)
 *     .symtab ──> functions ──> array, from memblock ──> kernel/log/symbols.c
 *     .strtab ──> names, used where they lie
 *
 * Source: ELF specification (TIS 1.2), book I, "Symbol Table". */
#include "boot/boot_symbols.h"

#include "arch/fixmap.h"
#include "arch/page.h"
#include "elf.h"
#include "kernel/errno.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "kernel/symbols.h"
#include "mm/memblock.h"

/* The loader's section headers, in its information block. */
static const struct boot_elf *elf;

static struct elf32_section section_at(unsigned i)
{
	struct elf32_section section;

	memcpy(&section, elf->sections + i * elf->entry_size, sizeof(section));
	return section;
}

/* Finds the symbol table and its strings; false if there is no valid pair. */
static bool find_sections(struct elf32_section *symtab,
			  struct elf32_section *strtab)
{
	for (unsigned i = 0; elf && i < elf->count; i++) {
		*symtab = section_at(i);
		if (symtab->type != ELF_SHT_SYMTAB || !symtab->addr ||
		    symtab->link >= elf->count ||
		    symtab->size > UINT32_MAX - symtab->addr)
			continue;
		*strtab = section_at(symtab->link);
		return strtab->type == ELF_SHT_STRTAB && strtab->addr &&
		       strtab->size &&
		       strtab->size <= UINT32_MAX - strtab->addr;
	}
	return false;
}

int symbols_reserve(const struct boot_elf *sections)
{
	struct elf32_section symtab, strtab;
	int error;

	elf = sections;
	if (!find_sections(&symtab, &strtab))
		return -ENOENT;
	error = memblock_reserve(symtab.addr, symtab.size);
	return error ? error : memblock_reserve(strtab.addr, strtab.size);
}

/* A section's bytes: in place if they are in lowmem, else a copy. NULL if there
 * is no memory for a copy. */
static const void *section_bytes(const struct elf32_section *section)
{
	phys_addr_t end = (phys_addr_t)section->addr + section->size;
	void *copy;

	if (end <= lowmem_end() &&
	    memblock_is_region_memory(section->addr, section->size))
		return phys_to_virt(section->addr);
	copy = memblock_alloc_raw(section->size, 8);
	if (!copy || !early_copy_from_phys(copy, section->addr, section->size))
		return NULL;
	return copy;
}

/* The names, one behind the other. */
struct strings {
	const char *text;
	uint32_t size;
};

/* Whether code can lie at the symbol: a function, or a label of assembly code
 * in an executable section (not one that is local to a function). */
static bool names_code(const struct elf32_symbol *symbol,
		       const struct strings *strings)
{
	unsigned type = ELF_SYMBOL_TYPE(symbol->info);

	if (symbol->name >= strings->size || symbol->shndx >= elf->count ||
	    !symbol->value)
		return false;
	if (type == ELF_STT_FUNC)
		return true;
	return type == ELF_STT_NOTYPE &&
	       section_at(symbol->shndx).flags & ELF_SHF_EXECINSTR &&
	       !strchr(strings->text + symbol->name, '.');
}

/* Writes the symbols that name code to `out`, or, if that is NULL, only counts
 * them. Returns how many there are. */
static unsigned collect(const struct elf32_symbol *symbol, unsigned n,
			const struct strings *strings, struct symbol *out)
{
	unsigned count = 0;

	for (; n; n--, symbol++) {
		if (!names_code(symbol, strings))
			continue;
		if (out)
			out[count] = (struct symbol){
				symbol->value, symbol->size, symbol->name};
		count++;
	}
	return count;
}

/* Makes an array of the `n` symbols from `first` on, and passes it to
 * kernel/log/symbols.c. */
static void adopt(const struct elf32_symbol *first, unsigned n,
		  const struct strings *strings)
{
	unsigned count = collect(first, n, strings, NULL);
	struct symbol *out = memblock_alloc(max(count, 1u) * sizeof(*out), 8);

	if (!out) {
		pr_warn("symbols: no memory for the index\n");
		return;
	}
	collect(first, n, strings, out);
	symbols_adopt(out, count, strings->text);
	pr_info("symbols: %u functions\n", count);
}

void symbols_init(void)
{
	struct elf32_section symtab, strtab;
	const struct elf32_symbol *first;
	struct strings strings;

	if (!find_sections(&symtab, &strtab)) {
		pr_notice("symbols: the loader passed none; backtraces will "
			  "be bare numbers\n");
		return;
	}
	first = section_bytes(&symtab);
	strings.text = section_bytes(&strtab);
	strings.size = strtab.size;
	if (!first || !strings.text || strings.text[strings.size - 1]) {
		pr_warn("symbols: %lu bytes at 0x%08lx cannot be used\n",
			(unsigned long)strtab.size, (unsigned long)strtab.addr);
		return;
	}
	adopt(first, symtab.size / sizeof(*first), &strings);
}
