/* SPDX-License-Identifier: MIT */
/* The features of the boot CPU, read once with CPUID before paging is on.
 *
 * This file also runs on CPUs that the kernel then refuses, such as a 486. It
 * tests whether CPUID exists before it uses it. Source: Intel SDM vol. 2,
 * CPUID; vol. 1, section 20.1. */
#include "arch/cpu.h"

#include "kernel/string.h"

#define CPUID1_EDX_TSC	     (1u << 4)
#define CPUID1_EDX_PAE	     (1u << 6)
#define CPUID1_EDX_PGE	     (1u << 13)
#define CPUID1_EDX_PAT	     (1u << 16)
#define CPUID1_EDX_PSE36     (1u << 17)
#define CPUID1_EDX_FXSR	     (1u << 24)
#define CPUID_EXT_MAX	     0x80000000u
#define CPUID_EXT_FEATURES   0x80000001u
#define CPUID_EXT_EDX_NX     (1u << 20)
#define CPUID_EXT_BRAND	     0x80000002u
#define CPUID_EXT_ADDR_WIDTH 0x80000008u

/* Address bits that Loft uses in PAE entries (SDM 4.4.2). CPUs with more exist;
 * memory above 64 GiB is not used. */
#define PAE_PHYS_BITS 36u

/* The page attribute table (SDM vol. 3, 11.12): what the bits PCD and PWT of an
 * entry select. The values are those after a reset, except the second, which
 * the kernel did not use before: write-combining instead of write-through.
 *
 *	PCD PWT    1 1    1 0    0 1    0 0
 *	           UC     UC-    WC     WB	twice: bit PAT is not used */
#define PAT_TYPES 0x0007010600070106ull

struct cpu_features cpu_features;

/* Whether the ID flag can be toggled: then the CPU has CPUID. */
static bool has_cpuid(void)
{
	uint32_t before = read_eflags(), after;

	write_eflags(before ^ EFLAGS_ID);
	after = read_eflags();
	write_eflags(before);
	return (before ^ after) & EFLAGS_ID;
}

/* The CPU's name, 48 bytes, without leading blanks. `brand` was cleared before,
 * so it ends with NUL. */
static void read_brand(char brand[BRAND_SIZE])
{
	size_t blanks = 0;

	for (unsigned i = 0; i < 3; i++) {
		struct cpuid part = cpuid(CPUID_EXT_BRAND + i);

		memcpy(brand + i * sizeof(part), &part, sizeof(part));
	}
	while (brand[blanks] == ' ')
		blanks++;
	memmove(brand, brand + blanks, BRAND_SIZE - blanks);
}

/* The physical address width. CPUs that do not state it have 36 bits, if they
 * have the 36-bit page-size extension that came with PAE's wide bus. */
static unsigned phys_bits(uint32_t max_ext, uint32_t edx)
{
	if (max_ext >= CPUID_EXT_ADDR_WIDTH)
		return min((unsigned)cpuid(CPUID_EXT_ADDR_WIDTH).eax & 0xff,
			   PAE_PHYS_BITS);
	return edx & CPUID1_EDX_PSE36 ? PAE_PHYS_BITS : 32;
}

bool cpu_detect(void)
{
	uint32_t edx, max_ext;

	if (!has_cpuid() || cpuid(0).eax < 1)
		return false;
	edx = cpuid(1).edx;
	max_ext = cpuid(CPUID_EXT_MAX).eax;
	if (!(max_ext & CPUID_EXT_MAX))
		max_ext = 0;

	cpu_features.pae = edx & CPUID1_EDX_PAE;
	cpu_features.pge = edx & CPUID1_EDX_PGE;
	cpu_features.tsc = edx & CPUID1_EDX_TSC;
	cpu_features.pat = edx & CPUID1_EDX_PAT;
	cpu_features.fxsr = edx & CPUID1_EDX_FXSR;
	cpu_features.phys_bits = phys_bits(max_ext, edx);
	if (max_ext >= CPUID_EXT_FEATURES)
		cpu_features.nx =
			cpuid(CPUID_EXT_FEATURES).edx & CPUID_EXT_EDX_NX;
	if (max_ext >= CPUID_EXT_BRAND + 2)
		read_brand(cpu_features.brand);
	return true;
}

/* The registers of x87, MMX and SSE are not saved when tasks are switched:
 * kernel code that uses them would find another task's values. With TS each
 * such instruction is a "device not available" (SDM vol. 3, section 2.5). SSE
 * instructions check TS only if OSFXSR is set; otherwise they are an invalid
 * opcode, and the panic would be less clear. */
static void refuse_fpu(void)
{
	if (cpu_features.fxsr)
		write_cr4(read_cr4() | CR4_FXSR);
	write_cr0((read_cr0() & ~CR0_EM) | CR0_MP | CR0_TS);
}

void cpu_init(void)
{
	refuse_fpu();
	if (cpu_features.pge)
		write_cr4(read_cr4() | CR4_PGE);
	if (cpu_features.pat)
		wrmsr(MSR_PAT, PAT_TYPES);
}

phys_addr_t cpu_phys_limit(void)
{
	return (phys_addr_t)1 << cpu_features.phys_bits;
}
