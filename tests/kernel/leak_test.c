/* SPDX-License-Identifier: MIT */
/* A test that leaves one of each behind (kernel/test/ktest_count.h). Run alone
 * by tests/boot/test_leaks.py, which expects a sentence for each. */
#include "kernel/ktest.h"

#include "kernel/mutex.h"
#include "mm/highmem.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

KTEST(death, "leaks of memory")
{
	EXPECT(alloc_pages(GFP_HIGHUSER, 1));
	EXPECT(alloc_page(GFP_KERNEL));
	EXPECT(kmalloc(64, GFP_KERNEL));
	EXPECT(kmem_cache_create("test-left", 64, 0, 0, NULL));
	EXPECT(vmalloc(2 * PAGE_SIZE));
}

KTEST(death, "leaks of mappings")
{
	EXPECT(kmap(alloc_page(GFP_HIGHUSER)));
	EXPECT(kmap_local_page(alloc_page(GFP_HIGHUSER)));
	EXPECT(kmap_local_page(alloc_page(GFP_HIGHUSER)));
}

KTEST(death, "leaks of locks and states")
{
	static DEFINE_SPINLOCK(spinlock, RANK_TEST_INNER);
	static DEFINE_MUTEX(mutex, RANK_TEST_MUTEX);

	mutex_lock(&mutex);
	spin_lock(&spinlock);
	local_irq_disable();
}

KTEST(death, "leaks no more")
{
	EXPECT(preemptible());
	EXPECT(!irqs_disabled());
}
