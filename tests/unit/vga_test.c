/* SPDX-License-Identifier: MIT */
/* sources: */
/* arch/i386/dev/vga.c, included behind port I/O that ends in the registers of a
 * CRT controller. The screen's memory is an array of the exact size, so that
 * the sanitizer sees a step outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

/* Instead of include/arch/io.h. */
#define ARCH_IO_H
static void outb(uint8_t value, uint16_t port);

#include "../../arch/i386/dev/vga.c"

#include "kernel/compiler.h"

#define COLUMNS 10
#define ROWS	3

static struct {
	uint8_t index, reg[256];
	unsigned writes;
} crtc;

static uint16_t *cells;

static void outb(uint8_t value, uint16_t port)
{
	assert_true(port >= 0x3D4 && port <= 0x3D5);
	crtc.writes++;
	if (port == 0x3D4)
		crtc.index = value;
	else
		crtc.reg[crtc.index] = value;
}

static unsigned cursor(void)
{
	return (unsigned)(crtc.reg[0x0E] << 8 | crtc.reg[0x0F]);
}

static void write_text(const char *text)
{
	vga_write(text, strlen(text));
}

/* The rows of the screen in one string, a bar behind each; spaces at a row's
 * end left out. */
static void expect_screen(const char *wanted)
{
	char got[(COLUMNS + 1) * ROWS + 1], *p = got;

	for (unsigned row = 0; row < ROWS; row++) {
		char *start = p;

		for (unsigned i = 0; i < COLUMNS; i++)
			*p++ = (char)(cells[row * COLUMNS + i] & 0xFF);
		while (p > start && p[-1] == ' ')
			p--;
		*p++ = '|';
	}
	*p = '\0';
	assert_string_equal(got, wanted);
}

/* Before each test: a screen of 10 by 3 with old text on it, taken over. */
static int take_over(void **state)
{
	(void)state;
	memset(&crtc, 0, sizeof(crtc));
	crtc.reg[0x0C] = 0x12;
	cells = malloc(COLUMNS * ROWS * sizeof(*cells));
	if (!cells)
		return -1;
	memset(cells, 0x41, COLUMNS * ROWS * sizeof(*cells));
	return vga_init(cells, COLUMNS, ROWS);
}

static int give_back(void **state)
{
	(void)state;
	vga_init(NULL, 0, 0);
	free(cells);
	return 0;
}

static void does_nothing_without_a_screen(void **state)
{
	uint16_t untouched = 0x1234;

	(void)state;
	vga_init(NULL, 0, 0);
	crtc.writes = 0;
	write_text("hello\n");
	vga_move(&untouched);
	vga_set_colour(VGA_RED);
	write_text("hello\n");
	assert_int_equal(crtc.writes, 0);
	assert_int_equal(untouched, 0x1234);
}

static void starts_with_an_empty_screen(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COLUMNS * ROWS; i++)
		assert_int_equal(cells[i], 0x0720);
	assert_int_equal(cursor(), 0);
	assert_int_equal(crtc.reg[0x0C], 0); /* shown from the first cell */
	assert_int_equal(crtc.reg[0x0D], 0);
}

static void refuses_screens_that_it_cannot_keep(void **state)
{
	(void)state;
	assert_int_equal(vga_init(cells, 0, 25), -EINVAL);
	assert_int_equal(vga_init(cells, 80, 0), -EINVAL);
	assert_int_equal(vga_init(cells, 80, 51), -EINVAL);
	assert_int_equal(vga_init(cells, 0x10000, 0x10000), -EINVAL);
	crtc.writes = 0;
	write_text("hello");
	assert_int_equal(crtc.writes, 0);
}

static void takes_the_largest_screen(void **state)
{
	uint16_t *large = malloc(VGA_CELLS_MAX * sizeof(*large));

	(void)state;
	assert_int_equal(vga_init(large, 80, 50), 0);
	for (int i = 0; i < 120; i++)
		write_text("line\n");
	assert_int_equal(large[48 * 80] & 0xFF, 'l');
	assert_int_equal(cursor(), 49 * 80);
	vga_init(NULL, 0, 0);
	free(large);
}

static void shows_text_and_cursor(void **state)
{
	(void)state;
	write_text("one");
	expect_screen("one|||");
	assert_int_equal(cells[0], 0x0700 | 'o');
	assert_int_equal(cursor(), 3);
	write_text("\ntwo");
	expect_screen("one|two||");
	assert_int_equal(cursor(), COLUMNS + 3);
}

static void keeps_characters_out_of_the_colour(void **state)
{
	(void)state;
	write_text("\xE9");
	assert_int_equal(cells[0], 0x07E9);
}

static void shows_each_text_in_its_colour(void **state)
{
	(void)state;
	vga_set_colour(VGA_RED);
	write_text("r");
	vga_set_colour(VGA_YELLOW);
	write_text("y");
	vga_set_colour(VGA_GREY);
	write_text("g");
	assert_int_equal(cells[0], 0x0C00 | 'r');
	assert_int_equal(cells[1], 0x0E00 | 'y');
	assert_int_equal(cells[2], 0x0700 | 'g');
}

static void goes_on_in_the_next_row(void **state)
{
	(void)state;
	write_text("0123456789ab");
	expect_screen("0123456789|ab||");
}

static void leaves_no_empty_row_after_a_full_one(void **state)
{
	(void)state;
	write_text("0123456789");
	assert_int_equal(cursor(), COLUMNS - 1);
	write_text("\nnext");
	expect_screen("0123456789|next||");
}

static void scrolls_at_the_end(void **state)
{
	(void)state;
	vga_set_colour(VGA_RED);
	write_text("one\ntwo\nthree\n");
	expect_screen("two|three||");
	assert_int_equal(cells[0], 0x0C00 | 't');
	assert_int_equal(cells[2 * COLUMNS], 0x0720); /* new rows are grey */
	write_text("4\n5\n6");
	expect_screen("4|5|6|");
	assert_int_equal(cursor(), 2 * COLUMNS + 1);
}

static void moves_within_the_row(void **state)
{
	(void)state;
	write_text("abc\rX");
	expect_screen("Xbc|||");
	write_text("\b\b\bY");
	expect_screen("Ybc|||");
	write_text("\ra\tb");
	expect_screen("abc     b|||");
	write_text("\t\tc");
	expect_screen("abc     b|c||");
}

static void keeps_text_and_cursor_when_its_mapping_moves(void **state)
{
	uint16_t *other = malloc(COLUMNS * ROWS * sizeof(*other));
	uint16_t *before = cells;

	(void)state;
	write_text("one\n");
	/* the same memory at another address, as far as a test can make it */
	memcpy(other, cells, COLUMNS * ROWS * sizeof(*other));
	vga_move(other);
	cells = other;
	write_text("two");
	expect_screen("one|two||");
	assert_int_equal(before[COLUMNS], 0x0720);
	free(before);
}

static void does_not_read_the_screen_back(void **state)
{
	(void)state;
	write_text("one\ntwo\n");
	memset(cells, 0xFF, COLUMNS * ROWS * sizeof(*cells));
	cells[2 * COLUMNS] = 0x0700 | 'a'; /* as if it were there already */
	write_text("a\nb");
	assert_int_equal(cells[0], 0x0700 | 't');
	assert_int_equal(cells[1], 0x0700 | 'w');
	assert_int_equal(cells[2], 0x0700 | 'o');
	assert_int_equal(cells[COLUMNS], 0x0700 | 'a');
}

static void stays_inside_whatever_comes(void **state)
{
	static const char bytes[] = "ab\n\r\t\b\xff";
	unsigned seed = 30;

	(void)state;
	srand(seed);
	print_message("seed %u\n", seed);
	for (int i = 0; i < 20000; i++) {
		unsigned n = (unsigned)rand() % (sizeof(bytes) - 1);

		vga_write(bytes + n, 1);
		assert_true(cursor() < COLUMNS * ROWS);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, take_over, give_back)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(does_nothing_without_a_screen),
		TEST(starts_with_an_empty_screen),
		TEST(refuses_screens_that_it_cannot_keep),
		TEST(takes_the_largest_screen),
		TEST(shows_text_and_cursor),
		TEST(keeps_characters_out_of_the_colour),
		TEST(shows_each_text_in_its_colour),
		TEST(goes_on_in_the_next_row),
		TEST(leaves_no_empty_row_after_a_full_one),
		TEST(scrolls_at_the_end),
		TEST(moves_within_the_row),
		TEST(keeps_text_and_cursor_when_its_mapping_moves),
		TEST(does_not_read_the_screen_back),
		TEST(stays_inside_whatever_comes),
	};

	return cmocka_run_group_tests_name("vga", tests, NULL, NULL);
}
