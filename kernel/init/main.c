/* SPDX-License-Identifier: MIT */
/* The order of the boot: the table of contents of the kernel. Each call
 * initialises one thing, after all that it needs. */
#include "start.h"

#include "arch/acpi.h"
#include "arch/clock.h"
#include "arch/cpu.h"
#include "arch/fixmap.h"
#include "arch/interrupts.h"
#include "arch/ipi.h"
#include "arch/irqflags.h"
#include "arch/machine.h"
#include "arch/sections.h"
#include "arch/traps.h"
#include "arch/tsc.h"
#include "arch/tss.h"
#include "arch/vga.h"
#include "boot/boot_init.h"
#include "boot/boot_symbols.h"
#include "boot/direct_map.h"
#include "boot/early.h"
#include "kernel/bench.h"
#include "kernel/cmdline.h"
#include "kernel/extra.h"
#include "kernel/kthread.h"
#include "kernel/ktest.h"
#include "kernel/preempt.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/serial_input.h"
#include "kernel/smp_boot.h"
#include "kernel/watchdog.h"
#include "mm/kmap.h"
#include "mm/numa.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"
#include "summary.h"

/* The patterns of `test=` and `bench=`, several separated by commas: so many
 * bytes of them are read. */
#define PATTERNS_MAX 1024

/* Moves the text screen from its first address, where lowmem will be, to the
 * fixmap. It can be written to at each moment, because a panic may come at
 * any. */
static void screen_init(void)
{
	vga_move(fixmap_set(FIX_VGA, VGA_TEXT_PHYS, PAGE_KERNEL_DEVICE));
	early_screen_unmap();
}

/* Turns the text screen off if the loader has set a graphics mode, in which
 * text would not be visible. */
static void screen_check(void)
{
	if (boot_info.framebuffer.present &&
	    boot_info.framebuffer.type != BOOT_FRAMEBUFFER_TEXT)
		vga_init(NULL, 0, 0);
}

/* Reads the command line. `loglevel=N` shows lines more urgent than level N. */
static void read_cmdline(void)
{
	int level;

	cmdline_init(boot_info.cmdline);
	cmdline_report_unknown();
	cmdline_report_repeated();
	if (!cmdline_int("loglevel", &level))
		console_set_loglevel(level);
}

/* Sets the nodes of memblock's ranges. Its arrays may have to grow for that. */
static void nodes_init(void)
{
	numa_init(&boot_info.rsdp);
}

/* Loads the kernel's own segments, and a hardware task for double faults. */
static void segments_init(void)
{
	gdt_init(0, double_fault_stack.stack + STACK_SIZE);
}

/* From here on there are tasks, interrupts and preemption. */
static void tasks_init(void)
{
	kthread_init();
	ipi_init();
	clock_init();
	clock_start();
	serial_input_init();
	local_irq_enable();
	preempt_enable();
}

/* The two lines tell the runner whether a hang is in extra_main(). */
static void call_extra(void)
{
	if (!extra_main)
		return;
	pr_info("extra_main: called\n");
	extra_main();
	pr_info("extra_main: returned\n");
}

/* Runs the tests or benchmarks that the word `test` or `bench` asks for. */
static enum exit_code run_asked(const char *word, bool (*runner)(const char *))
{
	char patterns[PATTERNS_MAX] = "";

	if (!cmdline_has(word))
		return EXIT_PASSED;
	if (cmdline_value(word, patterns, sizeof(patterns)) >= PATTERNS_MAX) {
		pr_err("%s=: more than %d characters: nothing is run\n", word,
		       PATTERNS_MAX - 1);
		return EXIT_FAILED;
	}
	return runner(patterns) ? EXIT_PASSED : EXIT_FAILED;
}

/* Benchmarks, on the boot CPU, then tests: the log is TAP from the first test
 * on. */
static enum exit_code run_benches_and_tests(void)
{
	enum exit_code benches, tests;

	set_cpus_allowed(current, cpumask_of(0));
	benches = run_asked("bench", bench_run);
	set_cpus_allowed(current, CPUMASK_ALL);
	tests = run_asked("test", ktest_run);

	return benches == EXIT_PASSED ? tests : benches;
}

void start_kernel(void)
{
	segments_init();   /* from here on, stack overflows are reported */
	cpu_init();	   /* features of this CPU beyond paging */
	fixmap_init();	   /* fixed addresses for memory anywhere */
	screen_init();	   /* the text screen, at its new address */
	tsc_init();	   /* from here on, the log has times */
	boot_info_init();  /* the loader's information block */
	screen_check();	   /* a text screen, or graphics? */
	read_cmdline();	   /* what the user asks for */
	memory_init();	   /* memblock, from the firmware's map */
	direct_map_init(); /* lowmem, and every kernel page table */
	nodes_init();	   /* which RAM is near which CPU */
	symbols_init();	   /* from here on, backtraces have names */
	page_alloc_init(); /* memblock ends, pages begin */
	kmap_init();	   /* from here on, any page can be mapped */
	slab_init();	   /* kmalloc() */
	vmalloc_init();	   /* and vmalloc() */
	tsc_init_late();   /* times, if the log had none so far */
	interrupts_init(); /* controllers found, and silent */
	tasks_init();	   /* this becomes a task, and the clock ticks */
	smp_init();	   /* the other CPUs */
	watchdog_init();   /* an alarm, if there is one CPU */
	memory_summary();  /* the use of all memory */
	boot_summary();	   /* the figures, for programs */
	call_extra();	   /* somebody else's code */
	machine_exit(run_benches_and_tests());
}
