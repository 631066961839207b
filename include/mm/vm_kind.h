/* SPDX-License-Identifier: MIT */
/* What an area of the vmalloc range is for. Linux has flags of these names. */
#ifndef MM_VM_KIND_H
#define MM_VM_KIND_H

enum vm_kind {
	VM_GAP,	    /* free */
	VM_LAZY,    /* freed; TLBs may still hold it */
	VM_MAP,	    /* vmap() */
	VM_ALLOC,   /* vmalloc() */
	VM_IOREMAP, /* ioremap() */
};

#endif
