/* SPDX-License-Identifier: MIT */
/* sources: kernel/lib/glob.c */
/* Which texts a pattern names, and how a list of patterns is taken apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "kernel/glob.h"

static bool matches(const char *glob, const char *text)
{
	return glob_matches(glob, strlen(glob), text);
}

static void a_glob_must_match_the_whole_text(void **state)
{
	(void)state;
	assert_true(matches("kmap", "kmap"));
	assert_false(matches("kmap", "kmap_local"));
	assert_false(matches("local", "kmap_local"));
	assert_false(matches("kmap_local", "kmap"));
	assert_true(matches("", ""));
	assert_false(matches("", "kmap"));
}

static void a_star_stands_for_any_text(void **state)
{
	(void)state;
	assert_true(matches("*", ""));
	assert_true(matches("kmap*", "kmap"));
	assert_true(matches("*local*4", "kmap_local_depth4"));
	assert_true(matches("a*a*b", "aaab"));
	assert_false(matches("a*a*b", "aaac"));
	assert_true(matches("**", "x"));
}

static void a_question_mark_stands_for_one_character(void **state)
{
	(void)state;
	assert_true(matches("vmap_?", "vmap_1"));
	assert_false(matches("vmap_?", "vmap_16"));
	assert_false(matches("vmap_?", "vmap_"));
}

static void a_glob_ends_where_its_length_says(void **state)
{
	(void)state;
	assert_true(glob_matches("kmap,vmap", 4, "kmap"));
	assert_false(glob_matches("kmap*", 4, "kmap_local"));
}

static void a_list_is_taken_apart_at_commas(void **state)
{
	const char *list = "kmap*,,vmap_1";
	size_t length;

	(void)state;
	assert_memory_equal(glob_next(&list, &length), "kmap*", 5);
	assert_int_equal(length, 5);
	assert_non_null(glob_next(&list, &length));
	assert_int_equal(length, 0);
	assert_string_equal(glob_next(&list, &length), "vmap_1");
	assert_int_equal(length, 6);
	assert_null(glob_next(&list, &length));
	assert_null(glob_next(&list, &length));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_glob_must_match_the_whole_text),
		cmocka_unit_test(a_star_stands_for_any_text),
		cmocka_unit_test(a_question_mark_stands_for_one_character),
		cmocka_unit_test(a_glob_ends_where_its_length_says),
		cmocka_unit_test(a_list_is_taken_apart_at_commas),
	};

	return cmocka_run_group_tests_name("glob", tests, NULL, NULL);
}
