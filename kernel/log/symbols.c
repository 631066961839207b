/* SPDX-License-Identifier: MIT */
/* Names of functions. There is no sorted index. To sort a few thousand symbols
 * would cost each boot more than all lookups of a usual run, because only
 * reports need names. */
#include "kernel/symbols.h"

#include "kernel/printk.h"

/* Written once by symbols_adopt(), read by anyone after. */
static struct {
	const struct symbol *first, *end;
	const char *names;
} symbols;

void symbols_adopt(const struct symbol *first, unsigned count,
		   const char *names)
{
	symbols.names = names;
	symbols.first = first;
	symbols.end = first + count;
}

/* The symbol that begins nearest at or below `addr`, or NULL, and where the
 * next one begins, or 0. */
static const struct symbol *nearest(uint32_t addr, uint32_t *next)
{
	const struct symbol *found = NULL;

	*next = 0;
	for (const struct symbol *s = symbols.first; s < symbols.end; s++)
		if (s->addr > addr)
			*next = *next ? min(*next, s->addr) : s->addr;
		else if (!found || s->addr > found->addr)
			found = s;
	return found;
}

/* The symbol that covers `addr`, and its length; NULL if none does. */
static const struct symbol *find(uint32_t addr, uint32_t *size)
{
	uint32_t next;
	const struct symbol *found = nearest(addr, &next);

	if (!found)
		return NULL;
	*size = found->size;
	if (!*size && next)
		*size = next - found->addr;
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
