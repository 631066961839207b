/* SPDX-License-Identifier: MIT */
/* What mapping costs, in instructions. Asked where the time-stamp counter
 * counts them (ICOUNT=1), of the release build, on one CPU; the bounds are
 * Loft's goals. Every figure is an average over many rounds, without the loop
 * around them. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/irqflags.h"
#include "icount_check.h"
#include "kernel/printk.h"
#include "mm/highmem.h"
#include "mm/page_alloc.h"

#define ROUNDS 2048u

/* Pages that are mapped, high where there are such. */
static struct page *pages[ROUNDS];
static char buffer[64];

/* Instructions of `work`, for n from 0 to ROUNDS - 1, in tenths. The counter is
 * in memory, and leaves `work` the registers. No tick comes in between. */
static unsigned n;

#define LOOP(work)                                           \
	({                                                   \
		uint64_t start_, end_;                       \
		local_irq_disable();                         \
		start_ = rdtsc();                            \
		for (n = 0; n < ROUNDS; n++) {               \
			work;                                \
			__asm__ volatile("" : : : "memory"); \
		}                                            \
		end_ = rdtsc();                              \
		local_irq_enable();                          \
		(uint32_t)(end_ - start_);                   \
	})
#define COST(work)                                   \
	({                                           \
		uint32_t empty_ = LOOP((void)0);     \
		(LOOP(work) - empty_) * 10 / ROUNDS; \
	})

static void expect_cost(const char *name, uint32_t tenths, unsigned most)
{
	pr_info("cost: %-22s %u.%u instructions, %u at most\n", name,
		(unsigned)tenths / 10, (unsigned)tenths % 10, most);
	EXPECT(tenths <= most * 10);
}

static void take_pages(gfp_t gfp)
{
	for (n = 0; n < ROUNDS; n++)
		pages[n] = alloc_page(gfp | __GFP_NOWARN);
}

static void give_pages(void)
{
	for (n = 0; n < ROUNDS; n++)
		if (pages[n])
			__free_page(pages[n]);
}

/* Somebody has the address, says the compiler. */
static void use(const void *addr)
{
	__asm__ volatile("" : : "r"(addr));
}

/* Why this machine cannot be asked, or NULL. */
static const char *cannot_ask(void)
{
	if (CHECK)
		return "CHECK=1 costs more, on purpose";
	if (!pages[ROUNDS - 1] || !PageHighMem(pages[ROUNDS - 1]))
		return "needs 8 MiB of highmem";
	return instructions_counted() ? NULL : "needs ICOUNT=1, and one CPU";
}

/* Runs `ask` with high pages, where it can be asked. */
static void with_high_pages(void (*ask)(struct page *page))
{
	take_pages(GFP_HIGHUSER);
	if (cannot_ask())
		ktest_skip(cannot_ask());
	else
		ask(pages[0]);
	give_pages();
}

static void ask_window(struct page *page)
{
	void *a, *b, *c, *d;

	expect_cost("kmap_local", COST({
			    a = kmap_local_page(page);
			    use(a);
			    kunmap_local(a);
		    }),
		    32);
	expect_cost("kmap_local_depth4", COST({
						 a = kmap_local_page(page);
						 b = kmap_local_page(page);
						 c = kmap_local_page(page);
						 d = kmap_local_page(page);
						 use(a);
						 kunmap_local(d);
						 kunmap_local(c);
						 kunmap_local(b);
						 kunmap_local(a);
					 }) / 4,
		    32);
	expect_cost("kmap_atomic", COST({
			    a = kmap_atomic(page);
			    use(a);
			    kunmap_atomic(a);
		    }),
		    40);
}

KTEST(kmap_cost, "a high page is seen through the window in few instructions")
{
	with_high_pages(ask_window);
}

/* The one call in ROUNDS that wraps the pool costs this much more. */
static uint32_t cost_of_wrap(void)
{
	uint32_t most = 0, start;
	unsigned long flags;

	local_irq_save(flags);
	for (n = 0; n < ROUNDS; n++) {
		local_irq_restore(flags);
		start = (uint32_t)rdtsc();
		kmap(pages[n]);
		start = (uint32_t)rdtsc() - start;
		local_irq_save(flags);
		kunmap(pages[n]);
		most = max(most, start);
	}
	local_irq_restore(flags);
	return most;
}

static void ask_pool(struct page *page)
{
	const unsigned held = KMAP_SLOTS - 16;

	expect_cost("kmap_hot", COST({
			    use(kmap(page));
			    kunmap(page);
		    }),
		    60);
	expect_cost("kmap_stream", COST({
			    use(kmap(pages[n]));
			    kunmap(pages[n]);
		    }),
		    150);
	expect_cost("kmap_wrap", cost_of_wrap() * 10, 8000);
	for (n = 0; n < held; n++)
		kmap(pages[n]);
	expect_cost("kmap_stream_496held", COST({
			    use(kmap(pages[held + n % 1024]));
			    kunmap(pages[held + n % 1024]);
		    }),
		    400);
	for (n = 0; n < held; n++)
		kunmap(pages[n]);
}

KTEST(kmap_cost, "a high page gets an address for all in few instructions")
{
	with_high_pages(ask_pool);
}

static void ask_copies(struct page *page)
{
	void *from, *to;

	expect_cost("memcpy_to_page_64",
		    COST(memcpy_to_page(page, 0, buffer, 64)), 60);
	expect_cost("zero_user_64", COST(zero_user(page, 0, 64)), 60);
	expect_cost("clear_highpage", COST(clear_highpage(pages[n])), 1070);
	expect_cost("copy_highpage",
		    COST(copy_highpage(pages[n], pages[ROUNDS - 1 - n])), 1100);
	expect_cost("copy64m_kmap", COST({
			    from = kmap(pages[n]);
			    to = kmap(pages[ROUNDS - 1 - n]);
			    copy_page(to, from);
			    kunmap(pages[ROUNDS - 1 - n]);
			    kunmap(pages[n]);
		    }),
		    1350);
}

KTEST(kmap_cost, "high pages are cleared and copied for little more")
{
	with_high_pages(ask_copies);
}

static void ask_lowmem(struct page *page)
{
	void *a;

	expect_cost("kmap_local_low", COST({
			    a = kmap_local_page(page);
			    use(a);
			    kunmap_local(a);
		    }),
		    11);
	expect_cost("kmap_low", COST({
			    use(kmap(page));
			    kunmap(page);
		    }),
		    12);
	expect_cost("page_address_low", COST(use(page_address(page))), 6);
	expect_cost("page_to_pfn", COST(use((void *)page_to_pfn(page))), 3);
	expect_cost("page_highmem", COST(use((void *)PageHighMem(page))), 4);
}

KTEST(kmap_cost, "a page of lowmem costs a compare and a shift")
{
	struct page *low = alloc_page(GFP_KERNEL);

	take_pages(GFP_HIGHUSER);
	if (cannot_ask())
		ktest_skip(cannot_ask());
	else if (kmap_local_page(low) != lowmem_page_address(low))
		ktest_skip("force_kmap");
	else
		ask_lowmem(low);
	__free_page(low);
	give_pages();
}
