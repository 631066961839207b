/* SPDX-License-Identifier: MIT */
/* Exceptions, from the gate to the report. The stubs in traps.asm build a
 * struct trap_frame on the interrupted stack; the double fault alone has a task
 * and a stack of its own (double_fault.c).
 *
 * Source: Intel SDM vol. 3, sections 6.11 (gates), 6.15 (each exception). */
#include "arch/traps.h"

#include "arch/cpu.h"
#include "arch/extable.h"
#include "arch/irq.h"
#include "arch/pgtable.h"
#include "arch/tss.h"
#include "arch/vectors.h"
#include "kernel/backtrace.h"
#include "kernel/panic.h"
#include "kernel/printk.h"

#define GATE_INTERRUPT 0x8E /* present, ring 0, interrupts off on entry */
#define GATE_TASK      0x85 /* present, ring 0, switches to a TSS */

/* traps.asm aligns each stub so. */
#define STUB_SIZE 16
extern const char trap_stubs[];

static uint64_t idt[VECTOR_COUNT];

void (*debug_hook)(struct trap_frame *frame);
bool (*page_fault_hook)(struct trap_frame *frame, uint32_t addr, bool user);

static const char *const trap_names[TRAP_COUNT] = {
	[TRAP_DIVIDE] = "divide error",
	[TRAP_DEBUG] = "debug exception",
	[TRAP_NMI] = "non-maskable interrupt",
	[TRAP_BREAKPOINT] = "breakpoint",
	[TRAP_OVERFLOW] = "overflow",
	[TRAP_BOUND] = "bound range exceeded",
	[TRAP_INVALID_OPCODE] = "invalid opcode",
	[TRAP_NO_FPU] = "device not available",
	[TRAP_DOUBLE_FAULT] = "double fault",
	[TRAP_INVALID_TSS] = "invalid TSS",
	[TRAP_NO_SEGMENT] = "segment not present",
	[TRAP_STACK_SEGMENT] = "stack-segment fault",
	[TRAP_PROTECTION] = "general protection fault",
	[TRAP_PAGE_FAULT] = "page fault",
	[TRAP_FPU_ERROR] = "floating-point error",
	[TRAP_ALIGNMENT] = "alignment check",
	[TRAP_MACHINE_CHECK] = "machine check",
	[TRAP_SIMD] = "SIMD floating-point exception",
};

const char *trap_name(unsigned vector)
{
	if (vector >= TRAP_COUNT || !trap_names[vector])
		return "reserved exception";
	return trap_names[vector];
}

static uint64_t gate(uint16_t selector, uint32_t offset, unsigned access)
{
	return (uint64_t)((offset & 0xffff0000) | access << 8) << 32 |
	       (uint32_t)selector << 16 | (offset & 0xffff);
}

static uint32_t stub(unsigned vector)
{
	return (uint32_t)trap_stubs + vector * STUB_SIZE;
}

void idt_open(unsigned vector)
{
	idt[vector] = gate(KERNEL_CODE, stub(vector), GATE_INTERRUPT);
}

void idt_init(void)
{
	for (unsigned n = 0; n < TRAP_COUNT; n++)
		idt_open(n);
	idt[TRAP_DOUBLE_FAULT] = gate(TSS_DOUBLE_FAULT, 0, GATE_TASK);
	/* Spurious interrupts that controllers may send (arch/vectors.h). */
	idt_open(VECTOR_PIC_BASE + 7);
	idt_open(VECTOR_PIC_BASE + 15);
	idt_open(VECTOR_SPURIOUS);
}

/* Makes this CPU use the table. `base` is the base of the data segment: LIDT
 * takes a linear address. */
static void load(uint32_t base)
{
	struct {
		uint16_t limit;
		uint32_t base;
	} __packed idtr = {sizeof(idt) - 1, (uint32_t)idt + base};

	__asm__ volatile("lidt %0" ::"m"(idtr));
}

void idt_load(void)
{
	load(0);
}

/* There is no task for double faults yet; they get an ordinary gate. */
void idt_early(void)
{
	for (unsigned n = 0; n < TRAP_COUNT; n++)
		idt[n] = gate(SHIFTED_CODE, stub(n), GATE_INTERRUPT);
	load(-(uint32_t)PAGE_OFFSET);
}

void trap_print_registers(const struct trap_frame *f, uint32_t esp)
{
	console_printf("eip %08lx  esp %08lx  ebp %08lx  eflags %08lx\n",
		       (unsigned long)f->eip, (unsigned long)esp,
		       (unsigned long)f->ebp, (unsigned long)f->eflags);
	console_printf("eax %08lx  ebx %08lx  ecx %08lx  edx %08lx\n",
		       (unsigned long)f->eax, (unsigned long)f->ebx,
		       (unsigned long)f->ecx, (unsigned long)f->edx);
	console_printf("esi %08lx  edi %08lx  cr2 %08lx  cr3 %08lx\n",
		       (unsigned long)f->esi, (unsigned long)f->edi,
		       (unsigned long)read_cr2(), (unsigned long)read_cr3());
	console_printf("cr0 %08lx  cr4 %08lx  cs %04lx  ds %04lx  es %04lx  "
		       "fs %04lx  gs %04lx\n",
		       (unsigned long)read_cr0(), (unsigned long)read_cr4(),
		       (unsigned long)f->cs, (unsigned long)f->ds & 0xffff,
		       (unsigned long)f->es & 0xffff,
		       (unsigned long)f->fs & 0xffff,
		       (unsigned long)f->gs & 0xffff);
}

/* The access that faulted, and the reason. */
static const char *page_fault_action(uint32_t error)
{
	if (error & PF_FETCH)
		return "executing";
	return error & PF_WRITE ? "writing to" : "reading";
}

static const char *page_fault_reason(uint32_t error)
{
	if (error & PF_RESERVED)
		return "a reserved bit is set in an entry";
	if (!(error & PF_PRESENT))
		return "nothing is mapped there";
	if (error & PF_FETCH)
		return "the page is no-execute";
	return error & PF_WRITE ? "the page is read-only"
				: "the page is not for this privilege level";
}

/* The instruction that caused the fault. After a call to an address without a
 * page, this is the call, found by the return address that it pushed. */
static uint32_t culprit(const struct trap_frame *frame)
{
	uint32_t return_address;

	if (frame->vector != TRAP_PAGE_FAULT || read_cr2() != frame->eip ||
	    copy_from_kernel_nofault(&return_address, (void *)frame_esp(frame),
				     sizeof(return_address)))
		return frame->eip;
	return return_address - 1;
}

/* Whether an instruction that begins with this byte belongs to AVX. In 32-bit
 * code these are opcodes of LES, LDS and BOUND, with operands that those cannot
 * have (SDM vol. 2, section 2.3). */
static bool is_vex_prefix(uint8_t opcode)
{
	return opcode == 0xC4 || opcode == 0xC5 || opcode == 0x62;
}

/* Advice for some exceptions, or an empty string. */
static const char *trap_advice(const struct trap_frame *frame)
{
	uint8_t opcode = 0;

	if (frame->vector == TRAP_NO_FPU)
		return ": an instruction of x87, MMX or SSE, and the kernel "
		       "uses none of them (-mgeneral-regs-only)";
	copy_from_kernel_nofault(&opcode, (void *)frame->eip, sizeof(opcode));
	if (frame->vector == TRAP_INVALID_OPCODE && is_vex_prefix(opcode))
		return ": an instruction of AVX, and the kernel uses none "
		       "(-mgeneral-regs-only)";
	return "";
}

/* Writes the sentence that describes the exception, SENTENCE_MAX bytes at
 * most. */
static void describe(const struct trap_frame *frame, uint32_t addr,
		     char *sentence)
{
	if (frame->vector == TRAP_PAGE_FAULT)
		snprintf(sentence, SENTENCE_MAX,
			 "page fault %s 0x%08lx (%s) at %pS: %s",
			 page_fault_action(frame->error), (unsigned long)addr,
			 layout_region(addr), (void *)frame->eip,
			 page_fault_reason(frame->error));
	else
		snprintf(sentence, SENTENCE_MAX,
			 "%s (vector %lu, error code 0x%lx) at %pS%s",
			 trap_name(frame->vector), (unsigned long)frame->vector,
			 (unsigned long)frame->error, (void *)frame->eip,
			 trap_advice(frame));
}

static void trap_panic(const struct trap_frame *frame) __noreturn;
static void trap_panic(const struct trap_frame *frame)
{
	uint32_t addr = read_cr2();
	char sentence[SENTENCE_MAX];

	describe(frame, addr, sentence);
	panic_begin(culprit(frame), sentence);
	trap_print_registers(frame, frame_esp(frame));
	if (frame->vector == TRAP_PAGE_FAULT) {
		page_walk_print(addr);
		panic_explain(addr);
	}
	backtrace_print(culprit(frame), frame->ebp);
	panic_end();
}

/* Whether the hook has taken the page fault. A frame from user mode has a code
 * segment of ring 3. */
static bool page_fault_taken(struct trap_frame *frame)
{
	return page_fault_hook && frame->vector == TRAP_PAGE_FAULT &&
	       page_fault_hook(frame, read_cr2(), frame->cs & 3);
}

void trap_handler(struct trap_frame *frame)
{
	if (frame->vector >= TRAP_COUNT) {
		interrupt_handler(frame);
		return;
	}
	if (frame->vector == TRAP_NMI) {
		nmi_handler(frame);
		return;
	}
	if (page_fault_taken(frame) || extable_fixup(frame))
		return;
	if (frame->vector == TRAP_DEBUG && debug_hook) {
		debug_hook(frame);
		return;
	}
	if (frame->vector == TRAP_BREAKPOINT) {
		pr_notice("breakpoint at %pS\n", (void *)frame->eip);
		return;
	}
	trap_panic(frame);
}
