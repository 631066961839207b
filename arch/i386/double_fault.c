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

void double_fault_handler(void)
{
	bool (*hook)(struct tss *) = double_fault_hook;

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
	console_printf("eip %08lx  esp %08lx  ebp %08lx  eflags %08lx\n",
		       (unsigned long)main_tss.eip, (unsigned long)main_tss.esp,
		       (unsigned long)main_tss.ebp,
		       (unsigned long)main_tss.eflags);
	console_printf("eax %08lx  ebx %08lx  ecx %08lx  edx %08lx\n",
		       (unsigned long)main_tss.eax, (unsigned long)main_tss.ebx,
		       (unsigned long)main_tss.ecx,
		       (unsigned long)main_tss.edx);
	console_printf("esi %08lx  edi %08lx  cr2 %08lx  cr3 %08lx\n",
		       (unsigned long)main_tss.esi, (unsigned long)main_tss.edi,
		       (unsigned long)read_cr2(), (unsigned long)read_cr3());
	page_walk_print(read_cr2());
	backtrace_print(main_tss.eip, main_tss.ebp);
	panic_end();
}
