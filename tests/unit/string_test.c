/* SPDX-License-Identifier: MIT */
/* sources: */
/* kernel/lib/string.c and arch/i386/cpu/string.c, under names that leave the
 * host's functions in place: these say what must come out. The string
 * instructions run in user mode as they do in the kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "arch/string.h"
#include "kernel/compiler.h"

#define memcpy	loft_memcpy
#define memmove loft_memmove
#define memset	loft_memset
#define memcmp	loft_memcmp
#define strlen	loft_strlen
#define strnlen loft_strnlen
#define strcmp	loft_strcmp
#define strncmp loft_strncmp
#define strchr	loft_strchr
#define strstr	loft_strstr
#define strrchr loft_strrchr
#define strcpy	loft_strcpy
#define memchr	loft_memchr
/* The host's header declares these by their own names. */
void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int byte, size_t n);
#include "../../kernel/lib/string.c"
#include "../../arch/i386/cpu/string.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen
#undef strnlen
#undef strcmp
#undef strncmp
#undef strchr
#undef strstr
#undef strrchr
#undef strcpy
#undef memchr

#define AREA 64

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

/* Fills an area with bytes that all differ. */
static void number(unsigned char *area)
{
	for (int i = 0; i < AREA; i++)
		area[i] = (unsigned char)(i + 1);
}

static void memcpy_copies_these_bytes_and_no_others(void **state)
{
	unsigned char from[AREA], got[AREA], wanted[AREA];

	(void)state;
	number(from);
	for (size_t n = 0; n <= 20; n++)
		for (size_t to = 1; to < 9; to++)
			for (size_t at = 0; at < 4; at++) {
				memset(got, 0xEE, AREA);
				memset(wanted, 0xEE, AREA);
				memcpy(wanted + to, from + at, n);
				assert_ptr_equal(loft_memcpy(got + to,
							     from + at, n),
						 got + to);
				assert_memory_equal(got, wanted, AREA);
			}
}

static void memmove_copies_through_any_overlap(void **state)
{
	unsigned char got[AREA], wanted[AREA];

	(void)state;
	for (size_t n = 0; n <= 20; n++)
		for (size_t to = 0; to < 40; to++)
			for (size_t from = 15; from < 25; from++) {
				number(got);
				number(wanted);
				memmove(wanted + to, wanted + from, n);
				assert_ptr_equal(loft_memmove(got + to,
							      got + from, n),
						 got + to);
				assert_memory_equal(got, wanted, AREA);
			}
}

static void memmove_leaves_the_direction_flag_clear(void **state)
{
	unsigned char area[AREA];
	unsigned long flags;

	(void)state;
	number(area);
	loft_memmove(area + 1, area, 10);
	__asm__ volatile("pushf\n\tpop %0" : "=r"(flags));
	assert_int_equal(flags & 0x400, 0);
}

static void memset_fills_these_bytes_and_no_others(void **state)
{
	static const int bytes[] = {0, 0x5A, 0xFF, -1, 0x1234};
	unsigned char got[AREA], wanted[AREA];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bytes); i++)
		for (size_t n = 0; n <= 20; n++)
			for (size_t to = 1; to < 9; to++) {
				number(got);
				number(wanted);
				memset(wanted + to, bytes[i], n);
				assert_ptr_equal(loft_memset(got + to, bytes[i],
							     n),
						 got + to);
				assert_memory_equal(got, wanted, AREA);
			}
}

/* Strings that tell apart: order, length, and bytes over 127. */
static const char *const samples[] = {
	"",	 "a",	 "b",	  "ab",	       "abc",	   "abd",      "ac",
	"aab",	 "aabc", "bab",	  "\x7f",      "\x80",	   "\xff",     "a\xff",
	"a\x01", "aaab", "aaaab", "abcabcabd", "xabcabdx", "no match",
};

/* A copy that ends where its memory ends, so that the sanitizer sees one step
 * too far. */
static char *copy(const char *s)
{
	char *p = malloc(strlen(s) + 1);

	assert_non_null(p);
	strcpy(p, s);
	return p;
}

static void compares_like_the_host(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		for (size_t j = 0; j < ARRAY_SIZE(samples); j++) {
			char *a = copy(samples[i]), *b = copy(samples[j]);
			size_t shorter = min(strlen(a), strlen(b));

			assert_int_equal(sign(loft_strcmp(a, b)),
					 sign(strcmp(a, b)));
			for (size_t n = 0; n <= shorter + 2; n++)
				assert_int_equal(sign(loft_strncmp(a, b, n)),
						 sign(strncmp(a, b, n)));
			for (size_t n = 0; n <= shorter; n++)
				assert_int_equal(sign(loft_memcmp(a, b, n)),
						 sign(memcmp(a, b, n)));
			free(a);
			free(b);
		}
}

static void compares_memory_past_a_nul(void **state)
{
	(void)state;
	assert_true(loft_memcmp("a\0b", "a\0c", 3) < 0);
	assert_int_equal(loft_strncmp("a\0b", "a\0c", 3), 0);
}

static void measures_like_the_host(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		char *s = copy(samples[i]);

		assert_int_equal(loft_strlen(s), strlen(s));
		for (size_t n = 0; n <= strlen(s) + 2; n++)
			assert_int_equal(loft_strnlen(s, n), strnlen(s, n));
		free(s);
	}
}

static void strnlen_reads_no_further_than_told(void **state)
{
	char *three = malloc(3);

	(void)state;
	memcpy(three, "abc", 3);
	assert_int_equal(loft_strnlen(three, 3), 3);
	free(three);
}

static void finds_characters_like_the_host(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		char *s = copy(samples[i]);

		for (int c = 0; c < 256; c++)
			assert_ptr_equal(loft_strchr(s, c), strchr(s, c));
		free(s);
	}
}

static void finds_parts_like_the_host(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		for (size_t j = 0; j < ARRAY_SIZE(samples); j++) {
			char *s = copy(samples[i]);

			assert_ptr_equal(loft_strstr(s, samples[j]),
					 strstr(s, samples[j]));
			free(s);
		}
}

static void finds_the_last_like_the_host(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		for (int c = 0; c < 256; c++)
			assert_ptr_equal(loft_strrchr(samples[i], c),
					 strrchr(samples[i], c));
}

static void finds_bytes_that_are_and_that_are_not(void **state)
{
	static const char bytes[] = "\xff\xff\0b\xff";

	(void)state;
	for (size_t n = 0; n <= sizeof(bytes); n++)
		for (int c = -1; c < 256; c++)
			assert_ptr_equal(loft_memchr(bytes, c, n),
					 memchr(bytes, c, n));
	assert_null(memchr_inv(bytes, 0xff, 2));
	assert_null(memchr_inv(bytes, 0xff, 0));
	assert_ptr_equal(memchr_inv(bytes, 0xff, 5), bytes + 2);
	assert_ptr_equal(memchr_inv(bytes, 0, 5), bytes);
}

static void copies_strings_and_cuts_them(void **state)
{
	char got[8];

	(void)state;
	assert_ptr_equal(loft_strcpy(got, "seven.."), got);
	assert_string_equal(got, "seven..");
	memset(got, 'x', sizeof(got));
	assert_int_equal(strscpy(got, "abc", 4), 3);
	assert_memory_equal(got, "abc\0xxxx", 8);
	assert_int_equal(strscpy(got, "abcd", 4), -E2BIG);
	assert_memory_equal(got, "abc\0xxxx", 8);
	assert_int_equal(strscpy(got, "", 1), 0);
	assert_memory_equal(got, "\0bc\0xxxx", 8);
	assert_int_equal(strscpy(got, "a", 1), -E2BIG);
	assert_int_equal(strscpy(got, "a", 0), -E2BIG);
	assert_memory_equal(got, "\0bc\0xxxx", 8);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(memcpy_copies_these_bytes_and_no_others),
		cmocka_unit_test(memmove_copies_through_any_overlap),
		cmocka_unit_test(memmove_leaves_the_direction_flag_clear),
		cmocka_unit_test(memset_fills_these_bytes_and_no_others),
		cmocka_unit_test(compares_like_the_host),
		cmocka_unit_test(compares_memory_past_a_nul),
		cmocka_unit_test(measures_like_the_host),
		cmocka_unit_test(strnlen_reads_no_further_than_told),
		cmocka_unit_test(finds_characters_like_the_host),
		cmocka_unit_test(finds_parts_like_the_host),
		cmocka_unit_test(finds_the_last_like_the_host),
		cmocka_unit_test(finds_bytes_that_are_and_that_are_not),
		cmocka_unit_test(copies_strings_and_cuts_them),
	};

	return cmocka_run_group_tests_name("string", tests, NULL, NULL);
}
