/* SPDX-License-Identifier: MIT */
/* See kmap_check.h. */
#include "kmap_check.h"

#include "arch/cpu.h"
#include "arch/irqflags.h"
#include "arch/traps.h"
#include "kernel/ktest.h"
#include "kernel/panic.h"

struct kmap_state kmap_state(void)
{
	return (struct kmap_state){
		.zones = count_zones(),
		.local = kmap_local_slots(),
		.atomic = kmap_atomic_slots(),
		.pool = kmap_count().mapped,
	};
}

void expect_as_before(const struct kmap_state *before)
{
	expect_all_back(&before->zones);
	expect_no_slots(before);
}

void expect_no_slots(const struct kmap_state *before)
{
	EXPECT_EQ(kmap_local_slots(), before->local);
	EXPECT_EQ(kmap_atomic_slots(), before->atomic);
	EXPECT_EQ(kmap_count().mapped, before->pool);
}

/* ---- Pages --------------------------------------------------------------- */

struct page *zone_page(unsigned zone)
{
	static const gfp_t gfp[MAX_NR_ZONES] = {GFP_DMA, GFP_KERNEL,
						GFP_HIGHUSER};

	return alloc_page(gfp[zone] | __GFP_NOWARN);
}

struct page *test_page(void)
{
	struct page *page = alloc_page(GFP_HIGHUSER);

	if (!page)
		panic("too little memory for a page");
	return page;
}

bool nothing_is_mapped(void)
{
	struct page *page = test_page();
	void *addr = kmap_local_page(page);
	bool nothing = !is_kmap_addr(addr);

	kunmap_local(addr);
	__free_page(page);
	if (nothing)
		ktest_skip("no page needs a mapping here");
	return nothing;
}

bool no_highmem(void)
{
	struct page *page = test_page();
	bool none = !PageHighMem(page);

	__free_page(page);
	if (none)
		ktest_skip("no highmem");
	return none;
}

struct folio *mapped_folio(unsigned order)
{
	struct folio *folio = folio_alloc(GFP_HIGHUSER | __GFP_NOWARN, order);
	void *addr = folio ? kmap_local_folio(folio, 0) : NULL;
	bool mapped = is_kmap_addr(addr);

	if (addr)
		kunmap_local(addr);
	if (mapped)
		return folio;
	if (folio)
		folio_put(folio);
	ktest_skip("no block that needs a mapping is free");
	return NULL;
}

/* What word `n` of a frame holds. */
static uint32_t signature(const struct page *page, unsigned n)
{
	return ((uint32_t)page_to_pfn(page) << 10 | n) * 2654435761u;
}

#define WORDS (PAGE_SIZE / 4)

void sign_page(const struct page *page)
{
	uint32_t *words = kmap_local_page(page);

	for (unsigned n = 0; n < WORDS; n++)
		words[n] = signature(page, n);
	kunmap_local(words);
}

bool shows(const volatile void *addr, const struct page *page)
{
	const volatile uint32_t *words = addr;
	unsigned middle = page_to_pfn(page) % WORDS;

	return words[0] == signature(page, 0) &&
	       words[middle] == signature(page, middle) &&
	       words[WORDS - 1] == signature(page, WORDS - 1);
}

/* ---- Between two instructions -------------------------------------------- */

static struct {
	void (*peek)(void);
	unsigned count, failures;
} steps;

static void peek_hook(struct trap_frame *frame)
{
	(void)frame;
	steps.count++;
	steps.peek();
}

/* The trap comes after the instruction that follows the one that sets TF, and
 * not in handlers, whose gates clear it. */
unsigned step_through(void (*run)(void), void (*peek)(void))
{
	unsigned long flags;

	steps.peek = peek;
	steps.count = steps.failures = 0;
	local_irq_save(flags);
	debug_hook = peek_hook;
	write_eflags(read_eflags() | EFLAGS_TF);
	run();
	write_eflags(read_eflags() & ~EFLAGS_TF);
	debug_hook = NULL;
	local_irq_restore(flags);
	EXPECT_EQ(steps.failures, 0);
	return steps.count;
}

void peek_expect(bool held)
{
	steps.failures += !held;
}
