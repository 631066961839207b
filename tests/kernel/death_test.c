/* SPDX-License-Identifier: MIT */
/* Ways to die. Each test ends the kernel and so has a machine of its own
 * (tests/boot/test_death.py boots it and reads the last words): the sentence,
 * the registers, the page walk, and a backtrace that names static functions.
 * A test that comes back has failed. */
#include "kernel/ktest.h"

#include "arch/page.h"
#include "arch/sections.h"
#include "kernel/panic.h"

static void survived(void)
{
	ktest_expect(__FILE__, __LINE__, "the kernel died", false);
}

/* A chain of static functions, to be found in the backtrace. A function that
 * calls nothing may have no frame, so even the innermost calls one. */
static uint32_t __noinline poison(void)
{
	barrier();
	return 0xDEAD;
}

static void __noinline inner_victim(volatile uint32_t *where)
{
	*where = poison();
	barrier();
}

static void __noinline outer_victim(volatile uint32_t *where)
{
	inner_victim(where);
	barrier();
}

KTEST(death, "panic")
{
	panic("dying on purpose, for reason %d", 42);
}

KTEST(death, "bug")
{
	BUG_ON(KERNEL_LOAD_PHYS != 0);
}

KTEST(death, "null")
{
	outer_victim((void *)8);
	survived();
}

KTEST(death, "text")
{
	outer_victim((void *)text_start);
	survived();
}

KTEST(death, "execute")
{
	static uint8_t code[] = {0xC3};

	((void (*)(void))code)();
	survived();
}

KTEST(death, "jump")
{
	((void (*)(void))0x12345678)();
	survived();
}

KTEST(death, "opcode")
{
	__asm__ volatile("ud2");
	survived();
}

static unsigned __noinline overflow(unsigned depth)
{
	volatile uint8_t frame[64];

	frame[0] = (uint8_t)depth;
	return depth == UINT32_MAX ? 0 : overflow(depth + 1) + frame[0];
}

KTEST(death, "stack")
{
	overflow(0);
	survived();
}

/* As code does that was not compiled for the kernel. */
KTEST(death, "x87")
{
	__asm__ volatile("fldpi");
	survived();
}

KTEST(death, "SSE")
{
	__asm__ volatile("movaps %xmm1, %xmm0");
	survived();
}

KTEST(death, "AVX")
{
	__asm__ volatile("vzeroupper");
	survived();
}

/* A frame that the kernel's compiler would not let pass, larger than the whole
 * stack. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wframe-larger-than="
static void __noinline giant_frame(unsigned byte)
{
	uint8_t frame[40000];

	__asm__ volatile("movb $1, (%0)" ::"r"(frame + byte) : "memory");
}
#pragma GCC diagnostic pop

KTEST(death, "giant frame")
{
	giant_frame(0);
	survived();
}

KTEST(death, "highmem")
{
	phys_to_virt(GiB(4));
	survived();
}

KTEST(death, "frame")
{
	/* A frame pointer into nowhere: the backtrace must say so and end. */
	__asm__ volatile("movl $0x1000, %ebp; ud2");
	survived();
}

KTEST(death, "triple")
{
	struct {
		uint16_t limit;
		uint32_t base;
	} __packed none = {0, 0};

	/* Without an interrupt table the machine resets and says nothing. */
	__asm__ volatile("lidt %0; ud2" ::"m"(none));
	survived();
}

KTEST(death, "hang")
{
	for (;;)
		barrier();
}
