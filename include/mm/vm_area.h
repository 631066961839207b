/* SPDX-License-Identifier: MIT */
/* Who has which addresses of a range: the bookkeeping of the vmalloc area, and
 * nothing else. It maps nothing, locks nothing and allocates nothing.
 *
 *	pages    0         4     6            11                        n
 *	         |  area   | gap |    area    |          gap            |
 *	tag[]     A       A G   G B          B H                       H
 *
 * The range is tiled with areas and gaps; two gaps are never neighbours. Each
 * is a struct vm_area. An area that is given back becomes a gap, or a part of
 * one, and its structure goes into the stock: giving back never needs memory.
 * `tag` knows for each page what begins or ends there: so the neighbours of an
 * area are found at once.
 *
 * The gaps are also a tree, by address, in which each says how large the
 * largest below it is: so the lowest gap that is large enough is found on one
 * way down. It is a treap (Seidel and Aragon 1996): sorted by address, and a
 * heap by a random number that each gap draws, which makes it as balanced as a
 * tree whose nodes came in random order: a way down is logarithmic in the
 * number of gaps, whatever the pattern of use.
 *
 * Locking: the caller's. */
#ifndef MM_VM_AREA_H
#define MM_VM_AREA_H

#include "kernel/types.h"

enum vm_kind {
	VM_GAP,	    /* nobody's */
	VM_LAZY,    /* was somebody's; TLBs may still hold it */
	VM_MAP,	    /* vmap() */
	VM_ALLOC,   /* vmalloc() */
	VM_IOREMAP, /* ioremap() */
};

struct vm_area {
	uint32_t page;	/* the first, counted from the range's beginning */
	uint32_t pages; /* with the guard page of an area */
	unsigned kind;	/* enum vm_kind */
	union {
		struct { /* VM_GAP */
			struct vm_area *left, *right;
			uint32_t largest; /* pages of the largest from here */
			uint32_t priority;
		};
		struct {		      /* the others */
			uint32_t mapped;      /* pages that are */
			const void *caller;   /* who asked for it */
			const void *ender;    /* VM_LAZY: who ended it */
			struct vm_area *next; /* in the stock; VM_LAZY */
		};
	};
};

struct vm_space {
	uint32_t pages;
	uint32_t base; /* what alignment counts from: page 0 has this number */
	uint32_t random;
	struct vm_area **tag;  /* one for each page */
	struct vm_area *gaps;  /* the tree's root; NULL: all is taken */
	struct vm_area *stock; /* structures for areas to come */
	unsigned stocked;
};

/* Makes a range of `pages` pages, one gap, out of `tag`, that many pointers of
 * any value, and `first`. Its first page is page 0 for alignment, too, until
 * the caller sets `base`. */
void vm_space_init(struct vm_space *space, uint32_t pages, struct vm_area **tag,
		   struct vm_area *first);

/* Puts a structure into the stock; takes one out again, or NULL. */
void vm_space_stock(struct vm_space *space, struct vm_area *area);
struct vm_area *vm_space_unstock(struct vm_space *space);

/* What must be in stock when an area is taken. */
#define VM_STOCK_NEEDED 2

/* Takes the lowest `pages` pages that begin at a multiple of `align`, a power
 * of two (counted so that the range begins at `base`). NULL if no gap will do.
 * The area's kind is VM_LAZY, until the caller has filled in what it is. */
struct vm_area *vm_space_take(struct vm_space *space, uint32_t pages,
			      uint32_t align);

/* Gives an area back; all those of a list, which may be NULL. */
void vm_space_give(struct vm_space *space, struct vm_area *area);
void vm_space_give_list(struct vm_space *space, struct vm_area *first);

/* The area or gap that page `page`, below space->pages, lies in. Looks at the
 * pages of it before that one. */
struct vm_area *vm_space_find(const struct vm_space *space, uint32_t page);

/* Pages in gaps; pages of the largest. */
uint32_t vm_space_free_pages(const struct vm_space *space);
uint32_t vm_space_largest_gap(const struct vm_space *space);

#endif
