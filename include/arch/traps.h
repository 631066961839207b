/* SPDX-License-Identifier: MIT */
/* Exceptions: what the CPU reports, and how it is handled.
 *
 *   fault ── a page fault that page_fault_hook takes? ── yes ──> tries again
 *                        │ no
 *            named in the exception table? ── yes ──> goes on at the fixup
 *                        │ no
 *                        ├── breakpoint ──> a line in the log, goes on
 *                        └── panic: sentence, registers, page walk, backtrace
 *
 * Source: Intel SDM vol. 3, chapter 6. */
#ifndef ARCH_TRAPS_H
#define ARCH_TRAPS_H

#include "kernel/compiler.h"
#include "kernel/types.h"

#define TRAP_COUNT   32 /* vectors of exceptions; the rest are interrupts */
#define VECTOR_COUNT 256

enum trap {
	TRAP_DIVIDE = 0,
	TRAP_DEBUG = 1,
	TRAP_NMI = 2,
	TRAP_BREAKPOINT = 3,
	TRAP_OVERFLOW = 4,
	TRAP_BOUND = 5,
	TRAP_INVALID_OPCODE = 6,
	TRAP_NO_FPU = 7,
	TRAP_DOUBLE_FAULT = 8,
	TRAP_INVALID_TSS = 10,
	TRAP_NO_SEGMENT = 11,
	TRAP_STACK_SEGMENT = 12,
	TRAP_PROTECTION = 13,
	TRAP_PAGE_FAULT = 14,
	TRAP_FPU_ERROR = 16,
	TRAP_ALIGNMENT = 17,
	TRAP_MACHINE_CHECK = 18,
	TRAP_SIMD = 19,
};

/* Bits of a page fault's error code (SDM 4.7). */
#define PF_PRESENT  0x01u /* the page is present; the access is forbidden */
#define PF_WRITE    0x02u
#define PF_USER	    0x04u
#define PF_RESERVED 0x08u /* a reserved bit was set in an entry */
#define PF_FETCH    0x10u /* an instruction fetch (needs NX) */

/* The registers of the interrupted code, as arch/i386/trap/traps.asm pushes
 * them; those from `error` up are pushed by the CPU. A trap from the kernel
 * does not push esp: the interrupted stack continues behind the frame. */
struct trap_frame {
	uint32_t gs, fs, es, ds;
	uint32_t edi, esi, ebp, unused_esp, ebx, edx, ecx, eax;
	uint32_t vector, error, eip, cs, eflags;
};

/* The interrupted stack pointer of a trap that came from the kernel. */
static inline uint32_t frame_esp(const struct trap_frame *frame)
{
	return (uint32_t)(uintptr_t)(frame + 1);
}

/* From here on exceptions are reported, while segments are shifted, before
 * paging is on. The first call on the boot CPU; holds until idt_load(). */
void idt_early(void);

/* Makes the table of gates (IDT), the same for all CPUs, with the gates of
 * exceptions. Double faults have a hardware task, which needs gdt_init(). An
 * interrupt without a gate is a general protection fault. Once, with paging
 * on. */
void idt_init(void);

/* Adds the gate of an interrupt. */
void idt_open(unsigned vector);

/* Makes this CPU use the table: from here on a fault has a handler. */
void idt_load(void);

/* If not NULL, called for debug exceptions: for tests that interrupt code
 * between two instructions (EFLAGS_TF). */
extern void (*debug_hook)(struct trap_frame *frame);

/* If not NULL, called for page faults, before the exception table is searched:
 * the hook for address spaces. `addr` is the address, frame->error the kind of
 * access (PF_WRITE and so on), `user` whether code in user mode made it. If it
 * returns true, the interrupted code continues, and tries again unless the
 * frame was changed. Called with interrupts off. */
extern bool (*page_fault_hook)(struct trap_frame *frame, uint32_t addr,
			       bool user);

/* "page fault" for 14, and so on; never NULL. */
const char *trap_name(unsigned vector);

/* Prints the registers of `frame`, `esp` among them, and the control registers,
 * for a panic. */
void trap_print_registers(const struct trap_frame *frame, uint32_t esp);

/* Called by traps.asm with interrupts off, on the interrupted stack. */
void trap_handler(struct trap_frame *frame);

/* ---- Double faults ------------------------------------------------------ */

struct tss;

/* Fills in the double-fault task. Its stack ends at `stack_top`; its page
 * tables are the current ones. */
void double_fault_init(struct tss *tss, const void *stack_top);

/* Called by traps.asm in the double-fault task. Panics, unless
 * double_fault_hook returns true; then returns to the state in main_tss. */
void double_fault_handler(void);

/* Called with the state that the double fault ended, if not NULL. It may put
 * another state there and return true, and that goes on: tests expect stack
 * overflows with it. */
extern bool (*double_fault_hook)(struct tss *interrupted);

#endif
