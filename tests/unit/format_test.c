/* SPDX-License-Identifier: MIT */
/* sources: kernel/lib/errname.c */
/* kernel/lib/format.c and kernel/lib/format_pointer.c. They are included, not
 * linked, under names that leave the host's own vsnprintf() in place: the two
 * are compared wherever ISO C says what must come out. Fixed tables hold what
 * is ours alone, and enough of the rest that no host is believed blindly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define snprintf  loft_snprintf
#define vsnprintf loft_vsnprintf
#define sprintf	  loft_sprintf
#include "../../kernel/lib/format.c"
#include "../../kernel/lib/format_pointer.c"
#undef snprintf
#undef vsnprintf
#undef sprintf

/* What the formatter asked of the symbol table, and what that answers. */
static struct {
	unsigned long addr;
	bool offset;
	const char *text;
} symbol;

int symbol_format(char *buf, size_t size, unsigned long addr, bool offset)
{
	symbol.addr = addr;
	symbol.offset = offset;
	return snprintf(buf, size, "%s", symbol.text);
}

/* Without the attribute that makes the compiler check formats: some of those
 * here are wrong on purpose. */
static void expect(const char *wanted, const char *fmt, ...)
{
	char got[256];
	va_list args;
	int n;

	va_start(args, fmt);
	n = loft_vsnprintf(got, sizeof(got), fmt, args);
	va_end(args);
	assert_string_equal(got, wanted);
	assert_int_equal(n, strlen(wanted));
}

/* Both formats must show the pointer alike. */
static void expect_same(const char *fmt, const char *other, const void *pointer)
{
	char got[64], wanted[64];

	assert_true(loft_snprintf(wanted, sizeof(wanted), other, pointer) > 0);
	loft_snprintf(got, sizeof(got), fmt, pointer);
	assert_string_equal(got, wanted);
}

static int measure(const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = loft_vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	return n;
}

static void expect_like_host(const char *fmt, ...)
{
	char got[256], wanted[256];
	int got_n, wanted_n;
	va_list args;

	va_start(args, fmt);
	wanted_n = vsnprintf(wanted, sizeof(wanted), fmt, args);
	va_end(args);
	va_start(args, fmt);
	got_n = loft_vsnprintf(got, sizeof(got), fmt, args);
	va_end(args);
	if (strcmp(got, wanted) != 0 || got_n != wanted_n)
		fail_msg("\"%s\": expected \"%s\" (%d), got \"%s\" (%d)", fmt,
			 wanted, wanted_n, got, got_n);
}

static void prints_numbers(void **state)
{
	(void)state;
	expect("0 7 -7", "%d %i %d", 0, 7, -7);
	expect("-2147483648 2147483647", "%d %d", INT_MIN, INT_MAX);
	expect("4294967295", "%u", UINT_MAX);
	expect("deadbeef DEADBEEF", "%x %X", 0xdeadbeef, 0xdeadbeef);
	expect("0xff 0XFF 0377 0 0", "%#x %#X %#o %#x %#o", 255, 255, 255, 0,
	       0);
	expect("+5 -5  5", "%+d %+d % d", 5, -5, 5);
}

static void prints_every_size(void **state)
{
	(void)state;
	expect("-1 255", "%hhd %hhu", 0x1ff, 0x1ff);
	expect("-1 65535", "%hd %hu", 0x1ffff, 0x1ffff);
	expect("-9223372036854775808 18446744073709551615", "%lld %llu",
	       LLONG_MIN, ULLONG_MAX);
	expect("1777777777777777777777", "%llo", ULLONG_MAX);
	expect("-7 7", "%ld %lu", -7L, 7UL);
	expect("123 -4 4", "%zu %td %zd", (size_t)123, (ptrdiff_t)-4,
	       (size_t)4);
	expect("1 2 3", "%hhd %lld %d", 1, 2LL, 3);
}

static void fills_fields(void **state)
{
	(void)state;
	expect("|   42|42   |00042|", "|%5d|%-5d|%05d|", 42, 42, 42);
	expect("|-0042| -042|-42  |", "|%05d|%5.3d|%-05d|", -42, -42, -42);
	expect("|0x002a|  0x2a|", "|%#06x|%#6x|", 42, 42);
	expect("|    x|x    |", "|%5c|%-5c|", 'x', 'x');
	expect("|  abc|abc  |abcdef|", "|%5s|%-5s|%5s|", "abc", "abc",
	       "abcdef");
	expect("||0||", "|%.0d|%.1d|%.0x|", 0, 0, 0);
}

static void takes_width_and_precision_from_arguments(void **state)
{
	(void)state;
	expect("|   42|42   |", "|%*d|%*d|", 5, 42, -5, 42);
	expect("|00042|42|0||", "|%.*d|%.*d|%.*d|%.*d|", 5, 42, -5, 42, -1, 0,
	       0, 0);
	expect("abc", "%.*s", -1, "abc");
	expect("|   ab|", "|%*.*s|", 5, 2, "abcd");
}

static void agrees_with_the_host(void **state)
{
	static const char *const sizes[] = {"hh", "h", "", "l", "ll", "z", "t"};
	static const char letters[] = "diuoxX";
	unsigned seed = 20;

	(void)state;
	srand(seed);
	print_message("seed %u\n", seed);
	for (int i = 0; i < 200000; i++) {
		unsigned size = (unsigned)rand() % ARRAY_SIZE(sizes);
		char letter = letters[rand() % 6], fmt[64];
		bool is_signed = letter == 'd' || letter == 'i';
		bool has_prefix = !is_signed && letter != 'u';
		unsigned long long value = (unsigned long long)rand() << 42 ^
					   (unsigned long long)rand() << 21 ^
					   (unsigned long long)rand();
		int n = 0;

		value = rand() % 8 ? value >> rand() % 64 : 0;
		if (rand() % 4 == 0)
			value = -value;
		n += sprintf(fmt + n, "<%%%s%s%s%s", rand() % 2 ? "0" : "",
			     rand() % 2 ? "-" : "",
			     is_signed && rand() % 2 ? "+" : "",
			     is_signed && rand() % 2 ? " " : "");
		if (has_prefix && rand() % 2)
			n += sprintf(fmt + n, "#");
		if (rand() % 2)
			n += sprintf(fmt + n, "%d", 1 + rand() % 30);
		if (rand() % 2)
			n += sprintf(fmt + n, ".%d", rand() % 30);
		sprintf(fmt + n, "%s%c>", sizes[size], letter);
		if (size <= 2)
			expect_like_host(fmt, (int)value);
		else if (size == 4)
			expect_like_host(fmt, (long long)value);
		else
			expect_like_host(fmt, (long)value);
	}
}

static void reads_strings_no_further_than_told(void **state)
{
	char *three = malloc(3); /* the sanitizer watches the fourth byte */

	(void)state;
	memcpy(three, "abc", 3);
	expect("abc", "%.3s", three);
	expect("a", "%.1s", three);
	expect("", "%.0s", three);
	free(three);
}

static void shows_null_by_name(void **state)
{
	(void)state;
	expect("(null)", "%s", (char *)NULL);
	expect("(null)", "%pa", (void *)NULL);
}

static void counts_a_nul_character(void **state)
{
	char got[8] = "xxxxxxx";

	(void)state;
	assert_int_equal(loft_snprintf(got, sizeof(got), "a%cb", 0), 3);
	assert_memory_equal(got, "a\0b\0xxx", 8);
}

static void prints_pointers_in_full_width(void **state)
{
	(void)state;
	if (sizeof(void *) == 4) {
		expect("0x00000000", "%p", (void *)0);
		expect("0xc0101234", "%p", (void *)0xc0101234);
		expect("|  0x00000001|", "|%12p|", (void *)1);
	} else {
		expect("0x0000000000000000", "%p", (void *)0);
		expect("0x00000000c0101234", "%p", (void *)0xc0101234);
		expect("|  0x0000000000000001|", "|%20p|", (void *)1);
	}
}

static void prints_physical_addresses_by_reference(void **state)
{
	phys_addr_t low = 0xb8000, high = 0x123456789aULL, top = PHYS_ADDR_MAX;

	(void)state;
	expect("0x00000b8000 0x123456789a 0xffffffffffffffff", "%pa %pa %pa",
	       &low, &high, &top);
	expect("0x00000b8000, 7", "%pa, %d", &low, 7);
	expect("0x00000b8000 0x00000b8000b", "%pap %padb", &low, &low);
}

static void prints_code_addresses_by_name(void **state)
{
	(void)state;
	symbol.text = "kmap+0x12/0x40";
	expect("kmap+0x12/0x40!", "%pS!", (void *)0x1234);
	assert_int_equal(symbol.addr, 0x1234);
	assert_true(symbol.offset);

	symbol.text = "kmap";
	expect("|  kmap|kmap  |", "|%6ps|%-6ps|", (void *)0x99, (void *)0x99);
	assert_int_equal(symbol.addr, 0x99);
	assert_false(symbol.offset);
}

static void prints_raw_pointers(void **state)
{
	(void)state;
	if (sizeof(void *) == 4) {
		expect("c0101234 00000000", "%px %px", (void *)0xc0101234,
		       (void *)0);
		expect("|    00000001|", "|%12px|", (void *)1);
	} else {
		expect("00000000c0101234", "%px", (void *)0xc0101234);
	}
}

static void prints_error_pointers_by_name(void **state)
{
	(void)state;
	expect("-ENOMEM -EINVAL -EPERM -ENOTRECOVERABLE", "%pe %pe %pe %pe",
	       ERR_PTR(-ENOMEM), ERR_PTR(-EINVAL), ERR_PTR(-EPERM),
	       ERR_PTR(-ENOTRECOVERABLE));
	expect("| -EIO|-EIO |", "|%5pe|%-5pe|", ERR_PTR(-EIO), ERR_PTR(-EIO));
	expect_same("%pK", "%p", &symbol);
	expect("-4095 -41", "%pe %pe", ERR_PTR(-4095), ERR_PTR(-41));
	expect_same("%pe", "%p", NULL);
	expect_same("%pe", "%p", &symbol);
	expect_same("%pe", "%p", (char *)ERR_PTR(-4095) - 1);
	assert_string_equal(errname(-ENOENT), "-ENOENT");
	assert_string_equal(errname(ENOENT), "ENOENT");
	assert_null(errname(0));
	assert_null(errname(INT_MIN));
}

static void prints_bytes_in_hexadecimal(void **state)
{
	uint8_t bytes[70];

	(void)state;
	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 0x1f);
	expect("00 1f 3e|00:1f:3e|00-1f-3e|001f3e", "%3ph|%3phC|%*phD|%*phN",
	       bytes, bytes, 3, bytes, 3, bytes);
	expect("00|00,", "%ph|%phC,", bytes, bytes);
	expect("||5", "|%*ph|%d", 0, bytes, 5);
	expect("(null)", "%6ph", NULL);
	assert_int_equal(measure("%*ph", 70, bytes), 64 * 3 - 1);
	assert_int_equal(measure("%*phN", 64, bytes), 64 * 2);
}

static void marks_a_name_that_is_too_long(void **state)
{
	char longer[SYMBOL_TEXT_MAX + 20], wanted[SYMBOL_TEXT_MAX];

	(void)state;
	memset(longer, 'a', sizeof(longer));
	longer[SYMBOL_TEXT_MAX - 1] = '\0';
	symbol.text = longer;
	expect(longer, "%pS", (void *)1);

	longer[SYMBOL_TEXT_MAX - 1] = 'a';
	longer[sizeof(longer) - 1] = '\0';
	memset(wanted, 'a', sizeof(wanted));
	memcpy(wanted + sizeof(wanted) - 4, "...", 4);
	expect(wanted, "%pS", (void *)1);
}

static void leaves_unknown_conversions_as_they_stand(void **state)
{
	(void)state;
	expect("%q 5", "%q %d", 5);
	expect("%-08.3k", "%-08.3k");
	expect("100%", "100%%");
	expect("%", "%");
	expect("a%l", "a%l");
	expect("%5", "%5");
	expect("%n 5", "%n %d", 5);
}

static void cuts_at_the_buffers_end(void **state)
{
	static const char whole[] = "n=  -12, name=abcdef, 0x00ff";

	(void)state;
	for (size_t size = 0; size <= sizeof(whole) + 1; size++) {
		/* exactly as long as said, so that the sanitizer sees a step
		 * over the end */
		char *got = malloc(size);
		int n = loft_snprintf(got, size, "n=%5d, name=%s, 0x%04x", -12,
				      "abcdef", 255);

		assert_int_equal(n, sizeof(whole) - 1);
		if (size > 0) {
			size_t kept = min(size, sizeof(whole)) - 1;

			assert_memory_equal(got, whole, kept);
			assert_int_equal(got[kept], '\0');
		}
		free(got);
	}
}

static void measures_without_a_buffer(void **state)
{
	(void)state;
	assert_int_equal(loft_snprintf(NULL, 0, "%d%s", 12345, "abc"), 8);
}

static void expect_endless(const char *wanted, const char *fmt, ...)
{
	char got[8];
	va_list args;
	int n;

	va_start(args, fmt);
	n = loft_vsnprintf(got, sizeof(got), fmt, args);
	va_end(args);
	assert_int_equal(n, INT_MAX);
	assert_string_equal(got, wanted);
}

static void stops_counting_at_the_largest_int(void **state)
{
	(void)state;
	expect_endless("       ", "%*d%*d", INT_MAX, 1, INT_MAX, 2);
	expect_endless("x      ", "x%99999999999d", 1);
	expect_endless("1      ", "%*d", INT_MIN, 1);
	expect_endless("-000000", "-%.*d", INT_MAX, 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_numbers),
		cmocka_unit_test(prints_every_size),
		cmocka_unit_test(fills_fields),
		cmocka_unit_test(takes_width_and_precision_from_arguments),
		cmocka_unit_test(agrees_with_the_host),
		cmocka_unit_test(reads_strings_no_further_than_told),
		cmocka_unit_test(shows_null_by_name),
		cmocka_unit_test(counts_a_nul_character),
		cmocka_unit_test(prints_pointers_in_full_width),
		cmocka_unit_test(prints_physical_addresses_by_reference),
		cmocka_unit_test(prints_code_addresses_by_name),
		cmocka_unit_test(prints_raw_pointers),
		cmocka_unit_test(prints_error_pointers_by_name),
		cmocka_unit_test(prints_bytes_in_hexadecimal),
		cmocka_unit_test(marks_a_name_that_is_too_long),
		cmocka_unit_test(leaves_unknown_conversions_as_they_stand),
		cmocka_unit_test(cuts_at_the_buffers_end),
		cmocka_unit_test(measures_without_a_buffer),
		cmocka_unit_test(stops_counting_at_the_largest_int),
	};

	return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
