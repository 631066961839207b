/* SPDX-License-Identifier: MIT */
/* The configuration of the kernel: CHECK and HIGHMEM, from the command line of
 * make. Structures and inline functions depend on them, so an object that was
 * compiled with other values must not be linked. Each object refers, by a
 * relocation without effect, to a symbol with these values in its name, and
 * linker.ld defines the symbol of this kernel:
 *
 *	mine.o: undefined reference to `a_kernel_with_CHECK_1_and_HIGHMEM_1'
 *
 * linker.ld includes this file, so it may contain macros only. Source: GNU
 * assembler manual, ".reloc"; i386 psABI, R_386_NONE. */
#ifndef ARCH_CONFIG_H
#define ARCH_CONFIG_H

#define KERNEL_CONFIG		    KERNEL_CONFIG_(CHECK, HIGHMEM)
#define KERNEL_CONFIG_(check, high) KERNEL_CONFIG__(check, high)
#define KERNEL_CONFIG__(check, high) \
	a_kernel_with_CHECK_##check##_and_HIGHMEM_##high

#define KERNEL_CONFIG_TEXT	   KERNEL_CONFIG_TEXT_(KERNEL_CONFIG)
#define KERNEL_CONFIG_TEXT_(name)  KERNEL_CONFIG_TEXT__(name)
#define KERNEL_CONFIG_TEXT__(name) #name

/* Marks the object, at file scope. clang knows the name only if it is global.
 */
#define MARK_CONFIG                               \
	__asm__(".globl " KERNEL_CONFIG_TEXT "\n" \
		".reloc 0, R_386_NONE, " KERNEL_CONFIG_TEXT)

#endif
