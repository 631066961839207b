/* SPDX-License-Identifier: MIT */
/* Double faults: a fault that the CPU could not deliver, nearly always because
 * the kernel stack has run into its guard page and the CPU cannot push the
 * frame. The handler is therefore a hardware task of its own: the gate loads
 * all registers, the stack pointer among them, and saves the old ones in
 * main_tss.
 *
 * Source: Intel SDM vol. 3, section 6.15 (interrupt 8), section 7.3. */
#include "arch/cpu.h"
#include "arch/pgtable.h"
#include "arch/sections.h"
#include "arch/traps.h"
#include "arch/tss.h"
#include "kernel/backtrace.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/task.h"

struct guarded_stack double_fault_stack; /* the boot CPU's */
bool (*double_fault_hook)(struct tss *interrupted);

extern const char double_fault_entry[]; /* arch/i386/trap/traps.asm */

void double_fault_init(struct tss *tss, const void *stack_top)
{
	tss->cr3 = read_cr3();
	tss->eip = (uint32_t)double_fault_entry;
	tss->esp = (uint32_t)stack_top;
	tss->eflags = 0x2; /* bit 1 is always set; interrupts are off */
	tss->cs = KERNEL_CODE;
	tss->ss = tss->ds = tss->es = tss->gs = KERNEL_DATA;
	tss->fs = KERNEL_PERCPU;
	tss->io_map = sizeof(*tss);
}

/* Whether `esp` is where a push would have hit the guard page. */
static bool ran_off_the_stack(uint32_t esp)
{
	uint32_t stack = (uint32_t)current->stack;

	return esp >= stack - PAGE_SIZE && esp < stack + 64;
}

/* The state that the CPU saved, as other traps show it. */
static struct trap_frame frame_of(const struct tss *tss)
{
	return (struct trap_frame){
		.gs = tss->gs,
		.fs = tss->fs,
		.es = tss->es,
		.ds = tss->ds,
		.edi = tss->edi,
		.esi = tss->esi,
		.ebp = tss->ebp,
		.ebx = tss->ebx,
		.edx = tss->edx,
		.ecx = tss->ecx,
		.eax = tss->eax,
		.vector = TRAP_DOUBLE_FAULT,
		.eip = tss->eip,
		.cs = tss->cs,
		.eflags = tss->eflags,
	};
}

void double_fault_handler(void)
{
	struct tss *interrupted = this_cpu_ptr(&main_tss);
	bool (*hook)(struct tss *) = double_fault_hook;
	struct trap_frame frame = frame_of(interrupted);
	char sentence[SENTENCE_MAX];

	double_fault_hook = NULL;
	if (hook && hook(interrupted))
		return;
	snprintf(sentence, sizeof(sentence), "double fault at %pS: %s",
		 (void *)interrupted->eip,
		 ran_off_the_stack(interrupted->esp)
			 ? "the kernel stack has overflowed into its guard page"
			 : "a fault while another was being delivered");
	panic_begin(interrupted->eip, sentence);
	trap_print_registers(&frame, interrupted->esp);
	page_walk_print(read_cr2());
	backtrace_print(interrupted->eip, interrupted->ebp);
	panic_end();
}
