/* SPDX-License-Identifier: MIT */
/* The pattern in free pages (CHECK=1). Each page has a bit that says whether it
 * holds the pattern, because free blocks are joined and split, and most pages
 * of a large machine were never freed. */
#include "mm/page_poison.h"

#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/string.h"
#include "mm/kmap.h"

void page_poison(struct page *page, unsigned order)
{
	for (unsigned long i = 0; i < 1UL << order; i++, page++) {
		void *seen = kmap_local_page(page);

		memset(seen, PAGE_POISON, PAGE_SIZE);
		kunmap_local(seen);
		page->bits |= PG_POISONED;
	}
}

/* The offset of the first byte that differs from the pattern, or PAGE_SIZE. */
static unsigned first_changed(const void *seen)
{
	const uint32_t *words = seen;
	const uint8_t *bytes = seen;
	unsigned i = 0;

	while (i < PAGE_SIZE && words[i / 4] == PAGE_POISON * 0x01010101u)
		i += 4;
	while (i < PAGE_SIZE && bytes[i] == PAGE_POISON)
		i++;
	return i;
}

/* Panics if a page that was filled has changed. */
static void check(struct page *page)
{
	uint8_t *seen = kmap_local_page(page);
	unsigned at = first_changed(seen);
	unsigned found = at < PAGE_SIZE ? seen[at] : 0;

	kunmap_local(seen);
	page->bits &= (uint8_t)~PG_POISONED;
	if (at < PAGE_SIZE)
		panic("page allocator: frame 0x%lx was written to after it was "
		      "freed: byte 0x%x of the page holds 0x%02x, not 0x%02x. "
		      "Look for the code that freed it and went on using it",
		      page_to_pfn(page), at, found, PAGE_POISON);
}

void page_check_poison(struct page *page, unsigned order)
{
	for (unsigned long i = 0; i < 1UL << order; i++)
		if (page[i].bits & PG_POISONED)
			check(&page[i]);
}

/* Which kind of memory CHECK=1 fills with the bytes of this address; NULL if
 * none. Such an address was read, as a pointer, from memory that is free or not
 * initialised. */
static const char *poison_origin(uint32_t addr)
{
	switch (CHECK ? addr >> 16 : 0) {
	case POISON_FREE * 0x0101u:
		return "an object of slab that was freed";
	case POISON_INUSE * 0x0101u:
		return "an object of slab that was not written to yet";
	case PAGE_POISON * 0x0101u:
		return "a page that was freed";
	default:
		return NULL;
	}
}

/* For a panic: says that a pointer was read from memory that is not valid. */
static void explain_poison(uint32_t addr)
{
	const char *origin = poison_origin(addr);

	if (origin)
		console_printf("the address was read from %s: look for a use "
			       "after free\n",
			       origin);
}

PANIC_REPORTER(poison_reporter) = {.explain = explain_poison};
