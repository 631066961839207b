/* SPDX-License-Identifier: MIT */
/* What each of the 256 interrupt vectors is for.
 *
 *	0x00-0x1f  exceptions (arch/traps.h)
 *	0x20-0x2f  the two 8259s: masked, but see below
 *	0x30       this CPU's timers that are due and wait (kernel/timer.h)
 *	0x40-0x4f  ISA interrupts, through the I/O APIC
 *	0x50-0xed  free
 *	0xee       messages between CPUs, without waiting for an answer
 *	0xef       this CPU's timer
 *	0xfc-0xfd  messages between CPUs that wait for an answer
 *	0xff       spurious
 *
 * Of several pending vectors the local APIC delivers the highest first.
 * Messages that another CPU waits for therefore come first, and devices last.
 * Requests to reschedule are below the timer because their number is not
 * limited: above it, many of them could keep a CPU from its ticks, and from the
 * watchdog. Timers that wait come after devices, because they may be thousands.
 *
 * If a request to an 8259 is withdrawn while it is delivered, the chip sends
 * its vector 7 instead, masked or not. 0x27 and 0x2f may therefore arrive; like
 * the spurious vector they need no end of interrupt.
 *
 * Source: Intel SDM vol. 3, sections 10.8.3 (priorities), 10.9 (spurious). */
#ifndef ARCH_VECTORS_H
#define ARCH_VECTORS_H

#define VECTOR_FIRST	0x20 /* below it are the CPU's own */
#define VECTOR_PIC_BASE 0x20 /* line n of the 8259s: this plus n */
#define VECTOR_TIMERS	0x30 /* timers that are due and wait */
#define VECTOR_IRQ_BASE 0x40 /* ISA interrupt n: this plus n */

#define VECTOR_RESCHEDULE    0xEE
#define VECTOR_TIMER	     0xEF
#define VECTOR_CALL_FUNCTION 0xFC
#define VECTOR_TLB	     0xFD
#define VECTOR_SPURIOUS	     0xFF /* its low four bits must be ones on a P6 */

#define ISA_IRQS 16
#define IRQ_PIT	 0
#define IRQ_COM1 4

#endif
