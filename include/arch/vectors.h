/* SPDX-License-Identifier: MIT */
/* Who has which of the 256 interrupt vectors.
 *
 *	0x00-0x1f  exceptions (arch/traps.h)
 *	0x20-0x2f  the two 8259s: masked, but see below
 *	0x30-0x3f  ISA interrupts, through the I/O APIC
 *	0x40-0xee  free
 *	0xef       this CPU's timer
 *	0xfb-0xfd  what CPUs tell each other
 *	0xff       spurious
 *
 * The local APIC takes the upper four bits of a vector as its priority, and of
 * several that wait delivers the highest first: hence CPUs' messages above the
 * timer above devices. An 8259 whose request goes away while it is being
 * delivered says 7 instead, masked or not, so 0x27 and 0x2f may arrive once;
 * like the spurious vector they want no end of interrupt.
 *
 * Source: Intel SDM vol. 3, sections 10.8.3 (priorities), 10.9 (spurious). */
#ifndef ARCH_VECTORS_H
#define ARCH_VECTORS_H

#define VECTOR_FIRST	0x20 /* below it are the CPU's own */
#define VECTOR_PIC_BASE 0x20 /* line n of the 8259s: this plus n */
#define VECTOR_IRQ_BASE 0x30 /* ISA interrupt n: this plus n */

#define VECTOR_TIMER	     0xEF
#define VECTOR_CALL_FUNCTION 0xFB
#define VECTOR_RESCHEDULE    0xFC
#define VECTOR_TLB	     0xFD
#define VECTOR_SPURIOUS	     0xFF /* its low four bits must be ones on a P6 */

#define ISA_IRQS 16
#define IRQ_PIT	 0
#define IRQ_COM1 4

#endif
