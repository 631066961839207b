/* SPDX-License-Identifier: MIT */
/* What each of the 256 interrupt vectors is for.
 *
 *	0x00-0x1f  exceptions (arch/traps.h)
 *	0x20-0x2f  the two 8259s: masked, but see below
 *	0x30-0x3f  ISA interrupts, through the I/O APIC
 *	0x40-0xed  free
 *	0xee       what CPUs tell each other, without waiting for an answer
 *	0xef       this CPU's timer
 *	0xfc-0xfd  what CPUs tell each other, and wait
 *	0xff       spurious
 *
 * The local APIC delivers the highest of several that wait. So others' waiting
 * comes first, and all comes before devices. Requests to switch are below the
 * timer because nothing bounds how many come: above it, enough of them would
 * keep a CPU from its ticks, and from the watchdog's.
 *
 * An 8259 whose request goes away while it is being delivered says 7 instead,
 * masked or not, so 0x27 and 0x2f may arrive once; like the spurious vector
 * they want no end of interrupt.
 *
 * Source: Intel SDM vol. 3, sections 10.8.3 (priorities), 10.9 (spurious). */
#ifndef ARCH_VECTORS_H
#define ARCH_VECTORS_H

#define VECTOR_FIRST	0x20 /* below it are the CPU's own */
#define VECTOR_PIC_BASE 0x20 /* line n of the 8259s: this plus n */
#define VECTOR_IRQ_BASE 0x30 /* ISA interrupt n: this plus n */

#define VECTOR_RESCHEDULE    0xEE
#define VECTOR_TIMER	     0xEF
#define VECTOR_CALL_FUNCTION 0xFC
#define VECTOR_TLB	     0xFD
#define VECTOR_SPURIOUS	     0xFF /* its low four bits must be ones on a P6 */

#define ISA_IRQS 16
#define IRQ_PIT	 0
#define IRQ_COM1 4

#endif
