/* SPDX-License-Identifier: MIT */
/* Typed input from the first serial port. The port interrupts the boot CPU
 * through the I/O APIC; bytes wait in a ring buffer until a task reads them. */
#ifndef KERNEL_SERIAL_INPUT_H
#define KERNEL_SERIAL_INPUT_H

/* Routes the port's interrupt. Without a port or an I/O APIC nothing will come.
 * Once, on the boot CPU, when there are tasks. */
void serial_input_init(void);

/* The next byte, 0 to 255; sleeps until there is one. Task context. */
int serial_getc(void);

/* The same, for `ticks` at most; -ETIMEDOUT if none came. */
int serial_getc_timeout(unsigned long ticks);

/* Bytes lost since boot because the ring was full. */
unsigned long serial_overruns(void);

#endif
