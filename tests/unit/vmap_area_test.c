/* SPDX-License-Identifier: MIT */
/* sources: mm/vmap/vmap_area.c */
/* Areas and gaps: by example, and held against a map of pages by chance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mm/vmap/vmap_area.h"

#define PAGES 512
#define NODES (PAGES + 4)

static struct vmap_space space;
static struct vmap_area *tags[PAGES];
static struct vmap_area nodes[NODES];

/* One gap, and structures for whatever may come. */
static int setup(void **state)
{
	(void)state;
	memset(tags, 0xA5, sizeof(tags));
	memset(nodes, 0xA5, sizeof(nodes));
	vmap_space_init(&space, PAGES, tags, &nodes[0]);
	for (unsigned i = 1; i < NODES; i++)
		vmap_space_stock(&space, &nodes[i]);
	return 0;
}

static struct vmap_area *take(uint32_t pages, uint32_t align)
{
	struct vmap_area *area = vmap_space_take(&space, pages, align);

	if (area)
		area->kind = VM_MAP;
	return area;
}

/* ---- What must hold ------------------------------------------------------ */

struct seen {
	unsigned gaps;
	uint32_t pages, end;
};

/* Holds the tree to its rules; returns the largest gap in it. */
static uint32_t check_tree(const struct vmap_area *tree, struct seen *seen)
{
	uint32_t largest, right;

	if (!tree)
		return 0;
	if (tree->left)
		assert_true(tree->left->priority <= tree->priority);
	if (tree->right)
		assert_true(tree->right->priority <= tree->priority);
	largest = check_tree(tree->left, seen);
	/* In order of addresses, and never two that touch. */
	assert_true(!seen->gaps || tree->page > seen->end);
	assert_int_equal(tree->kind, VM_GAP);
	assert_ptr_equal(tags[tree->page], tree);
	seen->gaps++;
	seen->pages += tree->pages;
	seen->end = tree->page + tree->pages;
	right = check_tree(tree->right, seen);
	if (tree->pages > largest)
		largest = tree->pages;
	if (right > largest)
		largest = right;
	assert_int_equal(tree->largest, largest);
	return largest;
}

/* Holds the whole range to what mm/vmap/vmap_area.c says of it. */
static void assert_sound(void)
{
	struct seen seen = {0};
	unsigned gaps = 0, areas = 0;
	uint32_t free = 0;

	assert_int_equal(check_tree(space.gaps, &seen),
			 vmap_space_largest_gap(&space));
	for (uint32_t page = 0; page < PAGES;) {
		struct vmap_area *area = tags[page];

		assert_int_equal(area->page, page);
		assert_ptr_equal(tags[page + area->pages - 1], area);
		for (uint32_t i = 1; i + 1 < area->pages; i++)
			assert_null(tags[page + i]);
		areas++;
		if (area->kind == VM_GAP) {
			gaps++;
			free += area->pages;
		}
		page += area->pages;
		assert_true(page <= PAGES);
	}
	assert_int_equal(gaps, seen.gaps);
	assert_int_equal(free, seen.pages);
	assert_int_equal(free, vmap_space_free_pages(&space));
	assert_int_equal(areas + space.stocked, NODES);
}

/* ---- Examples ------------------------------------------------------------ */

static void takes_the_lowest(void **state)
{
	struct vmap_area *a, *b, *c;

	(void)state;
	a = take(4, 1);
	b = take(2, 1);
	c = take(1, 1);
	assert_int_equal(a->page, 0);
	assert_int_equal(b->page, 4);
	assert_int_equal(c->page, 6);
	vmap_space_give(&space, b);
	assert_sound();
	assert_int_equal(take(3, 1)->page, 7);
	assert_int_equal(take(1, 1)->page, 4);
	assert_int_equal(take(1, 1)->page, 5);
	assert_sound();
}

static void neighbours_become_one_gap(void **state)
{
	struct vmap_area *area[4];

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		area[i] = take(PAGES / 4, 1);
	assert_null(space.gaps);
	vmap_space_give(&space, area[1]);
	vmap_space_give(&space, area[3]);
	assert_int_equal(vmap_space_largest_gap(&space), PAGES / 4);
	assert_sound();
	vmap_space_give(&space, area[2]);
	assert_int_equal(vmap_space_largest_gap(&space), 3 * PAGES / 4);
	assert_sound();
	vmap_space_give(&space, area[0]);
	assert_int_equal(vmap_space_largest_gap(&space), PAGES);
	assert_int_equal(space.stocked, NODES - 1);
	assert_sound();
}

static void a_full_range_gives_nothing(void **state)
{
	struct vmap_area *all;

	(void)state;
	assert_null(take(PAGES + 1, 1));
	all = take(PAGES, 1);
	assert_non_null(all);
	assert_null(take(1, 1));
	assert_int_equal(vmap_space_free_pages(&space), 0);
	assert_sound();
	vmap_space_give(&space, all);
	assert_int_equal(take(PAGES, 1)->page, 0);
}

static void alignment_is_honoured_and_costs_no_pages(void **state)
{
	struct vmap_area *low, *aligned;

	(void)state;
	low = take(3, 1);
	aligned = take(5, 16);
	assert_int_equal(aligned->page, 16);
	assert_sound();
	/* What lies before it, and behind, is free. */
	assert_int_equal(take(13, 1)->page, 3);
	assert_int_equal(take(1, 1)->page, 21);
	vmap_space_give(&space, low);
	assert_int_equal(take(3, 2)->page, 0);
	assert_sound();
}

static void alignment_counts_from_the_base(void **state)
{
	(void)state;
	space.base = 8;
	assert_int_equal(take(5, 16)->page, 8);
	assert_int_equal(take(5, 16)->page, 24);
	/* Page 1016 would be the first. */
	assert_null(take(5, 1024));
}

static void alignment_looks_behind_a_gap_that_is_only_large_enough(void **state)
{
	struct vmap_area *area[8];

	(void)state;
	for (unsigned i = 0; i < 8; i++)
		area[i] = take(9, 1);
	vmap_space_give(&space, area[1]); /* 9 .. 18: no 8 from 16 on */
	assert_int_equal(take(8, 8)->page, 72);
	vmap_space_give(&space, area[6]); /* 54 .. 63: no 8 from 56 on */
	vmap_space_give(&space, area[7]); /* 63 .. 72: joined, 56 will do */
	assert_int_equal(take(8, 8)->page, 56);
	assert_sound();
}

/* A list is in no order, but runs of it may be. */
static void a_list_goes_back_at_once(void **state)
{
	static const unsigned order[] = {6, 5, 4, 1, 9, 3, 2};
	struct vmap_area *area[10], *list = NULL;

	(void)state;
	for (unsigned i = 0; i < 10; i++)
		area[i] = take(1 + i % 3, 1);
	for (unsigned i = 7; i-- > 0;) {
		area[order[i]]->next = list;
		list = area[order[i]];
	}
	list = vmap_space_give_list(&space, list, VM_STEPS_OF_GAP + 1);
	/* 6 with 5 and 4. */
	assert_ptr_equal(list, area[1]);
	assert_sound();
	assert_null(vmap_space_give_list(&space, list, 100));
	/* Areas 0, 7 and 8 are left, and two gaps. */
	assert_int_equal(space.gaps->left || space.gaps->right, 1);
	assert_int_equal(space.stocked, NODES - 5);
	assert_int_equal(vmap_space_free_pages(&space), PAGES - 1 - 2 - 3);
	assert_sound();
	assert_null(vmap_space_give_list(&space, NULL, 1));
	assert_sound();
}

static void finds_what_a_page_lies_in(void **state)
{
	struct vmap_area *a, *b;

	(void)state;
	a = take(4, 1);
	b = take(6, 8);
	assert_ptr_equal(vmap_space_find(&space, 0), a);
	assert_ptr_equal(vmap_space_find(&space, 3), a);
	assert_int_equal(vmap_space_find(&space, 4)->kind, VM_GAP);
	assert_int_equal(vmap_space_find(&space, 7)->pages, 4);
	assert_ptr_equal(vmap_space_find(&space, 8), b);
	assert_ptr_equal(vmap_space_find(&space, 13), b);
	assert_int_equal(vmap_space_find(&space, PAGES - 1)->page, 14);
}

/* ---- By chance ----------------------------------------------------------- */

/* Where `pages` pages fit lowest, by a map of pages; PAGES if nowhere. */
static uint32_t lowest(const uint8_t *taken, uint32_t pages, uint32_t align)
{
	for (uint32_t first = 0; first + pages <= PAGES; first += align)
		if (!memchr(taken + first, 1, pages))
			return first;
	return PAGES;
}

/* Gives some areas back as a list: from the newest on, as these come. */
static unsigned give_some(struct vmap_area **area, unsigned live,
			  uint8_t *taken)
{
	unsigned n = (unsigned)rand() % (live + 1);
	struct vmap_area *list = NULL;

	for (unsigned i = live - n; i < live; i++) {
		memset(taken + area[i]->page, 0, area[i]->pages);
		area[i]->kind = VM_LAZY;
		area[i]->next = list;
		list = area[i];
	}
	while (list)
		list = vmap_space_give_list(&space, list, 1 + rand() % 100);
	return live - n;
}

static void is_what_a_map_of_pages_is(void **state)
{
	const char *given = getenv("SEED");
	unsigned seed = given ? (unsigned)atol(given) : (unsigned)time(NULL);
	static struct vmap_area *area[PAGES];
	static uint8_t taken[PAGES];
	unsigned live = 0, failed = 0;

	(void)state;
	printf("# SEED=%u\n", seed);
	srand(seed);
	for (unsigned step = 0; step < 20000; step++) {
		/* Now mostly full, now mostly empty. */
		unsigned wanted = step / 1000 % 2 ? 70 : 30;

		if ((unsigned)rand() % 100 < wanted) {
			uint32_t pages = 1 + (uint32_t)rand() % 12;
			uint32_t align = 1u << (rand() % 3 ? 0 : rand() % 6);
			uint32_t at = lowest(taken, pages, align);

			area[live] = take(pages, align);
			assert_int_equal(area[live] ? area[live]->page : PAGES,
					 at);
			failed += !area[live];
			if (area[live]) {
				memset(taken + at, 1, pages);
				live++;
			}
		} else if (live) {
			unsigned i = (unsigned)rand() % live;

			memset(taken + area[i]->page, 0, area[i]->pages);
			vmap_space_give(&space, area[i]);
			area[i] = area[--live];
		}
		if (step % 128 == 0)
			live = give_some(area, live, taken);
		if (step % 16 == 0)
			assert_sound();
	}
	assert_true(failed > 0);
	while (live)
		vmap_space_give(&space, area[--live]);
	assert_int_equal(vmap_space_largest_gap(&space), PAGES);
	assert_sound();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define test(t) cmocka_unit_test_setup(t, setup)
		test(takes_the_lowest),
		test(neighbours_become_one_gap),
		test(a_full_range_gives_nothing),
		test(alignment_is_honoured_and_costs_no_pages),
		test(alignment_counts_from_the_base),
		test(alignment_looks_behind_a_gap_that_is_only_large_enough),
		test(a_list_goes_back_at_once),
		test(finds_what_a_page_lies_in),
		test(is_what_a_map_of_pages_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
