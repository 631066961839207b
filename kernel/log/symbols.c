/* SPDX-License-Identifier: MIT */
/* Names of functions, by halving a table that is sorted by address. */
#include "kernel/symbols.h"

#include "kernel/printk.h"

/* Written once by symbols_adopt(), read by anyone after. */
static struct {
	const struct symbol *sorted;
	unsigned count;
	const char *names;
} symbols;

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

void symbols_adopt(struct symbol *unsorted, unsigned count, const char *names)
{
	sort_by_address(unsorted, count);
	symbols.names = names;
	symbols.count = count;
	symbols.sorted = unsorted;
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
