/* SPDX-License-Identifier: MIT */
/* sources: */
/* arch/i386/serial.c, included behind port I/O that ends in a model of a
 * 16550: FIFO, shift register, scratch register, modem lines in loopback. Time
 * passes when the line status is read: `pace` reads move one byte to the wire.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

/* Instead of include/arch/io.h. */
#define ARCH_IO_H
static uint8_t inb(uint16_t port);
static void outb(uint8_t value, uint16_t port);

#include "../../arch/i386/serial.c"

#include "kernel/compiler.h"

enum kind {
	GOOD,	     /* 16550A */
	NO_FIFO,     /* 16450: one byte at a time */
	BROKEN_FIFO, /* 16550: says so in IIR, and loses bytes */
	ABSENT,	     /* reads as ones */
	FLOATING,    /* reads as what was written last, to any port */
	SCRATCH,     /* some other device: a scratch register and no more */
};

static struct {
	enum kind kind;
	bool stuck;    /* nothing leaves */
	unsigned pace; /* reads of LSR until one byte is on the wire */
	uint8_t ier, fcr, lcr, mcr, scr, dll, dlm;
	uint8_t fifo[FIFO_SIZE];
	unsigned in_fifo;
	bool shifting;	 /* a byte is in the shift register */
	uint8_t shifted; /* this one */
	unsigned waited; /* reads since it went there */

	char wire[8192];
	unsigned sent;	  /* bytes on the wire */
	unsigned overrun; /* bytes that came when there was no room */
	unsigned cleared; /* bytes thrown away by a write to FCR */
	unsigned long polls, reads;
	uint8_t bus; /* last byte written */
} uart;

/* One read's worth of time. */
static void pass_time(void)
{
	uart.polls++;
	if (uart.stuck || !uart.shifting || ++uart.waited < uart.pace)
		return;
	uart.wire[uart.sent++] = (char)uart.shifted;
	uart.waited = 0;
	uart.shifting = uart.in_fifo > 0;
	if (!uart.shifting)
		return;
	uart.shifted = uart.fifo[0];
	memmove(uart.fifo, uart.fifo + 1, --uart.in_fifo);
}

static void take(uint8_t byte)
{
	unsigned holds = uart.kind == GOOD ? FIFO_SIZE : 1;

	if (!uart.shifting) {
		uart.shifting = true;
		uart.shifted = byte;
	} else if (uart.in_fifo < holds) {
		uart.fifo[uart.in_fifo++] = byte;
	} else {
		uart.overrun++;
	}
}

static uint8_t fifo_state(void)
{
	if (!(uart.fcr & 1) || uart.kind == NO_FIFO)
		return 0x01;
	return uart.kind == GOOD ? 0xC1 : 0x81;
}

/* MSR in loopback: CTS is RTS, DSR DTR, RI OUT1, DCD OUT2. Otherwise what a
 * cable with all lines up gives. */
static uint8_t modem_lines(void)
{
	uint8_t m = uart.mcr;

	if (!(m & 0x10) || uart.kind == SCRATCH)
		return 0xF0;
	return (uint8_t)((m & 2) << 3 | (m & 1) << 5 | (m & 4) << 4 |
			 (m & 8) << 4);
}

/* Line status: a byte was received long ago, and nobody reads it. */
static uint8_t line_status(void)
{
	bool empty = uart.in_fifo == 0;

	return (uint8_t)(0x01 | empty << 5 | (empty && !uart.shifting) << 6);
}

static uint8_t inb(uint16_t port)
{
	assert_in_range(port, 0x3F8, 0x3FF);
	uart.reads++;
	if (uart.kind == ABSENT)
		return 0xFF;
	if (uart.kind == FLOATING)
		return uart.bus;
	switch (port - 0x3F8) {
	case 2:
		return fifo_state();
	case 5:
		pass_time();
		return line_status();
	case 6:
		return modem_lines();
	case 7:
		return uart.scr;
	default:
		fail_msg("register %d is not for reading", port - 0x3F8);
		return 0;
	}
}

static void outb(uint8_t value, uint16_t port)
{
	bool dlab = uart.lcr & 0x80;

	assert_in_range(port, 0x3F8, 0x3FF);
	uart.bus = value;
	switch (port - 0x3F8) {
	case 0:
		if (dlab)
			uart.dll = value;
		else
			take(value);
		break;
	case 1:
		*(dlab ? &uart.dlm : &uart.ier) = value;
		break;
	case 2:
		uart.fcr = value;
		uart.cleared += value & 4 ? uart.in_fifo + uart.shifting : 0;
		break;
	case 3:
		uart.lcr = value;
		break;
	case 4:
		uart.mcr = value;
		break;
	case 7:
		uart.scr = value;
		break;
	default:
		fail_msg("register %d is not for writing", port - 0x3F8);
	}
}

/* Before each test: a machine with a good UART that nobody has set up, and a
 * driver that has not run. */
static int power_on(void **state)
{
	(void)state;
	memset(&com1, 0, sizeof(com1));
	memset(&uart, 0, sizeof(uart));
	uart.pace = 3;
	uart.ier = 0x0F;
	uart.dll = 12;
	return 0;
}

static void say(const char *text)
{
	serial_write(text, strlen(text));
}

static void expect_wire(const char *wanted)
{
	assert_string_equal(uart.wire, wanted);
	assert_int_equal(uart.overrun, 0);
}

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

static void waits_once_for_a_stuck_uart_and_counts_what_is_lost(void **state)
{
	unsigned long first;

	(void)state;
	serial_init();
	uart.stuck = true;
	say("0123456789abcdef"); /* fits */
	assert_int_equal(serial_dropped(), 0);

	uart.polls = 0;
	say("x");
	first = uart.polls;
	assert_int_equal(serial_dropped(), 1);
	assert_true(first >= 100000 && first <= 10000000);

	uart.polls = 0;
	for (int i = 0; i < 99; i++)
		say("\n");
	assert_int_equal(serial_dropped(), 1 + 2 * 99);
	serial_drain();
	assert_true(uart.polls < first / 10);
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
	uart.stuck = true;
	uart.polls = 0;
	say("0123456789abcdef and more");
	assert_true(uart.polls >= 100000);
}

static void gives_up_draining(void **state)
{
	(void)state;
	serial_init();
	say("a");
	uart.stuck = true;
	uart.polls = 0;
	serial_drain();
	assert_true(uart.polls >= 100000 && uart.polls <= 10000000);
}

#define TEST(name) cmocka_unit_test_setup(name, power_on)

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
		TEST(waits_once_for_a_stuck_uart_and_counts_what_is_lost),
		TEST(goes_on_when_the_uart_does),
		TEST(gives_up_draining),
	};

	return cmocka_run_group_tests_name("serial", tests, NULL, NULL);
}
