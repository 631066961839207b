/* SPDX-License-Identifier: MIT */
/* The order in which the kernel comes up: its table of contents. Each call
 * brings up one thing, and stands where it does because of what it needs. */
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

/* From its first address, where lowmem will be, to the fixmap. At each moment
 * it can be written to, for a panic may come at any. */
static void screen_init(void)
{
	vga_move(fixmap_set(FIX_VGA, VGA_TEXT_PHYS, PAGE_KERNEL_DEVICE));
	early_screen_unmap();
}

/* Says goodbye to the text screen where the loader has left a graphics mode:
 * what is written there would not be seen. */
static void screen_check(void)
{
	if (boot_info.framebuffer.present &&
	    boot_info.framebuffer.type != BOOT_FRAMEBUFFER_TEXT)
		vga_init(NULL, 0, 0);
}

/* What the user said; `loglevel=N` shows lines more urgent than level N. */
static void read_cmdline(void)
{
	int level;

	cmdline_init(boot_info.cmdline);
	cmdline_report_unknown();
	cmdline_report_repeated();
	if (!cmdline_int("loglevel", &level))
		console_set_loglevel(level);
}

/* Nodes for memblock's ranges, whose arrays may need to grow for it. */
static void nodes_init(void)
{
	numa_init(&boot_info.rsdp);
}

/* Segments of the kernel's own, and a task for double faults. */
static void segments_init(void)
{
	gdt_init(0, double_fault_stack.stack + STACK_SIZE);
}

/* From here on tasks run, interrupts come and preemption happens. */
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

/* The lines around it tell the runner where a hang is. */
static void call_extra(void)
{
	if (!extra_main)
		return;
	pr_info("extra_main: called\n");
	extra_main();
	pr_info("extra_main: returned\n");
}

/* Runs what the word, `test` or `bench`, asks for, if it is there. */
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
	segments_init();   /* from here on, a full stack is explained, too */
	cpu_init();	   /* what this CPU can do beyond paging */
	fixmap_init();	   /* addresses for what lies anywhere */
	screen_init();	   /* the text screen, at its new address */
	tsc_init();	   /* from here on, the log has times */
	boot_info_init();  /* what the loader said */
	screen_check();	   /* a text screen, or graphics? */
	read_cmdline();	   /* what the user said */
	memory_init();	   /* memblock, from the firmware's map */
	direct_map_init(); /* lowmem, and every kernel page table */
	nodes_init();	   /* which RAM is near which CPU */
	symbols_init();	   /* from here on, backtraces have names */
	page_alloc_init(); /* memblock ends, pages begin */
	kmap_init();	   /* from here on, any page can be seen */
	slab_init();	   /* kmalloc() */
	vmalloc_init();	   /* and vmalloc() */
	tsc_init_late();   /* times, if the log had none so far */
	interrupts_init(); /* controllers found, and silent */
	tasks_init();	   /* this becomes a task, and the clock ticks */
	smp_init();	   /* the other CPUs */
	watchdog_init();   /* an alarm for a CPU that is alone */
	memory_summary();  /* what holds what */
	boot_summary();	   /* the figures, for programs */
	call_extra();	   /* somebody else's code */
	machine_exit(run_benches_and_tests());
}
