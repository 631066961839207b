; SPDX-License-Identifier: MIT
;
; From the loader to C, and from physical addresses to 3 GiB.
;
; The kernel is linked 3 GiB above its load address. Before there are page
; tables, segments add the difference: with a base of -3 GiB, a linked address
; leads to the byte that the loader put there (the sum wraps at 4 GiB).
;
;	address 0xC0100000 + base 0x40000000 = 0x00100000, modulo 2^32
;
; C code therefore runs from the beginning: it checks the machine, prints, and
; builds the page tables. They map the image twice, at 1 MiB and at 3 GiB +
; 1 MiB, so that the instruction after the one that turns paging on is mapped.
; Then flat segments replace the shifted ones, and the lower mapping is removed.
;
; Sources: multiboot2 specification, sections 3.1 (header) and 3.3 (machine
; state); Xen's PVH boot ABI; Intel SDM vol. 3, sections 3.4 and 9.8.

%include "layout.inc"

MB2_HEADER_MAGIC equ 0xE85250D6
MB2_ARCH_I386	 equ 0
MB2_TAG_REQUEST	 equ 1
MB2_INFO_MMAP	 equ 6
MB2_TAG_FRAMEBUFFER equ 5
MB2_OPTIONAL	 equ 1
MB2_TAG_END	 equ 0

PVH_NOTE_ENTRY	equ 18		; XEN_ELFNOTE_PHYS32_ENTRY
PVH_START_MAGIC equ 0x336EC578	; the first word of start_info

FLAT_CODE    equ 0x08
FLAT_DATA    equ 0x10
SHIFTED_CODE equ 0x18
SHIFTED_DATA equ 0x20

SHIFT	     equ (0 - PAGE_OFFSET) & 0xFFFFFFFF

extern early_start, start_kernel, boot_stack, boot_pdpt
extern percpu_start, kernel_end
global _start, pvh_start, boot_gdt, gdtr_high

section .multiboot2 progbits alloc noexec nowrite align=8
header:
	dd MB2_HEADER_MAGIC
	dd MB2_ARCH_I386
	dd header.end - header
	dd -(MB2_HEADER_MAGIC + MB2_ARCH_I386 + header.end - header)
align 8, db 0
	dw MB2_TAG_REQUEST, 0	; the memory map is required
	dd 12
	dd MB2_INFO_MMAP
align 8, db 0
	dw MB2_TAG_FRAMEBUFFER, MB2_OPTIONAL	; of any size, or none
	dd 20, 0, 0, 0
align 8, db 0
	dw MB2_TAG_END, 0
	dd 8
.end:

section .note.Xen progbits alloc noexec nowrite align=4
	dd .desc - .name, 4, PVH_NOTE_ENTRY
.name:	db "Xen", 0
.desc:	dd pvh_start - PAGE_OFFSET

; The "accessed" bits are set. The CPU would set them otherwise, by a write to
; read-only memory.
section .rodata
align 8
boot_gdt:
	dq 0
	dq 0x00CF9B000000FFFF	; FLAT_CODE
	dq 0x00CF93000000FFFF	; FLAT_DATA
	dw 0xFFFF, SHIFT & 0xFFFF	; SHIFTED_CODE
	db SHIFT >> 16 & 0xFF, 0x9B, 0xCF, SHIFT >> 24
	dw 0xFFFF, SHIFT & 0xFFFF	; SHIFTED_DATA
	db SHIFT >> 16 & 0xFF, 0x93, 0xCF, SHIFT >> 24
.end:
gdtr_low:	; while paging is off
	dw boot_gdt.end - boot_gdt - 1
	dd boot_gdt - PAGE_OFFSET
gdtr_high:
	dw boot_gdt.end - boot_gdt - 1
	dd boot_gdt

section .text

; Entered by a multiboot2 loader, at the physical address of this label, in
; 32-bit protected mode without paging: eax holds its magic number, ebx the
; physical address of the information block.
_start:
	cli
	jmp short begin

; Entered by a PVH loader in the same state: ebx holds the physical address of
; hvm_start_info. eax holds no magic number: that of hvm_start_info is used.
; QEMU, as the loader, writes the image to RAM before its firmware runs. On a
; machine of about 2 MiB the firmware then writes to the RAM of .bss, which is
; therefore cleared here.
pvh_start:
	cli
	cld
	mov edi, percpu_start - PAGE_OFFSET	; where .bss begins
	mov ecx, kernel_end - PAGE_OFFSET
	sub ecx, edi
	shr ecx, 2
	xor eax, eax
	rep stosd
	mov eax, PVH_START_MAGIC

begin:
	cld
	lgdt [gdtr_low - PAGE_OFFSET]
	jmp SHIFTED_CODE:.shifted
.shifted:
	mov ecx, SHIFTED_DATA
	mov ds, ecx
	mov es, ecx
	mov fs, ecx
	mov gs, ecx
	mov ss, ecx
	mov esp, boot_stack + PAGE_SIZE + STACK_SIZE
	xor ebp, ebp		; the end of every backtrace
	push ebx
	push eax
	call early_start	; returns with paging on, or panics
	jmp FLAT_CODE:.high
.high:
	mov ecx, FLAT_DATA
	mov ds, ecx
	mov es, ecx
	mov fs, ecx
	mov gs, ecx
	mov ss, ecx
	lgdt [gdtr_high]
	mov dword [boot_pdpt], 0	; the copy at 1 MiB is gone
	mov eax, cr3			; so is what the CPU keeps of it, which
	mov cr3, eax			; only a write to CR3 or CR4 reloads
	call start_kernel
	ud2

section .note.GNU-stack noalloc noexec nowrite progbits
