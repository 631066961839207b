/* SPDX-License-Identifier: MIT */
/* The first serial port (COM1): output of the log, and typed input
 * (kernel/serial_input.h).
 *
 *	serial_init();                  absent hardware is found and skipped
 *	serial_write("hello\n", 6);     goes out as "hello\r\n"
 *	serial_drain();                 before powering off, or the end is lost
 *
 * Sending uses no interrupts, so it works from the first instruction to the
 * last line of a panic. No function takes a lock: printk.c, the only caller of
 * serial_write(), keeps lines apart. */
#ifndef ARCH_SERIAL_H
#define ARCH_SERIAL_H

#include <stdbool.h>
#include <stddef.h>

/* Looks for a UART at COM1 and sets it to 115200 baud, 8 data bits, no parity,
 * one stop bit, FIFOs on. Returns whether there is one; without one the other
 * functions do nothing. May be called again. Any context. */
bool serial_init(void);

/* Whether serial_init() found a UART. */
bool serial_present(void);

/* Sends `len` bytes, a carriage return in front of each newline. Returns when
 * the last byte is in the UART, and perhaps not yet on the wire. If the UART
 * accepts no more bytes, waits once, for a bounded time; then drops and counts
 * bytes until the UART accepts one again. Any context. */
void serial_write(const char *text, size_t len);

/* Reads the next received byte; false if there is none. One caller at a
 * time. */
bool serial_receive(char *c);

/* From here on a received byte raises an interrupt. */
void serial_interrupt_on_input(void);

/* Turns loopback on or off: bytes sent are received, and the other side
 * receives nothing. For tests. */
void serial_set_loopback(bool on);

/* Waits, for a bounded time, until the last bit was sent. Any context. */
void serial_drain(void);

/* Bytes dropped since boot because the UART did not accept them. */
unsigned long serial_dropped(void);

#endif
