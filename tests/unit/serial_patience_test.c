/* SPDX-License-Identifier: MIT */
/* sources: */
/* How long the serial port waits for a UART that takes nothing. */
#include "serial_fixture.h"

/* Sends to a UART that is stuck, until a byte is given up; returns the cycles
 * that it took. */
static uint64_t cycles_to_give_up(void)
{
	unsigned long dropped = serial_dropped();
	uint64_t began = host.tsc;

	uart.stuck = true;
	com1.stuck = false;
	while (serial_dropped() == dropped)
		say("x");
	return host.tsc - began;
}

static void waits_once_for_a_stuck_uart_and_counts_what_is_lost(void **state)
{
	uint64_t first, began;

	(void)state;
	serial_init();
	uart.stuck = true;
	say("0123456789abcdef"); /* fits */
	assert_int_equal(serial_dropped(), 0);
	first = cycles_to_give_up();
	assert_true(first >= 5 * SEC && first < 6 * SEC);

	began = host.tsc;
	for (int i = 0; i < 99; i++)
		say("\n");
	assert_int_equal(serial_dropped(), 1 + 2 * 99);
	serial_drain();
	assert_true(host.tsc - began < first / 10);
}

static void waits_as_long_whatever_a_look_costs(void **state)
{
	static const uint64_t poll_cycles[] = {US / 4, US, 20 * US};

	(void)state;
	serial_init();
	for (size_t i = 0; i < ARRAY_SIZE(poll_cycles); i++) {
		uint64_t took;

		host.poll_cycles = poll_cycles[i];
		took = cycles_to_give_up();
		assert_true(took >= 5 * SEC && took < 7 * SEC);
	}
}

static void waits_as_long_whatever_the_counters_rate(void **state)
{
	(void)state;
	serial_init();
	host.khz = 4 * GHZ;
	assert_true(cycles_to_give_up() >= 4 * 5 * SEC);
	host.khz = GHZ / 10;
	assert_true(cycles_to_give_up() < SEC);
}

/* The rate may be that of the fastest CPU there is. */
static void waits_long_enough_before_the_rate_is_known(void **state)
{
	uint64_t took;

	(void)state;
	serial_init();
	host.khz = 0;
	took = cycles_to_give_up();
	assert_true(took >= 5 * 5 * SEC && took <= 10 * 5 * SEC);
}

static void waits_some_looks_though_the_counter_jumps(void **state)
{
	(void)state;
	serial_init();
	host.poll_cycles = 10 * SEC;
	uart.polls = 0;
	cycles_to_give_up();
	assert_true(uart.polls >= 10000);
}

static void waits_for_a_number_of_looks_without_a_counter(void **state)
{
	(void)state;
	cpu_features.tsc = false;
	serial_init();
	uart.polls = 0;
	cycles_to_give_up();
	assert_true(uart.polls >= 10000000 && uart.polls <= 100000000);
}

static void goes_on_when_the_uart_does(void **state)
{
	(void)state;
	serial_init();
	uart.stuck = true;
	say("0123456789abcdef");
	say("lost");
	uart.stuck = false;
	while (uart.shifting)
		pass_time();
	say("back");
	serial_drain();
	expect_wire("0123456789abcdefback");
	assert_int_equal(serial_dropped(), 4);

	/* and is as patient as before */
	assert_true(cycles_to_give_up() >= 5 * SEC);
}

static void gives_up_draining(void **state)
{
	(void)state;
	serial_init();
	say("a");
	uart.stuck = true;
	host.tsc = 0;
	serial_drain();
	assert_true(host.tsc >= 5 * SEC && host.tsc < 6 * SEC);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(waits_once_for_a_stuck_uart_and_counts_what_is_lost),
		TEST(waits_as_long_whatever_a_look_costs),
		TEST(waits_as_long_whatever_the_counters_rate),
		TEST(waits_long_enough_before_the_rate_is_known),
		TEST(waits_some_looks_though_the_counter_jumps),
		TEST(waits_for_a_number_of_looks_without_a_counter),
		TEST(goes_on_when_the_uart_does),
		TEST(gives_up_draining),
	};

	return cmocka_run_group_tests_name("serial_patience", tests, NULL,
					   NULL);
}
