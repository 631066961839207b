; SPDX-License-Identifier: MIT
;
; The entry points of exceptions and interrupts: one stub for each vector, which
; pushes the vector's number, and the common code, which builds a struct
; trap_frame and calls C.
;
;	high	eflags	<- pushed by the CPU
;		cs
;		eip
;		error	<- by the CPU for some vectors, else 0 by the stub
;		vector	<- by the stub
;		eax ... edi, ds, es, fs, gs
;	low	<- esp: the argument of trap_handler()
;
; Below the frame lie a copy of eip and ebp, so that the chain of frame
; pointers leads through the trap to the function that it interrupted.

%include "layout.inc"

; Vectors for which the CPU pushes an error code (SDM vol. 3, table 6-1).
%define HAS_ERROR(n) ((n) < 32 && (1 << (n)) & 0x60227D00)

extern trap_handler, double_fault_handler
global trap_stubs, double_fault_entry

section .text

%assign n 0
%rep 256
align 16
%if n == 0
trap_stubs:
%endif
%if !HAS_ERROR(n)
	push byte 0
%endif
	push dword n
	jmp trap_common
%assign n n + 1
%endrep

trap_common:
	pusha
	push ds
	push es
	push fs
	push gs
	mov ecx, ss			; differs in early boot
	mov ds, ecx
	mov es, ecx
	cld
	mov eax, esp
	push dword [eax + 4 * 14]	; eip
	push ebp
	mov ebp, esp
	push eax
	call trap_handler
	add esp, 4 * 3
	pop gs
	pop fs
	pop es
	pop ds
	popa
	add esp, 4 * 2			; vector and error
	iret

; The double-fault task begins here each time, on its own stack, with the error
; code (always 0) on top. If the handler returns, it has repaired the state of
; the interrupted task, and the task return continues there.
double_fault_entry:
	call double_fault_handler
	add esp, 4
	iret
	jmp double_fault_entry

section .note.GNU-stack noalloc noexec nowrite progbits
