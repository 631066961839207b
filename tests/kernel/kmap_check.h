/* SPDX-License-Identifier: MIT */
/* What the suites about mappings share: whether all is as it was, pages of
 * every kind and what is in them, and looks in between two instructions. */
#ifndef TESTS_KERNEL_KMAP_CHECK_H
#define TESTS_KERNEL_KMAP_CHECK_H

#include "mm/highmem.h"
#include "zone_check.h"

/* Pages free, slots in use. */
struct kmap_state {
	struct zone_counts zones;
	unsigned local, atomic, pool;
};

/* Expects what was found before: no page, no slot is missing; or, where threads
 * have run, whose stacks are kept for others, no slot. */
struct kmap_state kmap_state(void);
void expect_as_before(const struct kmap_state *before);
void expect_no_slots(const struct kmap_state *before);

/* A page for each zone that has one to give: see zone_page(). */
struct page *zone_page(unsigned zone);

/* A page that is in highmem, if there is highmem; or a panic. */
struct page *test_page(void);

/* Whether no page takes a mapping, or none takes a slot of the pool: the test
 * is skipped then. */
bool nothing_is_mapped(void);
bool no_highmem(void);

/* A folio of 2^order pages that take slots. NULL, and the test is skipped, if
 * no such block is free. */
struct folio *mapped_folio(unsigned order);

/* Writes into every word of a page what only this frame has. */
void sign_page(const struct page *page);

/* Whether a signed page is what is seen at `addr`: looks at its two ends, and
 * at somewhere in between. */
bool shows(const volatile void *addr, const struct page *page);

/* Calls `peek` before each instruction of `run`, and of what that calls, with
 * interrupts off. Returns how often that was. */
unsigned step_through(void (*run)(void), void (*peek)(void));

/* Fails the test if something went wrong inside of `peek`, where nothing can
 * be expected; call it in `peek`. */
void peek_expect(bool held);

#endif
