/* SPDX-License-Identifier: MIT */
/* Clearing, filling and copying through short mappings: the right bytes, and
 * no others; ranges that cross pages, and those that may not.
 *
 * Notices: copy_swapped, memmove_forward, second_segment_left,
 * folio_first_part_only, range_unchecked. */
#include "kernel/ktest.h"

#include "kernel/string.h"
#include "kmap_check.h"

/* What memory must hold: a second copy of it, changed by plain C. */
#define PAGES 4
#define SIZE  (PAGES * PAGE_SIZE)
static uint8_t model[SIZE], buffer[SIZE + 1];

/* The same in pages, one behind the other. */
static struct folio *folio;

static struct page *page_of(unsigned n)
{
	return folio_page(folio, n);
}

/* Makes both hold the same, all bytes of a neighbourhood different. */
static void make_model(gfp_t gfp)
{
	folio = folio_alloc(gfp, 2);
	for (unsigned n = 0; n < PAGES; n++) {
		uint8_t *addr = kmap_local_page(page_of(n));

		for (unsigned at = 0; at < PAGE_SIZE; at++)
			addr[at] = model[n * PAGE_SIZE + at] =
				(uint8_t)(at * 7 + n + at / 256);
		kunmap_local(addr);
	}
	for (unsigned at = 0; at < sizeof(buffer); at++)
		buffer[at] = (uint8_t)(at * 11 + 3);
}

/* Expects that they still do. */
static void compare_model(void)
{
	for (unsigned n = 0; n < PAGES; n++) {
		uint8_t *addr = kmap_local_page(page_of(n));

		EXPECT(!memcmp(addr, model + n * PAGE_SIZE, PAGE_SIZE));
		kunmap_local(addr);
	}
}

/* Calls `change`, with pages of highmem and of lowmem. */
static void with_model(void (*change)(void))
{
	static const gfp_t gfp[] = {GFP_HIGHUSER, GFP_KERNEL};
	struct kmap_state before = kmap_state();

	for (unsigned i = 0; i < ARRAY_SIZE(gfp); i++) {
		make_model(gfp[i]);
		change();
		compare_model();
		folio_put(folio);
	}
	expect_as_before(&before);
}

/* Offsets and lengths where something could begin or end too early. */
static const unsigned edges[] = {0,  1,	   3,	 4,    5,    63,
				 64, 2047, 4092, 4093, 4095, 4096};

/* ---- Pages --------------------------------------------------------------- */

static void copy_bytes(void)
{
	for (unsigned i = 0; i < ARRAY_SIZE(edges); i++)
		for (unsigned j = i; j < ARRAY_SIZE(edges); j++) {
			unsigned at = edges[i], length = edges[j] - at;

			memcpy_to_page(page_of(1), at, buffer + j, length);
			memcpy(model + PAGE_SIZE + at, buffer + j, length);
			memset(buffer + PAGE_SIZE, 0, PAGE_SIZE);
			memcpy_from_page(buffer + PAGE_SIZE + at, page_of(1),
					 at, length);
			EXPECT(!memcmp(buffer + PAGE_SIZE + at,
				       model + PAGE_SIZE + at, length));
		}
}

KTEST(highmem, "bytes are copied to a page and from it")
{
	with_model(copy_bytes);
}

static void fill_bytes(void)
{
	for (unsigned i = 0; i < ARRAY_SIZE(edges); i++)
		for (unsigned j = i; j < ARRAY_SIZE(edges); j++) {
			unsigned at = edges[i], length = edges[j] - at;

			memset_page(page_of(2), at, (int)(i + j), length);
			memset(model + 2 * PAGE_SIZE + at, (int)(i + j),
			       length);
		}
	compare_model();
	memzero_page(page_of(0), 100, 50);
	memset(model + 100, 0, 50);
	zero_user(page_of(0), 4090, 6);
	memset(model + 4090, 0, 6);
	zero_user(page_of(0), 200, 0);
}

KTEST(highmem, "bytes of a page are set and cleared, and no others")
{
	with_model(fill_bytes);
}

static void zero_segments(void)
{
	zero_user_segments(page_of(0), 10, 20, 4000, 4096);
	memset(model + 10, 0, 10);
	memset(model + 4000, 0, 96);
	zero_user_segments(page_of(1), 0, 0, 5, 6);
	model[PAGE_SIZE + 5] = 0;
	zero_user_segments(page_of(1), 8, 9, 4096, 4096);
	model[PAGE_SIZE + 8] = 0;
	/* What ends before it begins is empty. */
	zero_user_segments(page_of(1), 100, 50, 30, 30);
	zero_user_segment(page_of(2), 17, 4095);
	memset(model + 2 * PAGE_SIZE + 17, 0, 4095 - 17);
}

KTEST(highmem, "two segments of a page are cleared, either may be empty")
{
	with_model(zero_segments);
}

static void whole_pages(void)
{
	copy_highpage(page_of(1), page_of(3));
	memcpy(model + PAGE_SIZE, model + 3 * PAGE_SIZE, PAGE_SIZE);
	clear_highpage(page_of(0));
	memset(model, 0, PAGE_SIZE);
	copy_highpage(page_of(2), page_of(2));
}

KTEST(highmem, "a page is copied whole, and cleared whole")
{
	with_model(whole_pages);
}

static void page_to_page(void)
{
	memcpy_page(page_of(0), 1, page_of(1), 3, 4093);
	memcpy(model + 1, model + PAGE_SIZE + 3, 4093);
	memcpy_page(page_of(2), 4096, page_of(1), 0, 0);
	memcpy_page(page_of(2), 0, page_of(2), 2048, 2048);
	memcpy(model + 2 * PAGE_SIZE, model + 2 * PAGE_SIZE + 2048, 2048);
	memmove_page(page_of(3), 0, page_of(1), 100, 3000);
	memmove(model + 3 * PAGE_SIZE, model + PAGE_SIZE + 100, 3000);
}

KTEST(highmem, "bytes are copied from page to page")
{
	with_model(page_to_page);
}

static void overlapping(void)
{
	uint8_t *page = model + PAGE_SIZE;

	memmove_page(page_of(1), 100, page_of(1), 0, 3000);
	memmove(page + 100, page, 3000);
	compare_model();
	memmove_page(page_of(1), 0, page_of(1), 1, 4095);
	memmove(page, page + 1, 4095);
	compare_model();
	memmove_page(page_of(1), 7, page_of(1), 7, 1000);
}

KTEST(highmem, "ranges of one page may overlap when they are moved")
{
	with_model(overlapping);
}

/* ---- Folios -------------------------------------------------------------- */

/* A range that begins at the edge `i` of the first page and ends at the edge
 * `j` of any. */
static void with_ranges(void (*change)(size_t at, size_t length))
{
	for (unsigned i = 0; i < ARRAY_SIZE(edges); i++)
		for (unsigned n = 0; n < PAGES; n++)
			for (unsigned j = 0; j < ARRAY_SIZE(edges); j++) {
				size_t end = n * PAGE_SIZE + edges[j];

				if (end >= edges[i])
					change(edges[i], end - edges[i]);
			}
}

static void copy_range(size_t at, size_t length)
{
	memcpy_to_folio(folio, at, buffer + 1, length);
	memcpy(model + at, buffer + 1, length);
	memset(buffer, 0, sizeof(buffer));
	memcpy_from_folio(buffer, folio, at, length);
	EXPECT(!memcmp(buffer, model + at, length));
	for (unsigned n = 0; n < sizeof(buffer); n += 13)
		buffer[n] = (uint8_t)(at + length + n);
}

static void copy_ranges(void)
{
	with_ranges(copy_range);
}

KTEST(highmem, "ranges of a folio are copied across its pages")
{
	with_model(copy_ranges);
}

static void zero_range(size_t at, size_t length)
{
	memcpy_to_folio(folio, 0, buffer, SIZE);
	memcpy(model, buffer, SIZE);
	folio_zero_range(folio, at, length);
	memset(model + at, 0, length);
	compare_model();
}

static void zero_ranges(void)
{
	with_ranges(zero_range);
}

KTEST(highmem, "ranges of a folio are cleared across its pages")
{
	with_model(zero_ranges);
}

/* ---- Limits -------------------------------------------------------------- */

static void leave_page(void)
{
	struct page *page = page_of(1);

	EXPECT_PANIC("memcpy_to_page: 0x2 bytes at 0xfff",
		     memcpy_to_page(page, 4095, buffer, 2));
	EXPECT_PANIC("memcpy_from_page",
		     memcpy_from_page(buffer, page, 0, 4097));
	EXPECT_PANIC("memset_page", memset_page(page, 4097, 0, 0));
	EXPECT_PANIC("memset_page", zero_user(page, 1, ~0u));
	EXPECT_PANIC("memcpy_page", memcpy_page(page, 4000, page, 0, 97));
	EXPECT_PANIC("memcpy_page", memcpy_page(page, 0, page, 4000, 97));
	EXPECT_PANIC("memmove_page", memmove_page(page, 1, page, 0, 4096));
	EXPECT_PANIC("zero_user_segments",
		     zero_user_segments(page, 0, 4097, 0, 0));
	EXPECT_PANIC("reach beyond the folio at frame",
		     memcpy_to_folio(folio, 4, buffer, SIZE));
	EXPECT_PANIC("memcpy_from_folio",
		     memcpy_from_folio(buffer, folio, SIZE + 1, 0));
	EXPECT_PANIC("folio_zero_range",
		     folio_zero_range(folio, 1, (size_t)-1));
}

KTEST(highmem,
      "what leaves its page, or its folio, is caught before it is done")
{
	with_model(leave_page);
}

KTEST(highmem, "x86 has nothing to flush for caches, and says so")
{
	struct page *page = test_page();

	sign_page(page);
	flush_dcache_page(page);
	flush_dcache_folio(page_folio(page));
	flush_kernel_vmap_range(buffer, sizeof(buffer));
	invalidate_kernel_vmap_range(buffer, sizeof(buffer));
	__free_page(page);
}

KTEST(highmem, "pages of highmem are counted, free ones among them")
{
	EXPECT_EQ(totalhigh_pages(), zones[ZONE_HIGHMEM].managed_pages);
	EXPECT(nr_free_highpages() <= totalhigh_pages());
	if (!HIGHMEM)
		EXPECT_EQ(totalhigh_pages(), 0);
}
