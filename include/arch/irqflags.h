/* SPDX-License-Identifier: MIT */
/* Turning interrupts off and on, on this CPU.
 *
 *	unsigned long flags;
 *
 *	local_irq_save(flags);
 *	...                        no interrupt here, on this CPU
 *	local_irq_restore(flags);  as it was before: sections nest
 *
 * Any context. */
#ifndef ARCH_IRQFLAGS_H
#define ARCH_IRQFLAGS_H

#include "kernel/compiler.h"
#include "kernel/types.h"

#define EFLAGS_TF 0x00000100u /* a debug exception after each instruction */
#define EFLAGS_IF 0x00000200u
#define EFLAGS_ID 0x00200000u /* can be toggled where CPUID exists */

static inline uint32_t read_eflags(void)
{
	uint32_t v;

	__asm__ volatile("pushf; pop %0" : "=r"(v)::"memory");
	return v;
}

static inline void write_eflags(uint32_t v)
{
	__asm__ volatile("push %0; popf" ::"r"(v) : "memory", "cc");
}

static inline void local_irq_disable(void)
{
	__asm__ volatile("cli" ::: "memory");
}

static inline void local_irq_enable(void)
{
	__asm__ volatile("sti" ::: "memory");
}

/* Turns interrupts on and halts until one comes. None can come between the two
 * steps. */
static inline void local_irq_enable_and_halt(void)
{
	__asm__ volatile("sti; hlt" ::: "memory");
}

#define local_save_flags(flags) ((flags) = read_eflags())
#define local_irq_save(flags)            \
	do {                             \
		local_save_flags(flags); \
		local_irq_disable();     \
	} while (0)
#define local_irq_restore(flags) write_eflags((uint32_t)(flags))

#define irqs_disabled_flags(flags) (!(EFLAGS_IF & (flags)))

static inline bool irqs_disabled(void)
{
	return irqs_disabled_flags(read_eflags());
}

#endif
