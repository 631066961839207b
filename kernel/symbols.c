/* SPDX-License-Identifier: MIT */
/* Names of functions, static ones too, from the running image's own ELF
 * symbol table. A multiboot2 loader leaves the sections that are not part of
 * the image in memory and says where (tag 9), so no second link is needed to
 * put a table into the image.
 *
 *   section headers (loader's tag)
 *     .symtab ──> functions, sorted by address ──> index, from memblock
 *     .strtab ──> names, used where they lie
 *
 * Source: ELF specification (TIS 1.2), book I, "Symbol Table". */
#include "kernel/symbols.h"

#include "arch/fixmap.h"
#include "arch/page.h"
#include "boot/boot_info.h"
#include "kernel/elf.h"
#include "kernel/errno.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "mm/memblock.h"

struct symbol {
	uint32_t addr;
	uint32_t size; /* 0 for assembly labels: up to the next symbol */
	uint32_t name; /* offset in `names` */
};

/* Written once by symbols_init(), read by anyone after. */
static struct {
	struct symbol *sorted;
	unsigned count;
	const char *names;
	uint32_t names_size;
} symbols;

/* The loader's section headers, in its information block. */
static const struct boot_elf *elf;

static struct elf32_section section_at(unsigned i)
{
	struct elf32_section section;

	memcpy(&section, elf->sections + i * elf->entry_size, sizeof(section));
	return section;
}

/* Finds the symbol table and its strings; false if there is no good pair. */
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

/* A section's bytes: where they lie if that is lowmem, else a copy. NULL when
 * they cannot be had. */
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

/* Whether code can lie at the symbol: a function, or a label of assembly code
 * in an executable section (not one that is local to a function). */
static bool names_code(const struct elf32_symbol *symbol)
{
	unsigned type = ELF_SYMBOL_TYPE(symbol->info);

	if (symbol->name >= symbols.names_size || symbol->shndx >= elf->count ||
	    !symbol->value)
		return false;
	if (type == ELF_STT_FUNC)
		return true;
	return type == ELF_STT_NOTYPE &&
	       section_at(symbol->shndx).flags & ELF_SHF_EXECINSTR &&
	       !strchr(symbols.names + symbol->name, '.');
}

/* Takes the symbols that name code into symbols.sorted, or only counts them
 * while there is no room for any yet. */
static void collect(const struct elf32_symbol *symbol, unsigned n)
{
	symbols.count = 0;
	for (; n; n--, symbol++) {
		if (!names_code(symbol))
			continue;
		if (symbols.sorted)
			symbols.sorted[symbols.count] = (struct symbol){
				symbol->value, symbol->size, symbol->name};
		symbols.count++;
	}
}

/* Shell's sort: a few thousand entries, once, in place. */
static void sort_by_address(struct symbol *s, unsigned count)
{
	for (unsigned gap = count / 2; gap; gap /= 2)
		for (unsigned i = gap; i < count; i++) {
			struct symbol moved = s[i];
			unsigned j = i;

			for (; j >= gap && s[j - gap].addr > moved.addr;
			     j -= gap)
				s[j] = s[j - gap];
			s[j] = moved;
		}
}

void symbols_init(void)
{
	struct elf32_section symtab, strtab;
	const struct elf32_symbol *first;
	const char *names;
	unsigned n;

	if (!find_sections(&symtab, &strtab)) {
		pr_notice("symbols: the loader passed none; backtraces will "
			  "be bare numbers\n");
		return;
	}
	first = section_bytes(&symtab);
	names = section_bytes(&strtab);
	n = symtab.size / sizeof(*first);
	if (!first || !names || names[strtab.size - 1]) {
		pr_warn("symbols: %lu bytes at 0x%08lx cannot be used\n",
			(unsigned long)strtab.size, (unsigned long)strtab.addr);
		return;
	}
	symbols.names = names;
	symbols.names_size = strtab.size;
	collect(first, n);
	symbols.sorted = memblock_alloc(
		max(symbols.count, 1u) * sizeof(*symbols.sorted), 8);
	if (!symbols.sorted) {
		symbols.count = 0;
		pr_warn("symbols: no memory for the index\n");
		return;
	}
	collect(first, n);
	sort_by_address(symbols.sorted, symbols.count);
	pr_info("symbols: %u functions\n", symbols.count);
}

/* The symbol that covers `addr`, and its length; NULL if none does. */
static const struct symbol *find(uint32_t addr, uint32_t *size)
{
	unsigned low = 0, high = symbols.sorted ? symbols.count : 0;
	const struct symbol *found;

	/* Below `low` all begin at or before addr, from `high` on behind. */
	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (symbols.sorted[middle].addr <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	found = &symbols.sorted[low - 1];
	*size = found->size;
	if (!*size && low < symbols.count)
		*size = found[1].addr - found->addr;
	return addr - found->addr < *size ? found : NULL;
}

int symbol_format(char *buf, size_t size, unsigned long addr, bool offset)
{
	uint32_t length;
	const struct symbol *symbol = find(addr, &length);

	if (!symbol)
		return snprintf(buf, size, "0x%08lx", addr);
	if (!offset)
		return snprintf(buf, size, "%s", symbols.names + symbol->name);
	return snprintf(buf, size, "%s+0x%lx/0x%lx",
			symbols.names + symbol->name, addr - symbol->addr,
			(unsigned long)length);
}
