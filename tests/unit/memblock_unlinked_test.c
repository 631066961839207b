/* SPDX-License-Identifier: MIT */
/* sources: mm/memblock/memblock.c mm/memblock/memblock_alloc.c mm/memblock/memblock_dump.c mm/memblock/memblock_handover.c mm/memblock/memblock_query.c mm/memblock/memblock_walk.c mm/memblock/regions.c arch/host/memory.c arch/host/panic.c arch/host/printk.c */
/* A kernel without a page allocator: to hand frames over is a panic with a
 * sentence, not a jump to nowhere. */
#include "memblock_fixture.h"

static void handing_over_to_nobody_is_a_panic(void **state)
{
	(void)state;
	memblock_add(0x1000, 0x2000);
	assert_true(host_panics(memblock_free_all()));
	assert_string_equal(host_panic_text(),
			    "memblock: no page allocator is linked to take "
			    "frames 0x1-0x3");
}

static void with_nothing_to_hand_over_it_is_not(void **state)
{
	(void)state;
	assert_false(host_panics(memblock_free_all()));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(handing_over_to_nobody_is_a_panic),
		test(with_nothing_to_hand_over_it_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
