/* SPDX-License-Identifier: MIT */
/* The exception table, and the accesses that use it. The table is short and
 * faults in it are rare, so the search is linear. */
#include "arch/extable.h"

#include "arch/cpu.h"
#include "kernel/errno.h"

struct extable_entry {
	uint32_t from, to;
};

extern const struct extable_entry extable_start[], extable_end[];

/* The address to continue at after a fault at `eip`, or 0. */
static uint32_t find_fixup(uint32_t eip)
{
	for (const struct extable_entry *e = extable_start; e < extable_end;
	     e++)
		if (e->from == eip)
			return e->to;
	return 0;
}

/* Whether the fault was in reading the instruction at eip itself. Without NX
 * the CPU does not set PF_FETCH, so the address is compared. */
static bool is_fetch_fault(const struct trap_frame *frame)
{
	return frame->vector == TRAP_PAGE_FAULT && read_cr2() == frame->eip;
}

bool extable_fixup(struct trap_frame *frame)
{
	uint32_t eip = frame->eip, to;

	/* A call to an address without a page faults at the target. The table
	 * names the call instead, by the return address that it has just
	 * pushed. */
	if (is_fetch_fault(frame))
		eip = *(uint32_t *)frame_esp(frame);
	to = find_fixup(eip);
	if (!to)
		return false;
	last_fixed_fault.vector = frame->vector;
	last_fixed_fault.error = frame->error;
	last_fixed_fault.address =
		frame->vector == TRAP_PAGE_FAULT ? read_cr2() : 0;
	frame->eip = to;
	return true;
}

/* rep movsb leaves ecx at the number of bytes not copied, also when a fault
 * stops it. */
static int copy_nofault(void *dst, const void *src, size_t size)
{
	__asm__ volatile("1: rep movsb\n"
			 "2:\n" EXTABLE("1b", "2b")
			 : "+D"(dst), "+S"(src), "+c"(size)
			 :
			 : "memory");
	return size ? -EFAULT : 0;
}

int copy_from_kernel_nofault(void *dst, const void *src, size_t size)
{
	return copy_nofault(dst, src, size);
}

int copy_to_kernel_nofault(void *dst, const void *src, size_t size)
{
	return copy_nofault(dst, src, size);
}

int call_nofault(uint32_t addr)
{
	int result = 0;

	/* On the way to the fixup the return address is still on the stack. */
	__asm__ volatile("call *%1\n"
			 "1: jmp 3f\n"
			 "2: add $4, %%esp\n"
			 "   mov %2, %0\n"
			 "3:\n" EXTABLE("1b", "2b")
			 : "+r"(result)
			 : "r"(addr), "i"(-EFAULT)
			 : "eax", "ecx", "edx", "memory", "cc");
	return result;
}
