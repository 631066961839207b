/* SPDX-License-Identifier: MIT */
/* Clearing and copying through short mappings. */
#include "mm/highmem.h"

#include "kernel/panic.h"
#include "kernel/string.h"

void kmap_context_panic(const char *api)
{
	panic("%s: called %s: it may sleep, and sleeping is forbidden here. "
	      "Use kmap_local_page(), or map before",
	      api, atomic_reason());
}

void highmem_range_panic(const char *api, size_t offset, size_t length)
{
	panic("%s: 0x%zx bytes at 0x%zx reach beyond the page, which has "
	      "0x%x. A range that crosses pages needs the folio forms",
	      api, length, offset, PAGE_SIZE);
}

/* ---- Pages --------------------------------------------------------------- */

/* CHECK=1: what kmap_local_page() would say, of the caller of `api`. */
static void check_pages(const char *api, const struct page *to,
			const struct page *from, const void *caller)
{
	if (!CHECK)
		return;
	page_check_use(api, to, caller);
	page_check_use(api, from, caller);
}

void memcpy_page(const struct page *to, size_t to_offset,
		 const struct page *from, size_t from_offset, size_t length)
{
	const char *source;
	char *target;

	check_pages("memcpy_page", to, from, __builtin_return_address(0));
	check_in_page("memcpy_page", to_offset, length);
	check_in_page("memcpy_page", from_offset, length);
	source = kmap_local_page(from);
	target = kmap_local_page(to);
	memcpy(target + to_offset, source + from_offset, length);
	kunmap_local(target);
	kunmap_local(source);
}

/* If both pages are the same one, it is mapped once: two mappings have two
 * addresses, which do not show memmove() that the ranges overlap. */
void memmove_page(const struct page *to, size_t to_offset,
		  const struct page *from, size_t from_offset, size_t length)
{
	char *both;

	check_pages("memmove_page", to, from, __builtin_return_address(0));
	if (to != from) {
		memcpy_page(to, to_offset, from, from_offset, length);
		return;
	}
	check_in_page("memmove_page", to_offset, length);
	check_in_page("memmove_page", from_offset, length);
	both = kmap_local_page(to);
	memmove(both + to_offset, both + from_offset, length);
	kunmap_local(both);
}

void zero_user_segments(const struct page *page, unsigned start1, unsigned end1,
			unsigned start2, unsigned end2)
{
	char *at;

	if (CHECK)
		page_check_use("zero_user_segments", page,
			       __builtin_return_address(0));
	if (end1 > PAGE_SIZE || end2 > PAGE_SIZE)
		panic("zero_user_segments: 0x%x-0x%x and 0x%x-0x%x reach "
		      "beyond the page, which has 0x%x bytes",
		      start1, end1, start2, end2, PAGE_SIZE);
	at = kmap_local_page(page);
	if (end1 > start1)
		memset(at + start1, 0, end1 - start1);
	if (end2 > start2)
		memset(at + start2, 0, end2 - start2);
	kunmap_local(at);
}

/* ---- Folios -------------------------------------------------------------- */

static void check_in_folio(const char *api, const struct folio *folio,
			   size_t offset, size_t length, const void *caller)
{
	size_t size;

	page_check(api, &folio->page, caller);
	size = folio_size(folio);
	if (unlikely(offset > size || length > size - offset))
		panic("%s: 0x%zx bytes at 0x%zx reach beyond the folio at "
		      "frame 0x%lx, which has 0x%zx",
		      api, length, offset, folio_pfn(folio), size);
}

/* How much of a range of `length` bytes lies in the page where it begins. */
static size_t in_first_page(size_t offset, size_t length)
{
	return min(length, PAGE_SIZE - offset % PAGE_SIZE);
}

void memcpy_from_folio(void *to, struct folio *folio, size_t offset,
		       size_t length)
{
	check_in_folio("memcpy_from_folio", folio, offset, length,
		       __builtin_return_address(0));
	while (length) {
		size_t part = in_first_page(offset, length);

		memcpy_from_page(to, folio_page(folio, offset >> PAGE_SHIFT),
				 offset % PAGE_SIZE, part);
		to = (char *)to + part;
		offset += part;
		length -= part;
	}
}

void memcpy_to_folio(struct folio *folio, size_t offset, const void *from,
		     size_t length)
{
	check_in_folio("memcpy_to_folio", folio, offset, length,
		       __builtin_return_address(0));
	while (length) {
		size_t part = in_first_page(offset, length);

		memcpy_to_page(folio_page(folio, offset >> PAGE_SHIFT),
			       offset % PAGE_SIZE, from, part);
		from = (const char *)from + part;
		offset += part;
		length -= part;
	}
}

void folio_zero_range(struct folio *folio, size_t start, size_t length)
{
	check_in_folio("folio_zero_range", folio, start, length,
		       __builtin_return_address(0));
	while (length) {
		size_t part = in_first_page(start, length);

		memzero_page(folio_page(folio, start >> PAGE_SHIFT),
			     start % PAGE_SIZE, part);
		start += part;
		length -= part;
	}
}

static void zero_segment(struct folio *folio, size_t start, size_t end)
{
	if (end > start)
		folio_zero_range(folio, start, end - start);
}

void folio_zero_segments(struct folio *folio, size_t start1, size_t end1,
			 size_t start2, size_t end2)
{
	zero_segment(folio, start1, end1);
	zero_segment(folio, start2, end2);
}
