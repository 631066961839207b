; SPDX-License-Identifier: MIT
;
; The switch from one task's stack to another's.
;
;	high	next_esp    the arguments of switch_stacks()
;		esp
;		return address  of switch_stacks(), or to kthread_begin()
;		ebp         the four registers that a function must keep
;		ebx
;		esi
;	low	edi         <- what is stored in *esp, and taken from next_esp
;
; All other registers are the caller's to save; the flags are the same in all
; tasks here (interrupts off), and so are the segments.

global switch_stacks

section .text

switch_stacks:
	mov eax, [esp + 4]
	mov edx, [esp + 8]
	push ebp
	push ebx
	push esi
	push edi
	mov [eax], esp
	mov esp, edx
	pop edi
	pop esi
	pop ebx
	pop ebp
	ret

section .note.GNU-stack noalloc noexec nowrite progbits
