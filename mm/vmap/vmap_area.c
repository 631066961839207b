/* SPDX-License-Identifier: MIT */
/* Areas and gaps of a range of addresses. See mm/vmap/vmap_area.h.
 *
 * Invariants: areas and gaps cover the range without overlap. No two gaps are
 * neighbours. tag[] has each area and gap at its first and its last page, and
 * nothing in between. In the tree, addresses on the left are
 * smaller and on the right larger; no child has a larger priority than its
 * parent; `largest` is that of the gap and its two subtrees. */
#include "vmap_area.h"

#include "kernel/compiler.h"
#include "kernel/string.h"

/* ---- The tree of gaps ---------------------------------------------------- */

static uint32_t largest_of(const struct vmap_area *gap)
{
	return gap ? gap->largest : 0;
}

/* Computes `largest` again from the children. */
static void refresh(struct vmap_area *gap)
{
	uint32_t left = largest_of(gap->left), right = largest_of(gap->right);

	left = max(left, right);
	gap->largest = max(gap->pages, left);
}

/* Splits a tree in two: the gaps before `page`, and those behind. */
static void split(struct vmap_area *tree, uint32_t page,
		  struct vmap_area **before, struct vmap_area **behind)
{
	if (!tree) {
		*before = *behind = NULL;
		return;
	}
	if (tree->page < page) {
		split(tree->right, page, &tree->right, behind);
		*before = tree;
	} else {
		split(tree->left, page, before, &tree->left);
		*behind = tree;
	}
	refresh(tree);
}

/* Joins two trees. All gaps of the first lie before those of the second. */
static struct vmap_area *join(struct vmap_area *before,
			      struct vmap_area *behind)
{
	if (!before || !behind)
		return before ? before : behind;
	if (before->priority > behind->priority) {
		before->right = join(before->right, behind);
		refresh(before);
		return before;
	}
	behind->left = join(before, behind->left);
	refresh(behind);
	return behind;
}

/* The child of `tree` on whose side `gap` lies. */
static struct vmap_area **side_of(struct vmap_area *tree,
				  const struct vmap_area *gap)
{
	return gap->page < tree->page ? &tree->left : &tree->right;
}

/* Inserts a gap into the tree, at the place of its priority. */
static void insert(struct vmap_area **link, struct vmap_area *gap)
{
	while (*link && (*link)->priority >= gap->priority) {
		(*link)->largest = max((*link)->largest, gap->pages);
		link = side_of(*link, gap);
	}
	split(*link, gap->page, &gap->left, &gap->right);
	refresh(gap);
	*link = gap;
}

/* Whether `largest` of a tree stays if `gap`, in a subtree, gets smaller: the
 * root or the other subtree has a gap of that size, too. */
static bool keeps_largest(const struct vmap_area *tree,
			  const struct vmap_area *gap)
{
	const struct vmap_area *other =
		gap->page < tree->page ? tree->right : tree->left;

	return tree->pages == tree->largest ||
	       largest_of(other) == tree->largest;
}

/* Goes down to the first tree whose `largest` may have to be computed again
 * when `gap` gets smaller. Of many small gaps it is often the gap itself. */
static inline struct vmap_area **first_affected(struct vmap_area **link,
						const struct vmap_area *gap)
{
	while (*link != gap && keeps_largest(*link, gap))
		link = side_of(*link, gap);
	return link;
}

/* Removes a gap from a tree; returns the tree. */
static struct vmap_area *erase(struct vmap_area *tree,
			       const struct vmap_area *gap)
{
	struct vmap_area **side = side_of(tree, gap);

	if (tree == gap)
		return join(tree->left, tree->right);
	*side = erase(*side, gap);
	refresh(tree);
	return tree;
}

/* Computes `largest` again on the way from a tree to a gap in it that is
 * smaller now. */
static void shrunk(struct vmap_area *tree, const struct vmap_area *gap)
{
	if (tree != gap)
		shrunk(*side_of(tree, gap), gap);
	refresh(tree);
}

/* Where in a gap `pages` aligned pages fit: the first of them, or the gap's
 * end if they do not. */
static uint32_t fit(const struct vmap_space *space, const struct vmap_area *gap,
		    uint32_t pages, uint32_t align)
{
	uint32_t first = ALIGN(space->base + gap->page, align) - space->base;
	uint32_t end = gap->page + gap->pages;

	return first < end && end - first >= pages ? first : end;
}

/* The lowest gap of `pages` pages or more, or NULL. Goes down once, since
 * `largest` tells on which side there is such a gap. */
static struct vmap_area *lowest_with(struct vmap_area *gap, uint32_t pages)
{
	if (largest_of(gap) < pages)
		return NULL;
	for (;;) {
		if (largest_of(gap->left) >= pages)
			gap = gap->left;
		else if (gap->pages >= pages)
			return gap;
		else
			gap = gap->right;
	}
}

/* The lowest gap in which `pages` pages fit at a multiple of `align`, or NULL.
 * A gap that is large enough may have no such multiple in the right place, so
 * this function may look at several gaps. */
static struct vmap_area *lowest_fit(const struct vmap_space *space,
				    struct vmap_area *tree, uint32_t pages,
				    uint32_t align)
{
	struct vmap_area *found;

	if (largest_of(tree) < pages)
		return NULL;
	found = lowest_fit(space, tree->left, pages, align);
	if (found)
		return found;
	if (fit(space, tree, pages, align) != tree->page + tree->pages)
		return tree;
	return lowest_fit(space, tree->right, pages, align);
}

/* ---- Areas and gaps ------------------------------------------------------ */

/* Sets the tags at the first and last page of an area or gap. */
static void enter(struct vmap_space *space, struct vmap_area *area)
{
	struct vmap_area **tag = &space->tag[area->page];

	tag[0] = area;
	tag[area->pages - 1] = area;
}

/* Makes a gap and adds it to the tree. */
static void add_gap(struct vmap_space *space, struct vmap_area *gap)
{
	/* Marsaglia's xorshift: the priorities need not be better. */
	space->random ^= space->random << 13;
	space->random ^= space->random >> 17;
	space->random ^= space->random << 5;
	gap->kind = VM_GAP;
	gap->priority = space->random;
	insert(&space->gaps, gap);
	enter(space, gap);
}

void vmap_space_init(struct vmap_space *space, uint32_t pages,
		     struct vmap_area **tag, struct vmap_area *first)
{
	*space = (struct vmap_space){
		.pages = pages, .random = 0x4C6F6674, .tag = tag};
	memset(tag, 0, pages * sizeof(*tag));
	first->page = 0;
	first->pages = pages;
	add_gap(space, first);
}

void vmap_space_stock(struct vmap_space *space, struct vmap_area *area)
{
	area->next = space->stock;
	space->stock = area;
	space->stocked++;
}

/* Takes a structure from the stock, which is not empty. */
static struct vmap_area *unstock(struct vmap_space *space)
{
	struct vmap_area *area = space->stock;

	space->stock = area->next;
	space->stocked--;
	return area;
}

struct vmap_area *vmap_space_unstock(struct vmap_space *space)
{
	return space->stock ? unstock(space) : NULL;
}

/* ---- Taking -------------------------------------------------------------- */

/* Makes the pages [first, end) of a gap a gap of their own. */
static void add_rest(struct vmap_space *space, uint32_t first, uint32_t end)
{
	struct vmap_area *rest = unstock(space);

	rest->page = first;
	rest->pages = end - first;
	add_gap(space, rest);
}

/* Makes [first, end) the pages of a gap that had more. The caller changes the
 * tags. */
static void shrink(struct vmap_space *space, struct vmap_area *gap,
		   uint32_t first, uint32_t end)
{
	struct vmap_area *affected = *first_affected(&space->gaps, gap);

	gap->page = first;
	gap->pages = end - first;
	if (likely(affected == gap))
		refresh(gap);
	else
		shrunk(affected, gap);
}

/* The same for a gap that had fewer. */
static void grow(struct vmap_space *space, struct vmap_area *gap,
		 uint32_t first, uint32_t end)
{
	struct vmap_area *tree = space->gaps;
	uint32_t pages = end - first;

	gap->page = first;
	gap->pages = pages;
	for (; tree != gap; tree = *side_of(tree, gap))
		tree->largest = max(tree->largest, pages);
	gap->largest = max(gap->largest, pages);
}

/* Clears the tags at the first and last page of an area or gap. */
static void leave(struct vmap_space *space, const struct vmap_area *area)
{
	space->tag[area->page] = NULL;
	space->tag[area->page + area->pages - 1] = NULL;
}

static void remove_gap(struct vmap_space *space, struct vmap_area *gap)
{
	struct vmap_area **link = first_affected(&space->gaps, gap);

	leave(space, gap);
	*link = erase(*link, gap);
	vmap_space_stock(space, gap);
}

/* Removes the pages [first, end) from a gap that holds them. */
static void cut_out(struct vmap_space *space, struct vmap_area *gap,
		    uint32_t first, uint32_t end)
{
	uint32_t gap_end = gap->page + gap->pages;
	bool in_front = gap->page < first;
	uint32_t left = in_front ? gap->page : end;
	uint32_t left_end = in_front ? first : gap_end;

	if (left == left_end) {
		remove_gap(space, gap);
		return;
	}
	shrink(space, gap, left, left_end);
	enter(space, gap);
	if (in_front && end < gap_end)
		add_rest(space, end, gap_end);
}

struct vmap_area *vmap_space_take(struct vmap_space *space, uint32_t pages,
				  uint32_t align)
{
	struct vmap_area *gap, *area;
	uint32_t first;

	if (likely(align == 1)) {
		gap = lowest_with(space->gaps, pages);
		first = gap ? gap->page : 0;
	} else {
		gap = lowest_fit(space, space->gaps, pages, align);
		first = gap ? fit(space, gap, pages, align) : 0;
	}
	if (unlikely(!gap))
		return NULL;
	area = unstock(space);
	area->page = first;
	area->pages = pages;
	area->kind = VM_LAZY;
	cut_out(space, gap, first, first + pages);
	enter(space, area);
	return area;
}

/* ---- Giving back --------------------------------------------------------- */

/* The gap that ends before `page`, or NULL. */
static struct vmap_area *gap_before(const struct vmap_space *space,
				    uint32_t page)
{
	struct vmap_area *area = page ? space->tag[page - 1] : NULL;

	return area && area->kind == VM_GAP ? area : NULL;
}

/* The gap that begins at `page`, or NULL. */
static struct vmap_area *gap_at(const struct vmap_space *space, uint32_t page)
{
	struct vmap_area *area = page < space->pages ? space->tag[page] : NULL;

	return area && area->kind == VM_GAP ? area : NULL;
}

void vmap_space_give(struct vmap_space *space, struct vmap_area *area)
{
	uint32_t first = area->page, end = first + area->pages;
	struct vmap_area *before = gap_before(space, first);
	struct vmap_area *behind = gap_at(space, end);

	leave(space, area);
	if (before) {
		space->tag[first - 1] = NULL;
		if (behind) {
			end += behind->pages;
			remove_gap(space, behind);
		}
		grow(space, before, before->page, end);
		enter(space, before);
	} else if (behind) {
		space->tag[end] = NULL;
		grow(space, behind, first, end + behind->pages);
		enter(space, behind);
	} else {
		add_gap(space, area);
		return;
	}
	vmap_space_stock(space, area);
}

/* Joins an area with the area that ends where it begins. */
static void join_areas(struct vmap_space *space, struct vmap_area *area,
		       struct vmap_area *before)
{
	space->tag[area->page - 1] = NULL;
	space->tag[area->page] = NULL;
	area->page = before->page;
	area->pages += before->pages;
	vmap_space_stock(space, before);
}

/* A caller that takes areas one after the other and ends them in that order
 * leaves a list in which each area lies below the one before. Such neighbours
 * are joined first and go into the tree as one. */
struct vmap_area *vmap_space_give_list(struct vmap_space *space,
				       struct vmap_area *first, int steps)
{
	struct vmap_area *area = first;

	while (area && steps > 0) {
		struct vmap_area *next = area->next, *after;

		for (; next && next->page + next->pages == area->page &&
		       steps > 0;
		     next = after, steps--) {
			after = next->next;
			join_areas(space, area, next);
		}
		vmap_space_give(space, area);
		steps -= VM_STEPS_OF_GAP;
		area = next;
	}
	return area;
}

/* ---- Questions ----------------------------------------------------------- */

struct vmap_area *vmap_space_find(const struct vmap_space *space, uint32_t page)
{
	/* The nearest tag at or before `page` is that of the first page of
	 * the area or gap. */
	while (!space->tag[page])
		page--;
	return space->tag[page];
}

/* Pages in the gaps of a tree. */
static uint32_t pages_in(const struct vmap_area *tree)
{
	return tree ? pages_in(tree->left) + tree->pages + pages_in(tree->right)
		    : 0;
}

uint32_t vmap_space_free_pages(const struct vmap_space *space)
{
	return pages_in(space->gaps);
}

uint32_t vmap_space_largest_gap(const struct vmap_space *space)
{
	return largest_of(space->gaps);
}
