/* SPDX-License-Identifier: MIT */
/* Panics: the last words of the kernel.
 *
 *   PANIC: sentence              from panic(), or from a trap
 *   registers, page walk         from traps, which know them
 *   backtrace: ...
 *   CPU 1, task ...: ...         where each other CPU was stopped
 *   end of panic
 *
 * One CPU panics, and stops all others before it prints: they change nothing
 * any more, and say nothing. Everything here works before paging, without
 * memory, and in any state of the kernel: it takes no lock, reads with
 * fault-proof accesses, and a panic that panics stops at once. */
#include "kernel/panic.h"

#include <stdarg.h>

#include "arch/irqflags.h"
#include "arch/machine.h"
#include "arch/nmi.h"
#include "arch/smp.h"
#include "arch/vga.h"
#include "kernel/atomic.h"
#include "kernel/backtrace.h"
#include "kernel/printk.h"
#include "kernel/task.h"
#include "mm/kmap.h"

#define NO_CPU (-1)

void (*panic_hook)(const char *sentence);

/* The CPU that panics. */
static atomic_t panic_cpu = ATOMIC_INIT(NO_CPU);

bool panicking(void)
{
	return atomic_read(&panic_cpu) == (int)smp_processor_id();
}

void panic_begin(void)
{
	int winner;

	local_irq_disable();
	if (panicking()) {
		console_printf("PANIC: a panic inside a panic; stopping\n");
		machine_exit(EXIT_PANIC);
	}
	winner = atomic_cmpxchg(&panic_cpu, NO_CPU, (int)smp_processor_id());
	/* Another CPU was faster, and is about to stop this one. */
	while (winner != NO_CPU)
		cpu_relax();
	cpus_stop();
	vga_set_colour(VGA_RED);
}

/* Where a CPU was when it was stopped. */
static void print_stopped(unsigned cpu)
{
	const struct cpu_snapshot *snapshot = cpu_stopped(cpu);

	if (!snapshot->taken) {
		console_printf("CPU %u does not answer\n", cpu);
		return;
	}
	console_printf("CPU %u, task %s, was stopped here; ", cpu,
		       snapshot->task);
	backtrace_print(snapshot->eip, snapshot->ebp);
}

void panic_end(void)
{
	cpumask_t others = cpu_online_mask & ~cpumask_of(smp_processor_id());

	kmap_print_live();
	console_printf("this was CPU %u, task %s\n", smp_processor_id(),
		       current->name);
	for_each_cpu(cpu, others)
		print_stopped(cpu);
	console_printf("end of panic\n");
	machine_exit(EXIT_PANIC);
}

void panic(const char *fmt, ...)
{
	void (*hook)(const char *) = panic_hook;
	char sentence[SENTENCE_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	if (hook)
		hook(sentence);
	panic_begin();
	console_printf("PANIC: %s\n", sentence);
	backtrace_print((uint32_t)__builtin_return_address(0) - 1,
			*(uint32_t *)__builtin_frame_address(0));
	panic_end();
}

void warn_report(const char *file, int line, const char *what)
{
	pr_warn("%s:%d: this should not be: %s\n", file, line, what);
	backtrace_print((uint32_t)__builtin_return_address(0) - 1,
			*(uint32_t *)__builtin_frame_address(0));
}
