/* SPDX-License-Identifier: MIT */
/* Records of the areas and gaps in a range of addresses: which addresses of the
 * vmalloc range are in use. It maps nothing, locks nothing and allocates
 * nothing.
 *
 *	pages    0         4     6            11                        n
 *	         |  area   | gap |    area    |          gap            |
 *	tag[]     A       A G   G B          B H                       H
 *
 * The range is tiled with areas and gaps; two gaps are never neighbours. Each
 * is a struct vmap_area. An area that is freed becomes a gap or a part of one,
 * and its structure goes into the stock: freeing never needs memory. tag[] has,
 * for each page, the area or gap that begins or ends there, so an area's
 * neighbours are found without a search.
 *
 * The gaps also form a tree by address, in which each gap holds the size of the
 * largest gap in its subtree. The lowest gap that is large enough is therefore
 * found in one descent. The tree is a treap (Seidel and Aragon 1996): sorted by
 * address, and a heap by a random priority that each gap draws. It is as
 * balanced as a tree whose nodes came in random order, so a descent takes
 * logarithmic time whatever the pattern of use.
 *
 * Locking: the caller's. */
#ifndef MM_VMAP_AREA_H
#define MM_VMAP_AREA_H

#include "kernel/types.h"
#include "mm/vm_kind.h"

struct vmap_area {
	uint32_t page;	/* the first, counted from the range's beginning */
	uint32_t pages; /* with the guard page of an area */
	unsigned kind;	/* enum vm_kind */
	union {
		struct { /* VM_GAP */
			struct vmap_area *left, *right;
			uint32_t largest; /* pages: largest of subtree */
			uint32_t priority;
		};
		struct {		    /* the others */
			uint32_t mapped;    /* pages that are mapped */
			const void *caller; /* the code that took it */
			const void *ender; /* VM_LAZY: the code that ended it */
			struct vmap_area *next; /* in the stock; VM_LAZY */
		};
	};
};

struct vmap_space {
	uint32_t pages;
	uint32_t base; /* the number that page 0 has for alignment */
	uint32_t random;
	struct vmap_area **tag;	 /* one for each page */
	struct vmap_area *gaps;	 /* the tree's root; NULL: all is taken */
	struct vmap_area *stock; /* structures for areas to come */
	unsigned stocked;
};

/* Makes `*space` a range of `pages` pages that is one gap, described by
 * `first`. `tag` is an array of as many pointers, of any value. Alignment
 * counts from the range's first page until the caller sets `base`. */
void vmap_space_init(struct vmap_space *space, uint32_t pages,
		     struct vmap_area **tag, struct vmap_area *first);

/* Puts a structure into the stock; takes one out again, or NULL. */
void vmap_space_stock(struct vmap_space *space, struct vmap_area *area);
struct vmap_area *vmap_space_unstock(struct vmap_space *space);

/* The stock must hold this many structures when an area is taken. */
#define VM_STOCK_NEEDED 2

/* Takes the lowest `pages` free pages in a row that begin at a multiple of
 * `align` pages, a power of two; page 0 counts as page number `base`. Returns
 * NULL if no gap is large enough. The area's kind is VM_LAZY until the caller
 * sets it. */
struct vmap_area *vmap_space_take(struct vmap_space *space, uint32_t pages,
				  uint32_t align);

/* Frees an area. */
void vmap_space_give(struct vmap_space *space, struct vmap_area *area);

/* Frees areas of a list, which may be NULL, for `steps` steps or a few more;
 * returns the others. To join an area with its neighbour in the list is one
 * step, to put a gap into the tree as many as this: */
#define VM_STEPS_OF_GAP 16
struct vmap_area *vmap_space_give_list(struct vmap_space *space,
				       struct vmap_area *first, int steps);

/* The area or gap that holds page `page`, which is below space->pages. Takes
 * time in proportion to the pages of it before that one. */
struct vmap_area *vmap_space_find(const struct vmap_space *space,
				  uint32_t page);

/* Pages in all gaps; pages of the largest gap. */
uint32_t vmap_space_free_pages(const struct vmap_space *space);
uint32_t vmap_space_largest_gap(const struct vmap_space *space);

#endif
