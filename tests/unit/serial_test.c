/* SPDX-License-Identifier: MIT */
/* sources: */
/* What the serial port sends, and how it finds and sets up its UART. */
#include "serial_fixture.h"

static void sets_up_what_it_finds(void **state)
{
	(void)state;
	assert_false(serial_present());
	assert_true(serial_init());
	assert_true(serial_present());
	assert_int_equal(uart.dll, 1);
	assert_int_equal(uart.dlm, 0);
	assert_int_equal(uart.lcr, 0x03);
	assert_int_equal(uart.mcr, 0x03);
	assert_int_equal(uart.ier, 0);
	assert_int_equal(uart.fcr & 0x07, 0x07);
}

static void sets_up_again_after_a_loader_left_the_divisor_open(void **state)
{
	(void)state;
	uart.lcr = 0x80;
	assert_true(serial_init());
	assert_int_equal(uart.ier, 0);
	assert_int_equal(uart.dll, 1);
	say("a");
	serial_drain();
	expect_wire("a");
}

static void is_silent_without_a_uart(void **state)
{
	static const enum kind kinds[] = {ABSENT, FLOATING, SCRATCH};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		power_on(NULL);
		uart.kind = kinds[i];
		assert_false(serial_init());
		assert_false(serial_present());
		uart.polls = 0;
		say("hello\n");
		serial_drain();
		assert_int_equal(uart.polls, 0);
		assert_int_equal(uart.sent + uart.in_fifo + uart.shifting, 0);
		assert_int_equal(serial_dropped(), 0);
	}
}

static void looks_once_at_what_is_not_there(void **state)
{
	static const enum kind kinds[] = {ABSENT, FLOATING};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		power_on(NULL);
		uart.kind = kinds[i];
		assert_false(serial_init());
		assert_int_equal(uart.reads, 1);
	}
}

static void is_silent_before_it_is_set_up(void **state)
{
	(void)state;
	say("hello\n");
	serial_drain();
	assert_int_equal(uart.polls, 0);
	assert_false(uart.shifting);
}

static void is_silent_when_the_uart_is_gone_later(void **state)
{
	(void)state;
	assert_true(serial_init());
	uart.kind = ABSENT;
	assert_false(serial_init());
	assert_false(serial_present());
}

static void returns_to_the_left_edge_before_each_newline(void **state)
{
	(void)state;
	serial_init();
	say("one\ntwo\n\n");
	serial_drain();
	expect_wire("one\r\ntwo\r\n\r\n");
}

static void sends_no_more_than_it_is_given(void **state)
{
	(void)state;
	serial_init();
	serial_write("abcdef", 3);
	serial_write("xyz", 0);
	serial_drain();
	expect_wire("abc");
}

static void fills_the_fifo_and_never_overruns_it(void **state)
{
	static const enum kind kinds[] = {GOOD, NO_FIFO, BROKEN_FIFO};
	char text[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		text[i] = (char)('!' + i % 90);
	text[sizeof(text) - 1] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		power_on(NULL);
		uart.kind = kinds[i];
		uart.pace = 50;
		assert_true(serial_init());
		for (const char *p = text; *p; p++)
			serial_write(p, 1);
		serial_drain();
		expect_wire(text);
		assert_int_equal(serial_dropped(), 0);
	}
}

static void looks_once_for_sixteen_bytes(void **state)
{
	(void)state;
	serial_init();
	uart.polls = 0;
	say("0123456789abcdef");
	assert_int_equal(uart.polls, 1);
}

static void lets_the_loaders_last_words_out(void **state)
{
	(void)state;
	uart.fcr = 1;
	for (const char *p = "booting\n"; *p; p++)
		take((uint8_t)*p);
	assert_true(serial_init());
	assert_int_equal(uart.cleared, 0);
	expect_wire("booting\n");
}

static void drains_to_the_last_bit(void **state)
{
	(void)state;
	serial_init();
	say("end of panic");
	assert_true(uart.sent < 12);
	serial_drain();
	assert_int_equal(uart.sent, 12);
	assert_false(uart.shifting);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(sets_up_what_it_finds),
		TEST(sets_up_again_after_a_loader_left_the_divisor_open),
		TEST(is_silent_without_a_uart),
		TEST(looks_once_at_what_is_not_there),
		TEST(is_silent_before_it_is_set_up),
		TEST(is_silent_when_the_uart_is_gone_later),
		TEST(returns_to_the_left_edge_before_each_newline),
		TEST(sends_no_more_than_it_is_given),
		TEST(fills_the_fifo_and_never_overruns_it),
		TEST(looks_once_for_sixteen_bytes),
		TEST(lets_the_loaders_last_words_out),
		TEST(drains_to_the_last_bit),
	};

	return cmocka_run_group_tests_name("serial", tests, NULL, NULL);
}
