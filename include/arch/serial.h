/* SPDX-License-Identifier: MIT */
/* The first serial port (COM1): where the log goes, and where somebody types
 * (kernel/serial_input.h).
 *
 *	serial_init();                  absent hardware is found and skipped
 *	serial_write("hello\n", 6);     goes out as "hello\r\n"
 *	serial_drain();                 before powering off, or the end is lost
 *
 * To send, no interrupts are used, so it works from the first instruction to
 * the last line of a panic. No function takes a lock: printk.c, the one caller
 * of serial_write(), owns the order of lines. */
#ifndef ARCH_SERIAL_H
#define ARCH_SERIAL_H

#include <stdbool.h>
#include <stddef.h>

/* Looks for a UART at COM1 and sets it to 115200 baud, 8 data bits, no parity,
 * one stop bit, FIFOs on. Returns whether there is one; with none the other
 * functions do nothing. Harmless to repeat. Any context. */
bool serial_init(void);

/* Whether serial_init() found a UART. */
bool serial_present(void);

/* Sends `len` bytes, a carriage return in front of each newline. Returns when
 * the last is in the UART, which may be before it is on the wire. A UART that
 * stops taking bytes is waited for once, for a bounded time; from then on
 * bytes are dropped and counted until it takes one again. Any context. */
void serial_write(const char *text, size_t len);

/* Takes the next byte that has come, or returns false. One caller at a time. */
bool serial_receive(char *c);

/* From here on a byte that comes asks for an interrupt. */
void serial_interrupt_on_input(void);

/* Ties the port's output to its input: what is sent is received, and the other
 * side sees nothing. For tests. */
void serial_set_loopback(bool on);

/* Waits, for a bounded time, until the last bit has left. Any context. */
void serial_drain(void);

/* Bytes lost since boot because a UART that was there did not take them. */
unsigned long serial_dropped(void);

#endif
