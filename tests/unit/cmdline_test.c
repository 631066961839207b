/* SPDX-License-Identifier: MIT */
/* sources: kernel/lib/cmdline.c arch/host/printk.c */
/* The command line: words, quotes, numbers, and what is said about words that
 * cannot be used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <string.h>

#include "arch/host.h"
#include "kernel/cmdline.h"
#include "kernel/compiler.h"
#include "kernel/errno.h"

static int reset(void **state)
{
	(void)state;
	cmdline_init("");
	host_log_clear();
	return 0;
}

/* Holds the value of `name` to `expected`. */
static void assert_value(const char *name, const char *expected)
{
	char buf[64];

	assert_int_equal(cmdline_value(name, buf, sizeof(buf)),
			 strlen(expected));
	assert_string_equal(buf, expected);
}

static void words_are_found_wherever_they_stand(void **state)
{
	(void)state;
	cmdline_init("  first\tmiddle=1 \n last ");
	assert_true(cmdline_has("first"));
	assert_true(cmdline_has("middle"));
	assert_true(cmdline_has("last"));
}

static void a_part_of_a_word_is_not_the_word(void **state)
{
	(void)state;
	cmdline_init("testing atest lowmem=test");
	assert_false(cmdline_has("test"));
	assert_false(cmdline_has("lowme"));
	assert_false(cmdline_has("lowmem=test"));
	assert_int_equal(cmdline_value("test", NULL, 0), -ENOENT);
}

static void an_empty_line_has_no_words(void **state)
{
	(void)state;
	assert_false(cmdline_has("test"));
	assert_false(cmdline_has(""));
	cmdline_init(" \t ");
	assert_false(cmdline_has(""));
}

static void a_value_goes_to_the_next_blank(void **state)
{
	(void)state;
	cmdline_init("test=kmap*,vmap: x=y lowmem=");
	assert_value("test", "kmap*,vmap:");
	assert_value("x", "y");
	assert_value("lowmem", "");
}

static void a_value_may_hold_the_equals_sign(void **state)
{
	(void)state;
	cmdline_init("a=b=c");
	assert_value("a", "b=c");
}

static void a_word_without_value_has_none(void **state)
{
	char buf[8] = "before";

	(void)state;
	cmdline_init("test");
	assert_int_equal(cmdline_value("test", buf, sizeof(buf)), -ENOENT);
	assert_string_equal(buf, "before");
}

static void the_last_of_several_counts(void **state)
{
	(void)state;
	cmdline_init("a=1 b a=2");
	assert_value("a", "2");
	cmdline_init("a=1 a");
	assert_true(cmdline_has("a"));
	assert_int_equal(cmdline_value("a", NULL, 0), -ENOENT);
}

static void quotes_keep_blanks_in_a_word(void **state)
{
	(void)state;
	cmdline_init("\"a=one two\" b=\"three four\" c=x\" \"y d");
	assert_value("a", "one two");
	assert_value("b", "three four");
	assert_value("c", "x y");
	assert_true(cmdline_has("d"));
	assert_false(cmdline_has("two"));
	assert_false(cmdline_has("four"));
}

static void a_quoted_name_is_the_name(void **state)
{
	(void)state;
	cmdline_init("\"test\" \"lo\"wmem=1");
	assert_true(cmdline_has("test"));
	assert_value("lowmem", "1");
}

static void a_backslash_makes_a_quote_ordinary(void **state)
{
	(void)state;
	cmdline_init("a=\\\"x\\\" b=\\\\ c=it\\'s d=\"\\\" \\\"\" e=\\n f=\\");
	assert_value("a", "\"x\"");
	assert_value("b", "\\");
	assert_value("c", "it's");
	assert_value("d", "\" \"");
	assert_value("e", "\\n");
	assert_value("f", "\\");
}

static void a_quote_without_end_is_reported(void **state)
{
	(void)state;
	cmdline_init("a b=\"c d");
	assert_non_null(strstr(host_log(), "a quote has no end: b=\"c d"));
	assert_true(cmdline_has("a"));
	assert_value("b", "c d");
	host_log_clear();
	cmdline_init("a b=\"c d\"");
	assert_string_equal(host_log(), "");
}

static void a_value_is_cut_to_the_buffer(void **state)
{
	char buf[5] = "####";

	(void)state;
	cmdline_init("a=abcdef");
	assert_int_equal(cmdline_value("a", buf, 4), 6);
	assert_memory_equal(buf, "abc\0", 5);
	assert_int_equal(cmdline_value("a", buf, 1), 6);
	assert_memory_equal(buf, "\0bc\0", 5);
	assert_int_equal(cmdline_value("a", NULL, 0), 6);
}

static void a_value_that_just_fits_is_whole(void **state)
{
	char buf[4];

	(void)state;
	cmdline_init("a=abc");
	assert_int_equal(cmdline_value("a", buf, sizeof(buf)), 3);
	assert_string_equal(buf, "abc");
}

static void sizes_have_units_and_bases(void **state)
{
	static const struct {
		const char *line;
		phys_addr_t size;
	} cases[] = {
		{"s=64M", MiB(64)},
		{"s=64m", MiB(64)},
		{"s=1G", GiB(1)},
		{"s=1g", GiB(1)},
		{"s=512K", KiB(512)},
		{"s=512k", KiB(512)},
		{"s=4096", 4096},
		{"s=0x1000", 0x1000},
		{"s=0XaBcDef", 0xabcdef},
		{"s=0x40M", MiB(64)},
		{"s=0", 0},
		{"s=000000000000000000000000000000000007", 7},
		{"s=18446744073709551615", UINT64_MAX},
		{"s=0xffffffffffffffff", UINT64_MAX},
		{"s=17179869183G", UINT64_MAX - GiB(1) + 1},
		{"s=1G s=2G", GiB(2)},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		phys_addr_t size = 1;

		cmdline_init(cases[i].line);
		assert_int_equal(cmdline_size("s", &size), 0);
		assert_int_equal(size, cases[i].size);
	}
	assert_string_equal(host_log(), "");
}

static void what_is_no_size_is_refused_with_a_sentence(void **state)
{
	static const char *const lines[] = {
		"s",
		"s=",
		"s=M",
		"s=0x",
		"s=0xg",
		"s=64X",
		"s=64MB",
		"s=64M1",
		"s=-1",
		"s=+1",
		"s=1.5G",
		"s=\" 1\"",
		"s=\"1 \"",
		"s=1a",
		"s=18446744073709551616",
		"s=18446744073709551620",
		"s=99999999999999999999",
		"s=0x10000000000000000",
		"s=17179869184G",
		"s=0x4000000000000000K",
		"s=00000000000000000000000000000000000000000000000000000000000"
		"00000001",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		phys_addr_t size = 42;

		host_log_clear();
		cmdline_init(lines[i]);
		assert_int_equal(cmdline_size("s", &size), -EINVAL);
		assert_int_equal(size, 42);
		assert_non_null(strstr(host_log(), "is no size"));
	}
}

static void a_missing_number_is_no_error(void **state)
{
	phys_addr_t size = 42;
	int number = 42;

	(void)state;
	cmdline_init("other");
	assert_int_equal(cmdline_size("s", &size), -ENOENT);
	assert_int_equal(cmdline_int("s", &number), -ENOENT);
	assert_int_equal(size, 42);
	assert_int_equal(number, 42);
	assert_string_equal(host_log(), "");
}

static void a_range_is_a_size_at_a_base(void **state)
{
	phys_addr_t base = 1, size = 1;

	(void)state;
	cmdline_init("r=2M@64M");
	assert_int_equal(cmdline_range("r", 0, &base, &size), 0);
	assert_true(base == MiB(64) && size == MiB(2));
	cmdline_init("r=0x1000@0xffffffffffffefff");
	assert_int_equal(cmdline_range("r", 0, &base, &size), 0);
	assert_true(base == PHYS_ADDR_MAX - 0x1000 && size == 0x1000);
	assert_int_equal(cmdline_range("q", 0, &base, &size), -ENOENT);
}

static void each_range_of_several_can_be_read(void **state)
{
	phys_addr_t base, size;

	(void)state;
	cmdline_init("r=1@0 x r=frog \"r=2M@64M\" r");
	assert_int_equal(cmdline_range("r", 0, &base, &size), 0);
	assert_true(base == 0 && size == 1);
	assert_int_equal(cmdline_range("r", 1, &base, &size), -EINVAL);
	assert_int_equal(cmdline_range("r", 2, &base, &size), 0);
	assert_true(base == MiB(64) && size == MiB(2));
	assert_int_equal(cmdline_range("r", 3, &base, &size), -EINVAL);
	assert_int_equal(cmdline_range("r", 4, &base, &size), -ENOENT);
	assert_int_equal(cmdline_range("r", ~0u - 1, &base, &size), -ENOENT);
}

static void numbers_of_full_width_are_read(void **state)
{
	phys_addr_t base, size;

	(void)state;
	cmdline_init("r=10000000000000000000@08446744073709551615 "
		     "s=0x00000000000000000000000000000000000000000000001000");
	assert_int_equal(cmdline_range("r", 0, &base, &size), 0);
	assert_true(size == 10000000000000000000u);
	assert_true(base == 8446744073709551615u);
	assert_int_equal(cmdline_size("s", &size), 0);
	assert_true(size == 0x1000);
}

static void a_number_longer_than_any_is_cut_in_the_sentence(void **state)
{
	char line[100] = "s=";

	(void)state;
	memset(line + 2, '1', sizeof(line) - 3);
	cmdline_init(line);
	assert_int_equal(cmdline_size("s", &(phys_addr_t){0}), -EINVAL);
	assert_non_null(strstr(host_log(), "11... is no size"));
}

static void what_is_no_range_is_refused_with_a_sentence(void **state)
{
	static const char *const lines[] = {
		"r",	      "r=",	  "r=2M",
		"r=2M@",      "r=@64M",	  "r=2M@x",
		"r=2M@64M@1", "r=2M 64M", "r=2@0xffffffffffffffff",
	};
	phys_addr_t base = 7, size = 9;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		host_log_clear();
		cmdline_init(lines[i]);
		assert_int_equal(cmdline_range("r", 0, &base, &size), -EINVAL);
		assert_non_null(strstr(host_log(), "is no range"));
		assert_true(base == 7 && size == 9);
	}
}

static void whole_numbers_have_signs_and_bases(void **state)
{
	static const struct {
		const char *line;
		int number;
	} cases[] = {
		{"n=7", 7},
		{"n=0", 0},
		{"n=-1", -1},
		{"n=-0", 0},
		{"n=0x10", 16},
		{"n=-0x10", -16},
		{"n=2147483647", INT_MAX},
		{"n=-2147483648", INT_MIN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int number = 42;

		cmdline_init(cases[i].line);
		assert_int_equal(cmdline_int("n", &number), 0);
		assert_int_equal(number, cases[i].number);
	}
}

static void what_is_no_number_is_refused_with_a_sentence(void **state)
{
	static const char *const lines[] = {
		"n",	   "n=",	   "n=-",	   "n=--1",
		"n=7x",	   "n=1K",	   "n=2147483648", "n=-2147483649",
		"n=seven", "n=0x80000000", "n=4294967296", "n=\"7 \"",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		int number = 42;

		host_log_clear();
		cmdline_init(lines[i]);
		assert_int_equal(cmdline_int("n", &number), -EINVAL);
		assert_int_equal(number, 42);
		assert_non_null(strstr(host_log(), "is no number"));
	}
}

static void unknown_words_are_named_in_one_line(void **state)
{
	(void)state;
	cmdline_init("tset=a test lowmem=64M \"two words\" loglevel=7 tes");
	cmdline_report_unknown();
	assert_string_equal(host_log(), "cmdline: unknown words, ignored: "
					"tset=a \"two words\" tes\n");
}

static void known_words_are_not_reported(void **state)
{
	(void)state;
	cmdline_init("test test=x \"lowmem=1G\" loglevel=7");
	cmdline_report_unknown();
	assert_string_equal(host_log(), "");
}

static void words_of_which_the_last_counts_are_named(void **state)
{
	(void)state;
	cmdline_init("test=a lowmem=64M x x nomap=1@2 test nomap=3@4 test=b");
	cmdline_report_repeated();
	assert_string_equal(host_log(), "cmdline: test is there 3 times; the "
					"last one counts\n");
}

static void a_long_list_of_unknown_words_is_cut_and_says_so(void **state)
{
	char line[400];

	(void)state;
	memset(line, 'x', sizeof(line));
	for (size_t i = 9; i < sizeof(line); i += 10)
		line[i] = ' ';
	line[sizeof(line) - 1] = '\0';
	cmdline_init(line);
	cmdline_report_unknown();
	assert_non_null(strstr(host_log(), " ...\n"));
	assert_true(strlen(host_log()) < 256);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(words_are_found_wherever_they_stand,
				       reset),
		cmocka_unit_test_setup(a_part_of_a_word_is_not_the_word, reset),
		cmocka_unit_test_setup(an_empty_line_has_no_words, reset),
		cmocka_unit_test_setup(a_value_goes_to_the_next_blank, reset),
		cmocka_unit_test_setup(a_value_may_hold_the_equals_sign, reset),
		cmocka_unit_test_setup(a_word_without_value_has_none, reset),
		cmocka_unit_test_setup(the_last_of_several_counts, reset),
		cmocka_unit_test_setup(quotes_keep_blanks_in_a_word, reset),
		cmocka_unit_test_setup(a_quoted_name_is_the_name, reset),
		cmocka_unit_test_setup(a_backslash_makes_a_quote_ordinary,
				       reset),
		cmocka_unit_test_setup(a_quote_without_end_is_reported, reset),
		cmocka_unit_test_setup(a_value_is_cut_to_the_buffer, reset),
		cmocka_unit_test_setup(a_value_that_just_fits_is_whole, reset),
		cmocka_unit_test_setup(sizes_have_units_and_bases, reset),
		cmocka_unit_test_setup(
			what_is_no_size_is_refused_with_a_sentence, reset),
		cmocka_unit_test_setup(a_missing_number_is_no_error, reset),
		cmocka_unit_test_setup(a_range_is_a_size_at_a_base, reset),
		cmocka_unit_test_setup(numbers_of_full_width_are_read, reset),
		cmocka_unit_test_setup(
			a_number_longer_than_any_is_cut_in_the_sentence, reset),
		cmocka_unit_test_setup(each_range_of_several_can_be_read,
				       reset),
		cmocka_unit_test_setup(
			what_is_no_range_is_refused_with_a_sentence, reset),
		cmocka_unit_test_setup(whole_numbers_have_signs_and_bases,
				       reset),
		cmocka_unit_test_setup(
			what_is_no_number_is_refused_with_a_sentence, reset),
		cmocka_unit_test_setup(unknown_words_are_named_in_one_line,
				       reset),
		cmocka_unit_test_setup(known_words_are_not_reported, reset),
		cmocka_unit_test_setup(words_of_which_the_last_counts_are_named,
				       reset),
		cmocka_unit_test_setup(
			a_long_list_of_unknown_words_is_cut_and_says_so, reset),
	};

	return cmocka_run_group_tests_name("cmdline", tests, NULL, NULL);
}
