/* SPDX-License-Identifier: MIT */
/* Emptying this CPU's TLB. A CR3 reload spares global pages, so where there
 * are any the switch that makes them global is turned off and on instead. */
#include "arch/tlb.h"

#include "arch/cpu.h"

void flush_tlb_serve(void)
{
}

void flush_tlb_all_local(void)
{
	uint32_t cr4 = read_cr4();

	if (!(cr4 & CR4_PGE)) {
		write_cr3(read_cr3());
		return;
	}
	write_cr4(cr4 & ~CR4_PGE);
	write_cr4(cr4);
}
