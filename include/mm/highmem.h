/* SPDX-License-Identifier: MIT */
/* Clearing, copying and filling pages of lowmem and highmem. Each function maps
 * the pages that it needs and unmaps them again.
 *
 *	memcpy_to_page(page, offset, buffer, length);
 *
 * The classic mistake is to run over the end of a page. The next page of memory
 * is not mapped behind it. For a block of pages use the folio forms, which
 * cross page borders.
 *
 * Names and behaviour are those of Linux 6.1 (include/linux/highmem.h). Bounds
 * are checked in each build: a range beyond its page panics. Context: any. */
#ifndef MM_HIGHMEM_H
#define MM_HIGHMEM_H

#include "arch/string.h"
#include "mm/kmap.h"
#include "mm/zone.h"

/* Pages of highmem that the allocator manages. */
static inline unsigned long totalhigh_pages(void)
{
	return zones[ZONE_HIGHMEM].managed_pages;
}

void highmem_range_panic(const char *api, size_t offset,
			 size_t length) __noreturn __cold;

/* Panics if `length` bytes at `offset` do not lie in one page; `api` is the
 * name of the caller. */
static inline void check_in_page(const char *api, size_t offset, size_t length)
{
	if (unlikely(offset > PAGE_SIZE || length > PAGE_SIZE - offset))
		highmem_range_panic(api, offset, length);
}

/* ---- Bytes of a page ----------------------------------------------------- */

/* Inline, so that the compiler can use constant lengths. */
static inline void memcpy_from_page(void *to, const struct page *page,
				    size_t offset, size_t length)
{
	const char *from;

	check_in_page("memcpy_from_page", offset, length);
	from = kmap_local_page(page);
	__builtin_memcpy(to, from + offset, length);
	kunmap_local(from);
}

static inline void memcpy_to_page(const struct page *page, size_t offset,
				  const void *from, size_t length)
{
	char *to;

	check_in_page("memcpy_to_page", offset, length);
	to = kmap_local_page(page);
	__builtin_memcpy(to + offset, from, length);
	kunmap_local(to);
}

static inline void memset_page(const struct page *page, size_t offset, int byte,
			       size_t length)
{
	char *at;

	check_in_page("memset_page", offset, length);
	at = kmap_local_page(page);
	__builtin_memset(at + offset, byte, length);
	kunmap_local(at);
}

static inline void memzero_page(const struct page *page, size_t offset,
				size_t length)
{
	memset_page(page, offset, 0, length);
}

static inline void zero_user(const struct page *page, unsigned start,
			     unsigned length)
{
	memset_page(page, start, 0, length);
}

/* Clears [start1, end1) and [start2, end2) of the page; an empty range is
 * nothing to clear. */
void zero_user_segments(const struct page *page, unsigned start1, unsigned end1,
			unsigned start2, unsigned end2);

static inline void zero_user_segment(const struct page *page, unsigned start,
				     unsigned end)
{
	zero_user_segments(page, start, end, 0, 0);
}

static inline void clear_highpage(const struct page *page)
{
	void *at = kmap_local_page(page);

	clear_page(at);
	kunmap_local(at);
}

/* ---- From page to page --------------------------------------------------- */

/* Always inline, because a call would save four registers. */
static __always_inline void copy_highpage(const struct page *to,
					  const struct page *from)
{
	const void *source = kmap_local_page(from);
	void *target = kmap_local_page(to);

	copy_page(target, source);
	kunmap_local(target);
	kunmap_local(source);
}

/* Pages may be the same one; only memmove_page() allows ranges to overlap. */
void memcpy_page(const struct page *to, size_t to_offset,
		 const struct page *from, size_t from_offset, size_t length);
void memmove_page(const struct page *to, size_t to_offset,
		  const struct page *from, size_t from_offset, size_t length);

/* Does nothing: x86 caches use physical addresses, so a second mapping of a
 * page is no second copy of its data. */
static inline void flush_dcache_page(const struct page *page)
{
	(void)page;
}

static inline void flush_dcache_folio(const struct folio *folio)
{
	(void)folio;
}

static inline void flush_kernel_vmap_range(const void *addr, size_t size)
{
	(void)addr;
	(void)size;
}

static inline void invalidate_kernel_vmap_range(const void *addr, size_t size)
{
	(void)addr;
	(void)size;
}

/* ---- Bytes of a folio ---------------------------------------------------- */

/* `offset` counts from the folio's first byte; ranges cross pages. */
void memcpy_from_folio(void *to, struct folio *folio, size_t offset,
		       size_t length);
void memcpy_to_folio(struct folio *folio, size_t offset, const void *from,
		     size_t length);
void folio_zero_range(struct folio *folio, size_t start, size_t length);

/* Clears [start1, end1) and [start2, end2) of the folio; an empty range is
 * nothing to clear. */
void folio_zero_segments(struct folio *folio, size_t start1, size_t end1,
			 size_t start2, size_t end2);

static inline void folio_zero_segment(struct folio *folio, size_t start,
				      size_t end)
{
	folio_zero_segments(folio, start, end, 0, 0);
}

#endif
