; SPDX-License-Identifier: MIT
;
; From reset to C, for each CPU after the boot CPU.
;
; The start-up message names a page below 1 MiB, where the CPU begins in real
; mode. The code between trampoline_start and trampoline_end is copied to that
; page. It only switches to protected mode, with the shifted segments that the
; boot CPU started with (boot/entry.asm). From then on the CPU runs in the
; image, loads the page tables that were made for it, and then flat segments.
; It has no stack before it has page tables, because its stack is in the
; vmalloc range.
;
; Source: Intel SDM vol. 3, sections 8.4 (start-up), 9.9.1 (protected mode).

%include "layout.inc"

FLAT_CODE    equ 0x08
FLAT_DATA    equ 0x10
SHIFTED_CODE equ 0x18
SHIFTED_DATA equ 0x20

CR0_PE	     equ 1
CR0_WP	     equ 1 << 16
CR0_CACHE    equ 3 << 29	; CD and NW: set by a reset, to be cleared
CR0_PG	     equ 1 << 31
CR4_PAE	     equ 1 << 5
MSR_EFER     equ 0xC0000080
EFER_NXE     equ 1 << 11

extern boot_gdt, gdtr_high, ap_start, ap_pdpt, ap_has_nx, start_secondary
global trampoline_start, trampoline_end

section .rodata
bits 16
trampoline_start:
	cli
	cld
	mov ax, cs
	mov ds, ax
	o32 lgdt [gdtr - trampoline_start]
	mov eax, cr0
	or al, CR0_PE
	mov cr0, eax
	jmp dword SHIFTED_CODE:ap_entry
gdtr:	dw 5 * 8 - 1
	dd boot_gdt - PAGE_OFFSET
trampoline_end:

section .text
bits 32
ap_entry:
	mov ecx, SHIFTED_DATA
	mov ds, ecx
	mov es, ecx
	mov eax, cr4
	or eax, CR4_PAE
	mov cr4, eax
	cmp byte [ap_has_nx], 0
	je .no_nx
	mov ecx, MSR_EFER
	rdmsr
	or eax, EFER_NXE
	wrmsr
.no_nx:
	mov eax, ap_pdpt - PAGE_OFFSET
	mov cr3, eax
	mov eax, cr0
	and eax, ~CR0_CACHE
	or eax, CR0_PG | CR0_WP
	mov cr0, eax
	jmp FLAT_CODE:.high
.high:
	mov ecx, FLAT_DATA
	mov ds, ecx
	mov es, ecx
	mov fs, ecx
	mov gs, ecx
	mov ss, ecx
	lgdt [gdtr_high]

	; Is a CPU expected, and is this the first to start?
	xor eax, eax
	xchg eax, [ap_start]
	test eax, eax
	jz .late
	mov eax, [ap_start + 4]		; its own page tables
	mov cr3, eax
	mov esp, [ap_start + 8]
	xor ebp, ebp			; the end of every backtrace
	call start_secondary
.late:
	cli
	hlt
	jmp .late

section .note.GNU-stack noalloc noexec nowrite progbits
