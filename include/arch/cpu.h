/* SPDX-License-Identifier: MIT */
/* The processor: control registers, CPUID, model-specific registers, and the
 * features of this CPU. Sources: Intel SDM vol. 3, sections 2.5 (control
 * registers), 4.1 (paging modes); vol. 2, CPUID. */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include "arch/irqflags.h"
#include "kernel/compiler.h"
#include "kernel/types.h"

#define CR0_PE 0x00000001u /* protected mode */
#define CR0_MP 0x00000002u /* WAIT obeys TS, too */
#define CR0_EM 0x00000004u /* there is no x87 unit */
#define CR0_TS 0x00000008u /* x87 and SSE instructions fault */
#define CR0_WP 0x00010000u /* read-only pages hold for the kernel, too */
#define CR0_PG 0x80000000u /* paging */

#define CR4_PAE	 0x00000020u /* 64-bit page-table entries */
#define CR4_PGE	 0x00000080u /* a CR3 reload keeps global pages */
#define CR4_FXSR 0x00000200u /* SSE can be used */

#define MSR_EFER 0xC0000080u
#define MSR_PAT	 0x277u
#define EFER_NXE 0x00000800u /* bit 63 of an entry forbids execution */

#define BRAND_SIZE 49

/* The features of the boot CPU; written once by cpu_detect(). */
extern struct cpu_features {
	bool pae;	    /* required */
	bool nx;	    /* no-execute pages */
	bool pge;	    /* global pages */
	bool tsc;	    /* the time-stamp counter can be read */
	bool pat;	    /* memory types by page */
	bool fxsr;	    /* FXSAVE, and so perhaps SSE */
	unsigned phys_bits; /* width of a physical address, 32 to 36 with PAE */
	char brand[BRAND_SIZE]; /* the CPU's name */
} cpu_features;

/* Fills cpu_features; false, with all of it zero, on a CPU without CPUID.
 * Called once, before paging. */
bool cpu_detect(void);

/* Turns on the features of this CPU beyond paging: global pages, the memory
 * types that PAGE_KERNEL_WC needs, and an exception at each instruction of x87,
 * MMX and SSE, which the kernel does not use. On each CPU, after it runs at 3
 * GiB and up: pages of the image are global, and the TLB must not keep them at
 * their first address. */
void cpu_init(void);

/* The first physical address that this CPU, or any PAE page table of Loft's,
 * cannot reach: 4 GiB to 64 GiB. */
phys_addr_t cpu_phys_limit(void);

struct cpuid {
	uint32_t eax, ebx, ecx, edx;
};

static inline struct cpuid cpuid(uint32_t leaf)
{
	struct cpuid r;

	__asm__ volatile("cpuid"
			 : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
			 : "a"(leaf), "c"(0));
	return r;
}

#define DEFINE_CR_ACCESS(n)                                                 \
	static inline uint32_t read_cr##n(void)                             \
	{                                                                   \
		uint32_t v;                                                 \
		__asm__ volatile("mov %%cr" #n ", %0" : "=r"(v)::"memory"); \
		return v;                                                   \
	}                                                                   \
	static inline void write_cr##n(uint32_t v)                          \
	{                                                                   \
		__asm__ volatile("mov %0, %%cr" #n ::"r"(v) : "memory");    \
	}
DEFINE_CR_ACCESS(0)
DEFINE_CR_ACCESS(2)
DEFINE_CR_ACCESS(3)
DEFINE_CR_ACCESS(4)

static inline uint64_t rdmsr(uint32_t msr)
{
	uint64_t v;

	__asm__ volatile("rdmsr" : "=A"(v) : "c"(msr));
	return v;
}

static inline void wrmsr(uint32_t msr, uint64_t v)
{
	__asm__ volatile("wrmsr" ::"c"(msr), "A"(v) : "memory");
}

/* The time-stamp counter: cycles, or instructions under QEMU's icount. */
static inline uint64_t rdtsc(void)
{
	uint64_t v;

	__asm__ volatile("rdtsc" : "=A"(v));
	return v;
}

static inline void cpu_relax(void)
{
	__asm__ volatile("pause" ::: "memory");
}

#endif
