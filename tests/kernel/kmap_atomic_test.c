/* SPDX-License-Identifier: MIT */
/* kmap_atomic: what it shows, what it turns off, and how handlers nest in it.
 *
 * Notices: atomic_preemptible, atomic_faults_served, atomic_low_left_out,
 * atomic_in_local_slots, window_no_flush. */
#include "kernel/ktest.h"

#include "kernel/timer.h"
#include "crew.h"
#include "kmap_check.h"

KTEST(kmap_atomic, "a page shows what was written to it, in every zone")
{
	struct kmap_state before = kmap_state();

	for (unsigned zone = 0; zone < MAX_NR_ZONES; zone++) {
		struct page *page = zone_page(zone);
		void *addr;

		if (!page)
			continue;
		sign_page(page);
		addr = kmap_atomic(page);
		EXPECT(shows(addr, page));
		kunmap_atomic(addr);
		__free_page(page);
	}
	expect_as_before(&before);
}

KTEST(kmap_atomic, "preemption and page faults are off in between, low or high")
{
	unsigned count = preempt_count();

	for (unsigned zone = 0; zone < MAX_NR_ZONES; zone++) {
		struct page *page = zone_page(zone);
		void *addr;

		if (!page)
			continue;
		EXPECT(!pagefault_disabled());
		addr = kmap_atomic(page);
		EXPECT_EQ(preempt_count(), count + PREEMPT_OFFSET);
		EXPECT(pagefault_disabled());
		kunmap_atomic(addr);
		EXPECT_EQ(preempt_count(), count);
		EXPECT(!pagefault_disabled());
		__free_page(page);
	}
}

KTEST(kmap_atomic, "two pages are mapped at once to copy one to the other")
{
	struct page *from = test_page(), *to = test_page();
	char *source, *target;

	sign_page(from);
	source = kmap_atomic(from);
	target = kmap_atomic(to);
	copy_page(target, source);
	EXPECT_EQ(preempt_count(), 2 * PREEMPT_OFFSET);
	kunmap_atomic(target + 4095);
	EXPECT(pagefault_disabled());
	kunmap_atomic(source);
	source = kmap_atomic(to);
	EXPECT(shows(source, from));
	kunmap_atomic(source);
	__free_page(from);
	__free_page(to);
}

KTEST(kmap_atomic, "when it has ended, nothing is there")
{
	struct page *page = test_page();
	volatile char *addr;

	if (nothing_is_mapped()) {
		__free_page(page);
		return;
	}
	addr = kmap_atomic(page);
	addr[1] = 1;
	kunmap_atomic(addr);
	EXPECT_FAULT(ACCESS_READ, addr, PAGE_ABSENT);
	__free_page(page);
}

KTEST(kmap_atomic, "it and kmap_local do not get into each other's way")
{
	struct page *page[2] = {test_page(), test_page()};
	void *local, *atomic, *second;

	sign_page(page[0]);
	sign_page(page[1]);
	local = kmap_local_page(page[0]);
	atomic = kmap_atomic(page[1]);
	second = kmap_local_page(page[1]);
	/* Each is the newest of its kind: in any order. */
	kunmap_local(second);
	kunmap_local(local);
	local = kmap_local_page(page[0]);
	EXPECT(shows(atomic, page[1]));
	kunmap_atomic(atomic);
	EXPECT(shows(local, page[0]));
	kunmap_local(local);
	__free_page(page[0]);
	__free_page(page[1]);
}

KTEST(kmap_atomic, "protection and frame numbers, as with kmap_local")
{
	struct page *page = test_page();
	volatile char *addr;

	sign_page(page);
	addr = kmap_atomic_prot(page, PAGE_KERNEL_RO);
	EXPECT(shows(addr, page));
	if (HIGHMEM)
		EXPECT_FAULT(ACCESS_WRITE, addr, PAGE_FORBIDS);
	kunmap_atomic(addr);
	addr = kmap_atomic_pfn(page_to_pfn(page));
	EXPECT(shows(addr, page));
	kunmap_atomic(addr);
	EXPECT(preemptible());
	__free_page(page);
}

/* ---- Handlers ------------------------------------------------------------ */

static struct {
	struct page *task, *handler;
	unsigned rings, errors;
} nested;

/* An interrupt handler that uses both kinds, to copy. */
static void handle(void)
{
	void *atomic = kmap_atomic(nested.handler);
	void *local = kmap_local_page(nested.task);
	void *second = kmap_atomic(nested.task);

	nested.errors += !shows(atomic, nested.handler) ||
			 !shows(second, nested.task) ||
			 !shows(local, nested.task);
	kunmap_atomic(second);
	kunmap_local(local);
	kunmap_atomic(atomic);
}

static void take_nested(void)
{
	nested.task = test_page();
	nested.handler = test_page();
	nested.rings = nested.errors = 0;
	sign_page(nested.task);
	sign_page(nested.handler);
}

static void give_nested(void)
{
	EXPECT_EQ(nested.errors, 0);
	__free_page(nested.task);
	__free_page(nested.handler);
}

static void ring(struct timer *timer)
{
	(void)timer;
	handle();
	WRITE_ONCE(nested.rings, nested.rings + 1);
}

KTEST(kmap_atomic, "a real handler maps while the task that it came upon does")
{
	struct kmap_state before = kmap_state();
	struct timer timer = {.fire = ring};
	unsigned errors = 0;

	if (no_tick())
		return;
	take_nested();
	while (READ_ONCE(nested.rings) < 5) {
		unsigned rings = READ_ONCE(nested.rings);
		void *first = kmap_atomic(nested.task);
		void *second = kmap_local_page(nested.handler);

		timer.expires = jiffies + 1;
		timer_add(&timer);
		while (READ_ONCE(nested.rings) == rings)
			errors += !shows(first, nested.task) ||
				  !shows(second, nested.handler);
		kunmap_local(second);
		kunmap_atomic(first);
	}
	EXPECT_EQ(errors, 0);
	give_nested();
	expect_as_before(&before);
}

/* What is looked at between any two of its instructions. Preemption stays off,
 * or the last instruction could be one of the scheduler. */
static void map_and_look(void)
{
	void *first = kmap_atomic(nested.task);
	void *second = kmap_atomic(nested.handler);

	peek_expect(shows(second, nested.handler));
	kunmap_atomic(second);
	second = kmap_atomic(nested.handler);
	peek_expect(shows(first, nested.task));
	peek_expect(shows(second, nested.handler));
	kunmap_atomic(second);
	kunmap_atomic(first);
}

KTEST(kmap_atomic, "an interrupt between any two instructions may map")
{
	struct kmap_state before = kmap_state();

	take_nested();
	preempt_disable();
	EXPECT(step_through(map_and_look, handle) > 50);
	preempt_enable();
	give_nested();
	expect_as_before(&before);
}
