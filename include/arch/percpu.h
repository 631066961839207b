/* SPDX-License-Identifier: MIT */
/* Per-CPU variables: each CPU has its own copy.
 *
 *	static DEFINE_PER_CPU(unsigned long, ticks);
 *
 *	this_cpu_inc(ticks);		one instruction, on whatever CPU
 *	total += per_cpu(ticks, cpu);	that of another CPU
 *
 * The linker places them between percpu_start and percpu_end. The boot CPU uses
 * this copy. Each other CPU has a copy elsewhere, and the base of its FS
 * segment is the distance to it. `%fs:ticks` therefore is the right copy on
 * every CPU:
 *
 *	CPU 0   base 0          percpu_start  | ... ticks ... |
 *	CPU 1   base b          percpu_start + b  | ... ticks ... |
 *
 * They all start as zero; there are no initialisers. Code that is also built
 * for a process names whole variables in this_cpu_ operations, and takes
 * this_cpu_ptr() to a part of one.
 *
 * A this_cpu_ operation is one instruction, so neither an interrupt nor a move
 * to another CPU can come in its midst. A moment later the task may run on
 * another CPU, and the value read is then that of the old one. A caller that
 * needs several accesses to the same CPU's variables turns preemption off for
 * as long. */
#ifndef ARCH_PERCPU_H
#define ARCH_PERCPU_H

#include "kernel/compiler.h"
#include "kernel/types.h"

/* CPUs that Loft has room for; arrays of one entry per CPU are this long. */
#define NR_CPUS 32

#define DEFINE_PER_CPU(type, name) \
	__section(".bss.percpu") __typeof__(type) name
#define DECLARE_PER_CPU(type, name) extern __typeof__(type) name

/* The distance of this CPU's copy from the first: the base of FS. */
DECLARE_PER_CPU(uintptr_t, this_cpu_offset);

/* The same for each CPU that was started; 0 for CPU 0. */
extern uintptr_t per_cpu_offset[NR_CPUS];

/* Reads a 32-bit variable of this CPU. */
#define this_cpu_read(var)                                                  \
	({                                                                  \
		__typeof__(var) v_;                                         \
		STATIC_ASSERT(sizeof(v_) == 4);                             \
		__asm__ volatile("movl %%fs:%1, %0" : "=r"(v_) : "m"(var)); \
		v_;                                                         \
	})
#define this_cpu_write(var, value)                                           \
	do {                                                                 \
		__typeof__(var) v_ = (value);                                \
		STATIC_ASSERT(sizeof(v_) == 4);                              \
		__asm__ volatile("movl %1, %%fs:%0" : "=m"(var) : "ri"(v_)); \
	} while (0)
#define this_cpu_op_(op, var, value)        \
	__asm__ volatile(op "l %1, %%fs:%0" \
			 : "+m"(var)        \
			 : "ri"((__typeof__(var))(value)))
#define this_cpu_add(var, n) this_cpu_op_("add", var, n)
#define this_cpu_sub(var, n) this_cpu_op_("sub", var, n)
#define this_cpu_and(var, n) this_cpu_op_("and", var, n)
#define this_cpu_or(var, n)  this_cpu_op_("or", var, n)
#define this_cpu_inc(var)    this_cpu_add(var, 1)
#define this_cpu_dec(var)    this_cpu_sub(var, 1)

/* Whether any of these bits is set. */
#define this_cpu_test(var, bits)                          \
	({                                                \
		bool set_;                                \
		__asm__ volatile("testl %2, %%fs:%1"      \
				 : "=@ccnz"(set_)         \
				 : "m"(var), "ri"(bits)); \
		set_;                                     \
	})

/* Whether it has this value. */
#define this_cpu_equals(var, value)                        \
	({                                                 \
		bool equal_;                               \
		__asm__ volatile("cmpl %2, %%fs:%1"        \
				 : "=@cce"(equal_)         \
				 : "m"(var), "ri"(value)); \
		equal_;                                    \
	})

/* Subtracts one; true if the result is zero. */
#define this_cpu_dec_and_test(var)                                            \
	({                                                                    \
		bool zero_;                                                   \
		__asm__ volatile("decl %%fs:%0" : "+m"(var), "=@ccz"(zero_)); \
		zero_;                                                        \
	})

/* The address of a CPU's copy; `ptr` is the address of the variable. */
#define per_cpu_ptr(ptr, cpu) \
	((__typeof__(ptr))((uintptr_t)(ptr) + per_cpu_offset[cpu]))
#define per_cpu(var, cpu) (*per_cpu_ptr(&(var), cpu))
#define this_cpu_ptr(ptr) \
	((__typeof__(ptr))((uintptr_t)(ptr) + this_cpu_read(this_cpu_offset)))

#endif
