/* SPDX-License-Identifier: MIT */
/* Double faults: a fault that the CPU could not deliver, nearly always because
 * the kernel stack has run into its guard page and there is nowhere to push
 * the frame. So the handler is a task of its own: the gate switches all of the
 * registers, the stack among them, and saves the old ones in main_tss.
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

struct guarded_stack double_fault_stack;
bool (*double_fault_hook)(struct tss *interrupted);

extern const char double_fault_entry[]; /* arch/i386/traps.asm */

void double_fault_init(struct tss *tss)
{
	tss->cr3 = read_cr3();
	tss->eip = (uint32_t)double_fault_entry;
	tss->esp = (uint32_t)double_fault_stack.stack + STACK_SIZE;
	tss->eflags = 0x2; /* bit 1 is always set; interrupts are off */
	tss->cs = KERNEL_CODE;
	tss->ss = tss->ds = tss->es = tss->fs = tss->gs = KERNEL_DATA;
	tss->io_map = sizeof(*tss);
}

/* Whether `esp` is where a push would have hit the guard page. */
static bool ran_off_the_stack(uint32_t esp)
{
	uint32_t guard = (uint32_t)boot_stack.guard;

	return esp >= guard && esp < guard + PAGE_SIZE + 64;
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
	bool (*hook)(struct tss *) = double_fault_hook;
	struct trap_frame frame = frame_of(&main_tss);

	double_fault_hook = NULL;
	if (hook && hook(&main_tss))
		return;
	panic_begin();
	console_printf(
		"PANIC: double fault at %pS: %s\n", (void *)main_tss.eip,
		ran_off_the_stack(main_tss.esp)
			? "the kernel stack has overflowed into its guard "
			  "page"
			: "a fault while another was being delivered");
	trap_print_registers(&frame, main_tss.esp);
	page_walk_print(read_cr2());
	backtrace_print(main_tss.eip, main_tss.ebp);
	panic_end();
}
