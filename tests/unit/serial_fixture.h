/* SPDX-License-Identifier: MIT */
/* arch/i386/dev/serial.c, included behind port I/O that ends in a model of a
 * 16550: FIFO, shift register, scratch register, modem lines in loopback. Time
 * passes when the line status is read: `pace` reads move one byte to the wire,
 * and the time-stamp counter, if the CPU has one, advances by `poll_cycles`. */
#ifndef SERIAL_FIXTURE_H
#define SERIAL_FIXTURE_H

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

/* Instead of include/arch/cpu.h. */
#define ARCH_CPU_H
static struct {
	bool tsc;
} cpu_features;
static uint64_t rdtsc(void);

#include "../../arch/i386/dev/serial.c"

#include "kernel/compiler.h"

/* The time-stamp counter's rate where nothing else is said, in kHz, and what it
 * then counts in a microsecond and in a second. */
#define GHZ 1000000u
#define US  1000u
#define SEC 1000000000ull

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

static struct {
	uint64_t tsc;
	uint64_t poll_cycles; /* the counter's advance in one read of LSR */
	uint32_t khz;	      /* its rate; 0 until it is calibrated */
} host;

static uint64_t rdtsc(void)
{
	assert_true(cpu_features.tsc);
	return host.tsc;
}

uint32_t tsc_khz(void)
{
	return host.khz;
}

/* One read's worth of time. */
static void pass_time(void)
{
	uart.polls++;
	host.tsc += host.poll_cycles;
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
	assert_true(port >= 0x3F8 && port <= 0x3FF);
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

	assert_true(port >= 0x3F8 && port <= 0x3FF);
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
	cpu_features.tsc = true;
	host.tsc = 0;
	host.khz = GHZ;
	host.poll_cycles = US;
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

#define TEST(name) cmocka_unit_test_setup(name, power_on)

#endif
