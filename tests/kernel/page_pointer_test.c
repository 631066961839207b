/* SPDX-License-Identifier: MIT */
/* Pointers that are no struct page, and pages that may not be used: each call
 * that takes a page says what it was given. What lies outside of the frame
 * array is caught in each build, the rest with CHECK=1.
 *
 * Notices: null_page_mapped, page_beyond_mapped, null_page_freed,
 * freed_page_mapped, mapped_page_freed, damaged_state_indexed,
 * order_beyond_freed, damaged_state_mapped, damaged_slot_mapped,
 * damaged_slot_unmapped, stack_page_freed, null_folio_copied. */
#include "kernel/ktest.h"

#include "boot/boot_init.h"
#include "kernel/errno.h"
#include "kernel/kthread.h"
#include "kmap_check.h"
#include "mm/highmem.h"
#include "mm/section.h"
#include "mm/slab.h"

static char buffer[16];

/* Every call that takes a page refuses it with a sentence that has `part`. The
 * panic leaves preemption as it was; page faults stay off once more. */
static void refuse(struct page *page, const char *part)
{
	EXPECT_PANIC(part, kmap(page));
	EXPECT_PANIC(part, kmap_local_page(page));
	EXPECT_PANIC(part, kmap_local_page_prot(page, PAGE_KERNEL_RO));
	EXPECT_PANIC(part, kmap_high_get(page));
	EXPECT_PANIC(part, page_address(page));
	EXPECT_PANIC(part, memcpy_to_page(page, 0, buffer, sizeof(buffer)));
	EXPECT_PANIC(part, memcpy_from_page(buffer, page, 0, sizeof(buffer)));
	EXPECT_PANIC(part, clear_highpage(page));
	EXPECT_PANIC(part, zero_user(page, 0, 8));
}

/* And every call that frees it, or counts its users. */
static void refuse_to_free(struct page *page, const char *part)
{
	EXPECT_PANIC(part, __free_page(page));
	EXPECT_PANIC(part, __free_pages(page, 3));
	EXPECT_PANIC(part, free_pages_bulk(1, &page));
	EXPECT_PANIC(part, get_page(page));
	EXPECT_PANIC(part, put_page(page));
	EXPECT_PANIC(part, page_ref_count(page));
	EXPECT_PANIC(part, split_page(page, 1));
}

static void refuse_atomic(struct page *page, const char *part)
{
	int depth = current->pagefault_disabled;

	EXPECT_PANIC(part, kmap_atomic(page));
	current->pagefault_disabled = depth;
	EXPECT_EQ(preempt_count(), 0);
}

KTEST(page_misuse, "NULL is no page, and every call says so")
{
	refuse(NULL, "is no struct page. Did an allocation fail?");
	refuse_to_free(NULL, "is no struct page. Did an allocation fail?");
	refuse_atomic(NULL, "kmap_atomic: NULL");
	EXPECT_PANIC("kmap_local_page: NULL", memcpy_to_page(NULL, 0, "x", 1));
	EXPECT_PANIC("NULL", memcpy_to_folio(NULL, 0, buffer, 1));
	EXPECT_PANIC("NULL", memcpy_from_folio(buffer, NULL, 0, 1));
	EXPECT_PANIC("NULL", folio_zero_range(NULL, 0, 1));
	EXPECT_PANIC("NULL", kmap_local_folio(NULL, 0));
}

KTEST(page_misuse, "the caller is named, not the function that was called")
{
	static const char part[] = "NULL, given at test_page_misuse_";

	if (!boot_info.elf.count)
		return ktest_skip("the loader has passed no symbols");
	EXPECT_PANIC(part, kmap(NULL));
	EXPECT_PANIC(part, kmap_local_page(NULL));
	EXPECT_PANIC(part, page_address(NULL));
	EXPECT_PANIC(part, __free_page(NULL));
	EXPECT_PANIC(part, __free_pages(NULL, 3));
	EXPECT_PANIC(part, get_page(NULL));
	EXPECT_PANIC(part, put_page(NULL));
	EXPECT_PANIC(part, memcpy_to_folio(NULL, 0, buffer, 1));
	EXPECT_PANIC(part, kmap_local_page_prot(NULL, PAGE_KERNEL_RO));
	EXPECT_PANIC(part, kmap_high_get(NULL));
	EXPECT_PANIC(part, split_page(NULL, 1));
	if (CHECK) {
		EXPECT_PANIC(part, memcpy_page(NULL, 0, NULL, 0, 1));
		EXPECT_PANIC(part, zero_user(NULL, 0, 1));
	}
}

KTEST(page_misuse, "an error code is no page")
{
	struct page *error = (struct page *)-ENOMEM;

	refuse(error, "no struct page, but the error code -12");
	refuse_to_free(error, "no struct page, but the error code -12");
	refuse_atomic(error, "no struct page, but the error code -12");
}

KTEST(page_misuse, "what lies outside of the frame array is no page")
{
	struct page *end = mem_map + mem_map_bytes / sizeof(*end);
	static const char part[] = "is no struct page: it lies in";

	refuse(mem_map - 1, part);
	refuse_to_free(mem_map - 1, part);
	refuse_atomic(mem_map - 1, part);
	refuse(end, part);
	refuse_to_free(end, part);
	refuse_atomic(end, part);
	refuse((struct page *)0x10000, "it lies in user space");
	refuse((struct page *)buffer, "it lies in kernel data");
	refuse_to_free((struct page *)buffer, "it lies in kernel data");
}

KTEST(page_misuse, "the first and the last frame of the array have a page")
{
	struct page *end = mem_map + mem_map_bytes / sizeof(*end);

	EXPECT_EQ(page_to_pfn(mem_map), 0);
	EXPECT((uint32_t)page_address(mem_map) == PAGE_OFFSET);
	EXPECT_PANIC("__free_page: frame 0x", __free_page(mem_map));
	if (section_present(page_to_pfn(end - 1)))
		EXPECT_PANIC("__free_page: frame 0x", __free_page(end - 1));
}

KTEST(page_misuse, "with CHECK=1 so is what lies inside of a struct page")
{
	struct page *page = alloc_page(GFP_HIGHUSER);
	struct page *astray = (struct page *)((char *)page + 4);

	if (CHECK) {
		refuse(astray, "it lies 4 bytes inside that of frame 0x");
		refuse_atomic(astray, "it lies 4 bytes inside");
		EXPECT_PANIC("it lies 4 bytes inside", kunmap(astray));
	} else {
		ktest_skip("needs CHECK=1");
	}
	__free_page(page);
}

KTEST(page_misuse, "with CHECK=1 frames without RAM are not mapped")
{
	struct page *screen = pfn_to_page(0xb8);

	if (!CHECK)
		return ktest_skip("needs CHECK=1");
	refuse(screen, "is the struct page of frame 0xb8, which is no RAM");
	refuse_atomic(screen, "frame 0xb8, which is no RAM");
}

KTEST(page_misuse, "with CHECK=1 a page is not used after it was freed")
{
	struct page *page = alloc_page(GFP_HIGHUSER);
	struct page *block = alloc_pages(GFP_HIGHUSER, 4);

	__free_page(page);
	__free_pages(block, 4);
	if (!CHECK)
		return ktest_skip("needs CHECK=1");
	refuse(page, "is free: the page is used after it was freed");
	refuse(block + 7, "is free: the page is used after it was freed");
	refuse_atomic(page, "is free: the page is used after");
	EXPECT_PANIC("is free", kunmap(page));
	EXPECT_PANIC("is free", copy_highpage(page, page));
}

/* ---- States -------------------------------------------------------------- */

KTEST(page_misuse, "an unknown state is named, not looked up")
{
	struct page *page = alloc_page(GFP_KERNEL);

	page->head = 0x0f;
	EXPECT_PANIC("is in an unknown state", __free_page(page));
	EXPECT_PANIC("(head 0x0f)", put_page(page));
	EXPECT_PANIC("is in an unknown state", get_page(page));
	EXPECT_PANIC("is in an unknown state",
		     kfree(lowmem_page_address(page)));
	page->head = 0xff;
	EXPECT_PANIC("(head 0xff)", __free_pages(page, 2));
	page->head = PAGE_HEAD(PG_ALLOCATED, MAX_PAGE_ORDER + 1);
	EXPECT_PANIC("is in an unknown state",
		     __free_pages(page, MAX_PAGE_ORDER + 1));
	EXPECT_PANIC("is in an unknown state", put_page(page));
	EXPECT_PANIC("is in an unknown state", __free_pages(page, 3));
	if (CHECK) {
		refuse(page, "is in an unknown state");
		refuse_atomic(page, "is in an unknown state");
		EXPECT_PANIC("(head 0xb3)", folio_size((struct folio *)page));
	}
	page->head = PAGE_HEAD(PG_ALLOCATED, 0);
	__free_page(page);
}

KTEST(page_misuse, "an unknown slot is named, not looked up")
{
	struct page *page = test_page();

	if (no_highmem()) {
		__free_page(page);
		return;
	}
	page->slot = 0xffff;
	EXPECT_PANIC("says that it has slot 65535", kmap(page));
	EXPECT_PANIC("says that it has slot 65535", kunmap(page));
	EXPECT_PANIC("says that it has slot 65535", page_address(page));
	EXPECT_PANIC("says that it has slot 65535", kmap_high_get(page));
	EXPECT_PANIC("says that it has slot 65535", __free_page(page));
	page->slot = 0;
	__free_page(page);
}

/* ---- Folios -------------------------------------------------------------- */

KTEST(page_misuse, "with CHECK=1 a folio has no page behind its last")
{
	struct folio *folio = folio_alloc(GFP_HIGHUSER, 1);

	if (CHECK) {
		EXPECT_PANIC("page 2 is asked for at test_page_misuse_",
			     clear_highpage(folio_page(folio, 2)));
		EXPECT_PANIC("has 2, counted from 0", folio_page(folio, ~0ul));
	} else {
		ktest_skip("needs CHECK=1");
	}
	folio_put(folio);
}

KTEST(page_misuse, "with CHECK=1 a page in the middle is no folio")
{
	struct folio *folio = folio_alloc(GFP_HIGHUSER, 2);
	struct folio *tail = (struct folio *)folio_page(folio, 3);
	static const char part[] = "is no folio, but page 3 of the one";

	if (CHECK) {
		EXPECT_PANIC(part, folio_size(tail));
		EXPECT_PANIC(part, folio_page(tail, 0));
		EXPECT_PANIC(part, folio_put(tail));
		EXPECT_PANIC(part, folio_get(tail));
		EXPECT_PANIC(part, kmap_local_folio(tail, 0));
		EXPECT_PANIC(part, memcpy_to_folio(tail, 0, buffer, 1));
	} else {
		ktest_skip("needs CHECK=1");
	}
	EXPECT(page_folio(&tail->page) == folio);
	folio_put(folio);
}

/* ---- Mapped still -------------------------------------------------------- */

KTEST(page_misuse, "freeing a page that kmap() still maps is caught")
{
	struct page *page = test_page();

	if (no_highmem()) {
		__free_page(page);
		return;
	}
	kmap(page);
	kmap(page);
	EXPECT_PANIC("is still mapped by 2 kmap()", __free_page(page));
	kunmap(page);
	EXPECT_PANIC("is still mapped by 1 kmap()", put_page(page));
	EXPECT_PANIC("kunmap() it before it is freed",
		     free_pages_bulk(1, &page));
	get_page(page);
	put_page(page);
	kunmap(page);
	__free_page(page);
}

KTEST(page_misuse, "the next owner of a page finds no address of the last")
{
	struct page *page = test_page(), *again;

	if (no_highmem()) {
		__free_page(page);
		return;
	}
	kmap(page);
	kunmap(page);
	EXPECT(page_address(page) != NULL);
	__free_page(page);
	again = test_page();
	EXPECT(again == page);
	EXPECT(page_address(again) == NULL);
	/* And the pool still counts right, and forgets the slot. */
	kmap_flush_unused();
	EXPECT(kmap(again) == page_address(again));
	kmap_flush_unused();
	EXPECT(page_address(again) != NULL);
	kunmap(again);
	__free_page(again);
}

KTEST(page_misuse, "with CHECK=1 so is freeing a block of which it maps a page")
{
	struct page *block = alloc_pages(GFP_HIGHUSER, 2);

	if (CHECK && !no_highmem()) {
		kmap(block + 3);
		EXPECT_PANIC("is still mapped by 1 kmap()",
			     __free_pages(block, 2));
		kunmap(block + 3);
	}
	if (!CHECK)
		ktest_skip("needs CHECK=1");
	__free_pages(block, 2);
}

KTEST(page_misuse, "with CHECK=1 so is freeing what this task has mapped")
{
	struct page *block = alloc_pages(GFP_HIGHUSER, 1);
	void *seen = kmap_local_page(block + 1);

	if (CHECK && is_kmap_addr(seen))
		EXPECT_PANIC("is still mapped on this CPU, since",
			     __free_pages(block, 1));
	else
		ktest_skip("needs CHECK=1, and highmem");
	kunmap_local(seen);
	seen = kmap_atomic(block);
	if (CHECK && is_kmap_addr(seen))
		EXPECT_PANIC("is still mapped on this CPU, since",
			     __free_pages(block, 1));
	kunmap_atomic(seen);
	__free_pages(block, 1);
}

KTEST(kmap_misuse,
      "with CHECK=1 unmapping a page and not its address is caught")
{
	struct page *page = alloc_page(GFP_KERNEL);
	void *seen;

	if (!CHECK || !HIGHMEM) {
		__free_page(page);
		return ktest_skip("needs CHECK=1, and highmem");
	}
	seen = kmap_local_page(page);
	if (!is_kmap_addr(seen))
		EXPECT_PANIC("is the struct page of frame 0x",
			     kunmap_local((void *)page));
	kunmap_local(seen);
	__free_page(page);
}

KTEST(kmap_misuse, "an address beyond its page is not told as unmapped twice")
{
	struct page *page = test_page();
	char *addr = kmap_local_page(page);

	if (is_kmap_addr(addr))
		EXPECT_PANIC(CHECK ? "lies beyond the end of the mapping"
				   : "is the address beyond the page that was "
				     "mapped?",
			     kunmap_local(addr + PAGE_SIZE));
	else
		ktest_skip("no page needs a mapping here");
	kunmap_local(addr);
	__free_page(page);
}

KTEST(kmap_misuse, "with CHECK=1 mappings are counted without their guards")
{
	struct page *page = test_page();
	void *first, *second;

	if (nothing_is_mapped()) {
		__free_page(page);
		return;
	}
	first = kmap_local_page(page);
	second = kmap_local_page(page);
	EXPECT_PANIC("a task exits with 2 mappings", task_exit());
	kunmap_local(second);
	EXPECT_PANIC("a task exits with 1 mappings", task_exit());
	kunmap_local(first);
	__free_page(page);
}
