/* SPDX-License-Identifier: MIT */
/* Panics: the report of a fatal mistake, and the end of the machine.
 *
 *   PANIC: sentence              from panic(), or from a trap
 *   registers, page walk         from traps, which know them
 *   the address is ...           from reporters, if a page fault was there
 *   backtrace: ...
 *   live mappings                from reporters
 *   CPU 1, task ...: ...         where each other CPU was stopped
 *   the panic was: sentence      again: a screen shows the last lines alone
 *   this was CPU 0, task ..., at ...
 *   end of panic
 *
 * The panicking CPU stops all others before it prints, so that they change and
 * print nothing more. Everything here works before paging, without memory, and
 * in any state of the kernel: it takes no lock and reads with fault-proof
 * accesses. A panic inside the panic is reported on the serial port only,
 * because the screen may be what failed; a panic inside that is not reported.
 * Each way leads to machine_exit(). */
#include "kernel/panic.h"

#include <stdarg.h>

#include "arch/cpu.h"
#include "arch/irqflags.h"
#include "arch/machine.h"
#include "arch/nmi.h"
#include "arch/smp.h"
#include "arch/vga.h"
#include "kernel/atomic.h"
#include "kernel/backtrace.h"
#include "kernel/printk.h"
#include "kernel/task.h"

#define NO_CPU (-1)

/* The arguments of panic_begin(), for panic_end(). Used by the panicking
 * CPU. */
static struct {
	char sentence[SENTENCE_MAX];
	uint32_t pc;
	bool again; /* a panic inside the panic was reported */
} last_words;

void (*panic_hook)(const char *sentence);

/* The CPU that panics. */
static atomic_t panic_cpu = ATOMIC_INIT(NO_CPU);

bool panicking(void)
{
	return atomic_read(&panic_cpu) == (int)smp_processor_id();
}

static void panic_again(uint32_t pc, const char *sentence) __noreturn;
static void panic_again(uint32_t pc, const char *sentence)
{
	if (!last_words.again) {
		last_words.again = true;
		vga_init(NULL, 0, 0);
		console_end_line();
		console_printf("a panic inside this panic, at %pS: %s\n",
			       (void *)pc, sentence);
	}
	machine_exit(EXIT_PANIC);
}

void panic_begin(uint32_t pc, const char *sentence)
{
	int winner;

	local_irq_disable();
	if (panicking())
		panic_again(pc, sentence);
	winner = atomic_cmpxchg(&panic_cpu, NO_CPU, (int)smp_processor_id());
	/* Another CPU panicked first, and is about to stop this one. */
	while (winner != NO_CPU)
		cpu_relax();
	cpus_stop();
	last_words.pc = pc;
	snprintf(last_words.sentence, SENTENCE_MAX, "%s", sentence);
	vga_set_colour(VGA_RED);
	console_end_line();
	console_printf("PANIC: %s\n", sentence);
}

extern const struct panic_reporter panic_reporters_start[],
	panic_reporters_end[];

void panic_explain(uint32_t addr)
{
	for (const struct panic_reporter *r = panic_reporters_start;
	     r < panic_reporters_end; r++)
		if (r->explain)
			r->explain(addr);
}

/* Calls the reporters that list live mappings and the like. */
static void list_live(void)
{
	for (const struct panic_reporter *r = panic_reporters_start;
	     r < panic_reporters_end; r++)
		if (r->list)
			r->list();
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

	list_live();
	for_each_cpu(cpu, others)
		print_stopped(cpu);
	console_printf("the panic was: %s\n", last_words.sentence);
	console_printf("this was CPU %u, task %s, at %pS\n", smp_processor_id(),
		       current->name, (void *)last_words.pc);
	console_printf("end of panic\n");
	machine_exit(EXIT_PANIC);
}

void panic(const char *fmt, ...)
{
	uint32_t pc = (uint32_t)__builtin_return_address(0) - 1;
	void (*hook)(const char *) = panic_hook;
	char sentence[SENTENCE_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	if (hook)
		hook(sentence);
	panic_begin(pc, sentence);
	backtrace_print(pc, *(uint32_t *)__builtin_frame_address(0));
	panic_end();
}

void warn_report(const char *file, int line, const char *what)
{
	pr_warn("%s:%d: this should not be: %s\n", file, line, what);
	backtrace_print((uint32_t)__builtin_return_address(0) - 1,
			*(uint32_t *)__builtin_frame_address(0));
}

void dump_stack(void)
{
	backtrace_print((uint32_t)__builtin_return_address(0) - 1,
			*(uint32_t *)__builtin_frame_address(0));
}
