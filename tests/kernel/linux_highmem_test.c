/* SPDX-License-Identifier: MIT */
/* High memory as code for Linux uses it: each test is typed as it would be
 * there, and says what must come out. See kernel/linux.md.
 *
 * Notices: folio_segment_end_included. */
#include <linux/highmem.h>
#include <linux/slab.h>

#include "kernel/ktest.h"

static struct page *get_page_or_die(gfp_t gfp)
{
	struct page *page = alloc_page(gfp);

	BUG_ON(!page);
	return page;
}

KTEST(linux_highmem, "kmap_local_page() shows what was written through it")
{
	struct page *page = get_page_or_die(GFP_HIGHUSER_MOVABLE);
	u32 *p = kmap_local_page(page);

	p[0] = 0xdeadbeef;
	p[PAGE_SIZE / sizeof(*p) - 1] = 42;
	kunmap_local(p);
	p = kmap_local_page(page);
	EXPECT_EQ(p[0], 0xdeadbeef);
	EXPECT_EQ(p[PAGE_SIZE / sizeof(*p) - 1], 42);
	kunmap_local(p);
	__free_page(page);
}

KTEST(linux_highmem, "two kmap_local_page() nest")
{
	struct page *src = get_page_or_die(GFP_HIGHUSER);
	struct page *dst = get_page_or_die(GFP_HIGHUSER);
	void *vfrom, *vto;

	memset_page(src, 0, 0x5a, PAGE_SIZE);
	vfrom = kmap_local_page(src);
	vto = kmap_local_page(dst);
	memcpy(vto, vfrom, PAGE_SIZE);
	EXPECT(!memchr_inv(vto, 0x5a, PAGE_SIZE));
	kunmap_local(vto);
	kunmap_local(vfrom);
	__free_page(dst);
	__free_page(src);
}

KTEST(linux_highmem, "kunmap_local() takes any address in the page")
{
	struct page *page = get_page_or_die(GFP_HIGHUSER | __GFP_ZERO);
	char *kaddr = kmap_local_page(page) + 100;

	EXPECT_EQ(offset_in_page(kaddr), 100);
	EXPECT_EQ(*kaddr, 0);
	kunmap_local(kaddr);
	__free_page(page);
}

KTEST(linux_highmem, "kmap_atomic() keeps preemption and page faults off")
{
	struct page *page = get_page_or_die(GFP_HIGHUSER);
	unsigned int before = preempt_count();
	char *kaddr;

	kaddr = kmap_atomic(page);
	EXPECT(in_atomic());
	EXPECT(pagefault_disabled());
	memset(kaddr, 0, PAGE_SIZE);
	kunmap_atomic(kaddr);
	EXPECT_EQ(preempt_count(), before);
	EXPECT(!pagefault_disabled());
	__free_page(page);
}

KTEST(linux_highmem, "kmap() twice gives one address, and page_address() it")
{
	struct page *page = get_page_or_die(GFP_KERNEL | __GFP_HIGHMEM);
	void *a = kmap(page), *b = kmap(page);

	EXPECT(a == b);
	EXPECT(page_address(page) == a);
	EXPECT(kmap_to_page(a) == page);
	kunmap(page);
	kunmap(page);
	__free_page(page);
}

KTEST(linux_highmem, "a lowmem page is mapped where it always is")
{
	struct page *page = get_page_or_die(GFP_KERNEL);
	void *kaddr = kmap(page);

	EXPECT(!PageHighMem(page));
	EXPECT(kaddr == page_address(page));
	EXPECT(virt_to_page(kaddr) == page);
	EXPECT(virt_addr_valid(kaddr));
	kunmap(page);
	__free_page(page);
}

KTEST(linux_highmem, "memcpy_to_page() and memcpy_from_page() copy a part")
{
	struct page *page = get_page_or_die(GFP_HIGHUSER | __GFP_ZERO);
	char out[8] = "";

	memcpy_to_page(page, offset_in_page(PAGE_SIZE + 17), "linux", 5);
	memcpy_from_page(out, page, 16, 7);
	EXPECT(!memcmp(out, "\0linux\0", 7));
	__free_page(page);
}

KTEST(linux_highmem, "memcpy_page() and memmove_page() copy between pages")
{
	struct page *a = get_page_or_die(GFP_HIGHUSER | __GFP_ZERO);
	struct page *b = get_page_or_die(GFP_HIGHUSER | __GFP_ZERO);
	char out[6] = "";

	memcpy_to_page(a, 0, "abcdef", 6);
	memcpy_page(b, 10, a, 0, 6);
	memmove_page(b, 12, b, 10, 4);
	memcpy_from_page(out, b, 10, 6);
	EXPECT(!memcmp(out, "ababcd", 6));
	__free_page(a);
	__free_page(b);
}

KTEST(linux_highmem, "clear_highpage() clears, copy_highpage() copies")
{
	struct page *page = get_page_or_die(GFP_HIGHUSER);
	struct page *copy = get_page_or_die(GFP_HIGHUSER);
	void *kaddr;

	memset_page(page, 0, 0xff, PAGE_SIZE);
	copy_highpage(copy, page);
	clear_highpage(page);
	kaddr = kmap_local_page(page);
	EXPECT(!memchr_inv(kaddr, 0, PAGE_SIZE));
	kunmap_local(kaddr);
	kaddr = kmap_local_page(copy);
	EXPECT(!memchr_inv(kaddr, 0xff, PAGE_SIZE));
	kunmap_local(kaddr);
	__free_page(page);
	__free_page(copy);
}

KTEST(linux_highmem, "zero_user_segments() clears two ranges and no more")
{
	struct page *page = get_page_or_die(GFP_HIGHUSER);
	u8 *kaddr;

	memset_page(page, 0, 1, PAGE_SIZE);
	zero_user_segments(page, 0, 10, PAGE_SIZE - 10, PAGE_SIZE);
	kaddr = kmap_local_page(page);
	EXPECT(!memchr_inv(kaddr, 0, 10));
	EXPECT(!memchr_inv(kaddr + 10, 1, PAGE_SIZE - 20));
	EXPECT(!memchr_inv(kaddr + PAGE_SIZE - 10, 0, 10));
	kunmap_local(kaddr);
	__free_page(page);
}

KTEST(linux_highmem, "zero_user() and zero_user_segment() count differently")
{
	struct page *page = get_page_or_die(GFP_HIGHUSER);
	u8 *kaddr;

	memset_page(page, 0, 1, PAGE_SIZE);
	zero_user(page, 100, 50);	   /* start, size */
	zero_user_segment(page, 200, 250); /* start, end */
	kaddr = kmap_local_page(page);
	EXPECT_EQ(kaddr[99] + kaddr[150] + kaddr[199] + kaddr[250], 4);
	EXPECT(!memchr_inv(kaddr + 100, 0, 50));
	EXPECT(!memchr_inv(kaddr + 200, 0, 50));
	kunmap_local(kaddr);
	__free_page(page);
}

KTEST(linux_highmem, "memzero_page() and clear_user_highpage() clear")
{
	struct page *page = get_page_or_die(GFP_HIGHUSER);
	u8 *kaddr;

	memset_page(page, 0, 7, PAGE_SIZE);
	memzero_page(page, 1, 2);
	kaddr = kmap_local_page(page);
	EXPECT_EQ(kaddr[0] << 16 | kaddr[1] << 8 | kaddr[3], 0x070007);
	kunmap_local(kaddr);
	clear_user_highpage(page, 0x08048000);
	kaddr = kmap_local_page(page);
	EXPECT(!memchr_inv(kaddr, 0, PAGE_SIZE));
	kunmap_local(kaddr);
	__free_page(page);
}

KTEST(linux_highmem, "kmap_local_folio() shows the byte at an offset")
{
	struct folio *folio = folio_alloc(GFP_HIGHUSER | __GFP_COMP, 1);
	size_t offset = PAGE_SIZE + 8;
	char *kaddr;

	BUG_ON(!folio);
	memcpy_to_page(folio_page(folio, 1), 8, "here", 4);
	kaddr = kmap_local_folio(folio, offset);
	EXPECT(!memcmp(kaddr, "here", 4));
	EXPECT_EQ(offset_in_page(kaddr), offset_in_page(offset));
	kunmap_local(kaddr);
	folio_put(folio);
}

KTEST(linux_highmem, "memcpy_to_folio() and memcpy_from_folio() cross pages")
{
	struct folio *folio = folio_alloc(GFP_HIGHUSER, 2);
	char out[5] = "";

	BUG_ON(!folio);
	memcpy_to_folio(folio, PAGE_SIZE - 2, "cross", 5);
	memcpy_from_folio(out, folio, PAGE_SIZE - 2, 5);
	EXPECT(!memcmp(out, "cross", 5));
	memcpy_from_page(out, folio_page(folio, 1), 0, 3);
	EXPECT(!memcmp(out, "oss", 3));
	folio_put(folio);
}

KTEST(linux_highmem, "folio_zero_segment(s) clear across pages, ends excluded")
{
	struct folio *folio = folio_alloc(GFP_HIGHUSER, 1);
	u8 out[4] = {0};

	BUG_ON(!folio);
	memset_page(folio_page(folio, 0), 0, 1, PAGE_SIZE);
	memset_page(folio_page(folio, 1), 0, 1, PAGE_SIZE);
	folio_zero_segment(folio, PAGE_SIZE - 1, PAGE_SIZE + 1);
	memcpy_from_folio(out, folio, PAGE_SIZE - 2, 4);
	EXPECT(!memcmp(out, "\1\0\0\1", 4));
	folio_zero_segments(folio, 0, 1, 2, 2);
	memcpy_from_folio(out, folio, 0, 4);
	EXPECT(!memcmp(out, "\0\1\1\1", 4));
	folio_zero_range(folio, 0, folio_size(folio));
	memcpy_from_folio(out, folio, folio_size(folio) - 4, 4);
	EXPECT(!memchr_inv(out, 0, 4));
	folio_put(folio);
}

KTEST(linux_highmem, "kmap_local_pfn() shows a frame by its number")
{
	struct page *page = get_page_or_die(GFP_HIGHUSER);
	unsigned long pfn = page_to_pfn(page);
	u32 *p = kmap_local_pfn(pfn);

	*p = 0x12345678;
	kunmap_local(p);
	p = kmap_local_page(pfn_to_page(pfn));
	EXPECT_EQ(*p, 0x12345678);
	kunmap_local(p);
	__free_page(page);
}

KTEST(linux_highmem, "kmap_local_page_prot() maps read-only")
{
	struct page *page = get_page_or_die(GFP_HIGHUSER | __GFP_ZERO);
	u32 *p = kmap_local_page_prot(page, PAGE_KERNEL_RO);

	EXPECT_EQ(READ_ONCE(*p), 0);
	kunmap_local(p);
	__free_page(page);
}

/* Sums the words of a page, as a checksum loop in a driver does. */
static u32 checksum_page(struct page *page, unsigned int offset,
			 unsigned int len)
{
	u32 sum = 0;
	u8 *kaddr = kmap_local_page(page);
	unsigned int i;

	for (i = offset; i < min_t(unsigned int, offset + len, PAGE_SIZE); i++)
		sum += kaddr[i];
	kunmap_local(kaddr);
	return sum;
}

KTEST(linux_highmem, "a function that maps for itself may be called anywhere")
{
	struct page *page = get_page_or_die(GFP_HIGHUSER | __GFP_ZERO);

	memset_page(page, 0, 3, PAGE_SIZE);
	EXPECT_EQ(checksum_page(page, PAGE_SIZE - 4, 100), 12);
	preempt_disable();
	EXPECT_EQ(checksum_page(page, 0, 5), 15);
	preempt_enable();
	__free_page(page);
}

/* Copies a buffer into an array of pages, from an offset on. */
static size_t copy_to_pages(struct page **pages, size_t offset, const void *buf,
			    size_t len)
{
	size_t done = 0;

	while (done < len) {
		size_t part = min_t(size_t, len - done,
				    PAGE_SIZE - offset_in_page(offset));

		memcpy_to_page(pages[offset >> PAGE_SHIFT],
			       offset_in_page(offset), buf + done, part);
		offset += part;
		done += part;
	}
	return done;
}

KTEST(linux_highmem, "a buffer is copied over the border of two pages")
{
	struct page *pages[2] = {get_page_or_die(GFP_HIGHUSER),
				 get_page_or_die(GFP_HIGHUSER)};
	char out[4] = "";

	EXPECT_EQ(copy_to_pages(pages, PAGE_SIZE - 4, "leftside", 8), 8);
	memcpy_from_page(out, pages[0], PAGE_SIZE - 4, 4);
	EXPECT(!memcmp(out, "left", 4));
	memcpy_from_page(out, pages[1], 0, 4);
	EXPECT(!memcmp(out, "side", 4));
	__free_page(pages[0]);
	__free_page(pages[1]);
}

KTEST(linux_highmem, "totalhigh_pages() says whether there is highmem")
{
	struct page *page = get_page_or_die(GFP_HIGHUSER);

	EXPECT(!PageHighMem(page) || totalhigh_pages() > 0);
	EXPECT(nr_free_highpages() <= totalhigh_pages());
	EXPECT(totalhigh_pages() <= totalram_pages());
	flush_dcache_page(page);
	__free_page(page);
}
