/* SPDX-License-Identifier: MIT */
/* Backtraces: the kernel is built with frame pointers, so each stack frame
 * begins with the caller's ebp and the address to return to.
 *
 *	ebp --> | caller's ebp | return address |  ... caller's frame
 *                     |
 *                     +-----> | its caller's ebp | return address | ...
 *
 * boot/entry.asm starts the chain with 0. Reads are fault-proof, because a
 * corrupt chain may lead anywhere. */
#include "kernel/backtrace.h"

#include "arch/cpu.h"
#include "arch/extable.h"
#include "kernel/panic.h"
#include "kernel/printk.h"

#define FRAMES_MAX 24

struct frame {
	uint32_t caller, pc;
};

/* Reads the frame at `at`; false at the end of the chain, or where there is
 * none. Frames lie at ever higher addresses, so `at` must be above `below`. */
static bool read_frame(struct frame *frame, uint32_t at, uint32_t below)
{
	if (at <= below || at % sizeof(uint32_t))
		return false;
	/* Before paging no read faults, and there is no handler. */
	if (!(read_cr0() & CR0_PG)) {
		*frame = *(struct frame *)at;
		return true;
	}
	return !copy_from_kernel_nofault(frame, (void *)at, sizeof(*frame));
}

/* In a panic, lines are printed without a level. */
#define say(...)                                     \
	do {                                         \
		if (panicking())                     \
			console_printf(__VA_ARGS__); \
		else                                 \
			pr_err(__VA_ARGS__);         \
	} while (0)

static void print_line(uint32_t pc)
{
	say(" [<%08lx>] %pS\n", (unsigned long)pc, (void *)pc);
}

void backtrace_print(uint32_t pc, uint32_t at)
{
	struct frame frame;
	uint32_t below = 0;

	say("backtrace:\n");
	print_line(pc);
	for (unsigned n = 0; at; n++) {
		if (n == FRAMES_MAX) {
			say(" ... and more\n");
			return;
		}
		if (!read_frame(&frame, at, below)) {
			say(" ... the chain is broken at 0x%08lx\n",
			    (unsigned long)at);
			return;
		}
		/* The first function of a thread has no caller. */
		if (!frame.pc)
			return;
		/* The byte before the return address belongs to the call; the
		 * one at it may belong to the next function. */
		print_line(frame.pc - 1);
		below = at;
		at = frame.caller;
	}
}
