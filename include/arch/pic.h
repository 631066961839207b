/* SPDX-License-Identifier: MIT */
/* The two 8259 interrupt controllers of the original PC. Loft uses APICs, and
 * masks these. */
#ifndef ARCH_PIC_H
#define ARCH_PIC_H

/* Masks every line, and moves spurious interrupts, which cannot be masked, to
 * VECTOR_PIC_BASE: firmware leaves them at vectors of exceptions. Boot, before
 * interrupts are first on. */
void pic_init(void);

#endif
