/* SPDX-License-Identifier: MIT */
/* Exceptions: each kind that software can provoke arrives with its vector,
 * and code that named its instruction in the exception table goes on.
 *
 * Notices: fixup_ignored, pusha_order, double_fault_on_old_stack,
 * page_fault_mode_lost, x87_allowed, sse_is_an_invalid_opcode,
 * frame_jumps_over_the_guard. */
#include "kernel/ktest.h"

#include "arch/cpu.h"
#include "arch/extable.h"
#include "arch/sections.h"
#include "arch/tss.h"
#include "kernel/errno.h"
#include "kernel/panic.h"
#include "kernel/string.h"
#include "mm/vmalloc.h"

/* No descriptor of the table has this selector. */
#define BAD_SELECTOR 0xF8

#define CPUID1_EDX_SSE (1u << 25)

static void expect_trap(enum trap vector, uint32_t error)
{
	EXPECT_EQ(last_fixed_fault.vector, vector);
	EXPECT_EQ(last_fixed_fault.error, error);
}

KTEST(traps, "dividing by zero is a divide error")
{
	uint32_t zero = 0;

	__asm__ volatile("1: divl %0\n"
			 "2:\n" EXTABLE("1b", "2b")
			 : "+r"(zero)
			 : "a"(1), "d"(0)
			 : "cc");
	expect_trap(TRAP_DIVIDE, 0);
}

KTEST(traps, "an instruction that does not exist is an invalid opcode")
{
	__asm__ volatile("1: ud2\n"
			 "2:\n" EXTABLE("1b", "2b"));
	expect_trap(TRAP_INVALID_OPCODE, 0);
}

KTEST(traps, "x87, MMX and WAIT are not for the kernel: no such device")
{
	__asm__ volatile("1: fld1\n"
			 "2:\n" EXTABLE("1b", "2b"));
	expect_trap(TRAP_NO_FPU, 0);
	last_fixed_fault.vector = 0;
	__asm__ volatile("1: pxor %mm0, %mm0\n"
			 "2:\n" EXTABLE("1b", "2b"));
	expect_trap(TRAP_NO_FPU, 0);
	last_fixed_fault.vector = 0;
	__asm__ volatile("1: wait\n"
			 "2:\n" EXTABLE("1b", "2b"));
	expect_trap(TRAP_NO_FPU, 0);
}

KTEST(traps, "neither is SSE")
{
	if (!(cpuid(1).edx & CPUID1_EDX_SSE))
		return ktest_skip("no SSE on this CPU");
	__asm__ volatile("1: xorps %xmm0, %xmm0\n"
			 "2:\n" EXTABLE("1b", "2b"));
	expect_trap(TRAP_NO_FPU, 0);
}

KTEST(traps, "a selector beyond the table is a general protection fault")
{
	__asm__ volatile("1: mov %w0, %%gs\n"
			 "2:\n" EXTABLE("1b", "2b")::"r"(BAD_SELECTOR));
	expect_trap(TRAP_PROTECTION, BAD_SELECTOR);
}

KTEST(traps, "a stack selector beyond the table is one too")
{
	__asm__ volatile("1: mov %w0, %%ss\n"
			 "2:\n" EXTABLE("1b", "2b")::"r"(BAD_SELECTOR));
	expect_trap(TRAP_PROTECTION, BAD_SELECTOR);
}

KTEST(traps, "bound reports an index out of its bounds")
{
	static const int32_t bounds[2] = {0, 9};

	__asm__ volatile("1: bound %0, %1\n"
			 "2:\n" EXTABLE("1b", "2b")::"r"(10),
			 "m"(bounds));
	expect_trap(TRAP_BOUND, 0);
}

KTEST(traps, "a software interrupt without a gate names it in the error code")
{
	/* Error code: index times 8, plus 2 for "in the IDT". */
	__asm__ volatile("1: int $0x70\n"
			 "2:\n" EXTABLE("1b", "2b"));
	expect_trap(TRAP_PROTECTION, 0x70 * 8 + 2);
}

KTEST(traps, "a breakpoint is logged, and registers survive it")
{
	uint32_t a = 0x11111111, b = 0x22222222, c = 0x33333333, d = 0x44444444,
		 s = 0x55555555, t = 0x66666666;

	__asm__ volatile("int3"
			 : "+a"(a), "+b"(b), "+c"(c), "+d"(d), "+S"(s),
			   "+D"(t));
	EXPECT_EQ(a, 0x11111111);
	EXPECT_EQ(b, 0x22222222);
	EXPECT_EQ(c, 0x33333333);
	EXPECT_EQ(d, 0x44444444);
	EXPECT_EQ(s, 0x55555555);
	EXPECT_EQ(t, 0x66666666);
}

KTEST(traps, "every exception has a name")
{
	EXPECT_STREQ(trap_name(TRAP_PAGE_FAULT), "page fault");
	EXPECT_STREQ(trap_name(TRAP_DOUBLE_FAULT), "double fault");
	EXPECT_STREQ(trap_name(9), "reserved exception");
	EXPECT_STREQ(trap_name(99), "reserved exception");
}

KTEST(traps, "a probing read returns the bytes, or -EFAULT")
{
	uint32_t word = 0, source = 0x10F7;

	EXPECT_EQ(copy_from_kernel_nofault(&word, &source, sizeof(word)), 0);
	EXPECT_EQ(word, 0x10F7);
	EXPECT_EQ(copy_from_kernel_nofault(&word, (void *)16, sizeof(word)),
		  -EFAULT);
	EXPECT_EQ(last_fixed_fault.address, 16);
}

KTEST(traps, "a probing read copies what lies before the hole")
{
	uint32_t hole = (uint32_t)double_fault_stack.guard;
	uint8_t bytes[8];

	memset(bytes, 0xEE, sizeof(bytes));
	EXPECT_EQ(copy_from_kernel_nofault(bytes, (void *)(hole - 4),
					   sizeof(bytes)),
		  -EFAULT);
	EXPECT_EQ(last_fixed_fault.address, hole);
	EXPECT_EQ(memcmp(bytes, (void *)(hole - 4), 4), 0);
	EXPECT_EQ(bytes[4], 0xEE);
}

KTEST(traps, "a probing write is refused by read-only pages")
{
	uint32_t word = 0;

	EXPECT_EQ(copy_to_kernel_nofault((void *)text_start, &word, 4),
		  -EFAULT);
	EXPECT_EQ(last_fixed_fault.error, PF_WRITE | PF_PRESENT);
}

/* How a stack overflow is survived: the double-fault task finds, in the state
 * it interrupted, a stack that is full; the hook gives it the one from before
 * the recursion and a place to jump from. */
static void *overflow_jump[5];
static volatile uint32_t overflow_esp; /* set before the jump, read after it */

static void leave_overflow(void)
{
	__builtin_longjmp(overflow_jump, 1);
}

static bool catch_overflow(struct tss *interrupted)
{
	overflow_esp = interrupted->esp;
	interrupted->esp = (uint32_t)overflow_jump[2] - 64;
	interrupted->eip = (uint32_t)leave_overflow;
	return true;
}

static unsigned __noinline recurse(unsigned depth)
{
	volatile uint8_t frame[256];

	frame[0] = (uint8_t)depth;
	return depth == UINT32_MAX ? 0 : recurse(depth + 1) + frame[0];
}

KTEST(traps, "a stack overflow is a double fault on a stack of its own")
{
	uint32_t bottom = (uint32_t)boot_stack.stack;

	overflow_esp = 0;
	if (!__builtin_setjmp(overflow_jump)) {
		double_fault_hook = catch_overflow;
		recurse(0);
	}
	EXPECT(overflow_esp >= bottom - PAGE_SIZE &&
	       overflow_esp < bottom + 512);
	EXPECT(!double_fault_hook);
}

/* More than the kernel's compiler lets pass, and than stack and guard page. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wframe-larger-than="
static void __noinline large_frame(void)
{
	uint8_t frame[24000];

	__asm__ volatile("movb $1, (%0)" ::"r"(frame) : "memory");
}
#pragma GCC diagnostic pop

KTEST(traps, "a frame that reaches past the guard page is an overflow, too")
{
	uint32_t guard = (uint32_t)boot_stack.guard;

	overflow_esp = 0;
	if (!__builtin_setjmp(overflow_jump)) {
		double_fault_hook = catch_overflow;
		large_frame();
	}
	EXPECT(overflow_esp >= guard && overflow_esp <= guard + PAGE_SIZE);
	EXPECT(!double_fault_hook);
}

/* What page_fault_hook was told last. */
static struct {
	uint32_t addr, error;
	bool user;
} told;

static bool take(struct trap_frame *frame, uint32_t addr, bool user)
{
	told.addr = addr;
	told.error = frame->error;
	told.user = user;
	return true;
}

static bool allow_writing(struct trap_frame *frame, uint32_t addr, bool user)
{
	return take(frame, addr, user) && !set_memory_rw(addr & -PAGE_SIZE, 1);
}

static bool refuse(struct trap_frame *frame, uint32_t addr, bool user)
{
	return !take(frame, addr, user);
}

KTEST(traps, "an access whose page fault the hook takes is tried again")
{
	uint32_t *page = vzalloc(PAGE_SIZE);

	if (!EXPECT(page))
		return;
	EXPECT_EQ(set_memory_ro((unsigned long)page, 1), 0);
	WRITE_ONCE(page_fault_hook, allow_writing);
	WRITE_ONCE(page[5], 0x10F7);
	WRITE_ONCE(page_fault_hook, NULL);
	EXPECT_EQ(page[5], 0x10F7);
	EXPECT_EQ(told.addr, (uint32_t)&page[5]);
	EXPECT_EQ(told.error, PF_PRESENT | PF_WRITE);
	EXPECT(!told.user);
	vfree(page);
}

KTEST(traps, "a page fault that the hook refuses goes to the exception table")
{
	uint32_t word;

	WRITE_ONCE(page_fault_hook, refuse);
	EXPECT_EQ(copy_from_kernel_nofault(&word, (void *)16, sizeof(word)),
		  -EFAULT);
	WRITE_ONCE(page_fault_hook, NULL);
	EXPECT_EQ(told.addr, 16);
}

KTEST(traps, "the hook is told of a page fault in user mode")
{
	struct trap_frame frame = {
		.vector = TRAP_PAGE_FAULT,
		.error = PF_USER,
		.cs = KERNEL_CODE | 3,
	};

	WRITE_ONCE(page_fault_hook, take);
	trap_handler(&frame);
	WRITE_ONCE(page_fault_hook, NULL);
	EXPECT(told.user);
}

KTEST(traps, "a panic can be expected, and said what it must")
{
	EXPECT_PANIC("number 42", panic("number %d", 42));
	EXPECT_PANIC("this must not be: 1 + 1 == 2", BUG_ON(1 + 1 == 2));
}
