/* SPDX-License-Identifier: MIT */
/* The two 8259 interrupt controllers of the original PC. Loft routes through
 * APICs and wants one thing of these: silence. */
#ifndef ARCH_PIC_H
#define ARCH_PIC_H

/* Masks every line, and moves what may come all the same to VECTOR_PIC_BASE:
 * as firmware leaves them, their vectors are those of exceptions. Boot, before
 * interrupts are first on. */
void pic_init(void);

#endif
