/* SPDX-License-Identifier: MIT */
/* Objects as code for Linux allocates and frees them. See kernel/linux.md.
 *
 * Notices: kvmalloc_gives_up, kmemdup_nul_without_nul. */
#include <linux/err.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "kernel/ktest.h"
#include "mm/page_alloc.h"

struct widget {
	int id;
	struct list_head list;
	struct kref ref;
	char name[];
};

KTEST(linux_slab, "kmalloc() and kfree(), kzalloc() clears")
{
	struct widget *w = kmalloc(sizeof(*w), GFP_KERNEL);
	u8 *z = kzalloc(100, GFP_ATOMIC);

	if (!EXPECT(w && z))
		return;
	w->id = 7;
	EXPECT(!memchr_inv(z, 0, 100));
	EXPECT(ksize(z) >= 100);
	kfree(z);
	kfree(w);
	kfree(NULL);
}

KTEST(linux_slab, "kmalloc(0) is ZERO_SIZE_PTR, which kfree() takes")
{
	void *p = kmalloc(0, GFP_KERNEL);

	EXPECT(ZERO_OR_NULL_PTR(p));
	EXPECT(p == ZERO_SIZE_PTR);
	EXPECT_EQ(ksize(p), 0);
	kfree(p);
}

KTEST(linux_slab, "kcalloc() and kmalloc_array() refuse a product too large")
{
	u32 *a = kcalloc(16, sizeof(*a), GFP_KERNEL);

	EXPECT(a && !memchr_inv(a, 0, 16 * sizeof(*a)));
	kfree(a);
	EXPECT(!kmalloc_array(SIZE_MAX / 2, 4, GFP_KERNEL | __GFP_NOWARN));
	EXPECT(!kcalloc(SIZE_MAX, SIZE_MAX, GFP_KERNEL | __GFP_NOWARN));
}

KTEST(linux_slab, "krealloc() keeps what was there")
{
	char *p = krealloc(NULL, 8, GFP_KERNEL), *q;

	if (!EXPECT(p != NULL))
		return;
	strscpy(p, "growing", 8);
	q = krealloc(p, 3000, GFP_KERNEL);
	if (!EXPECT(q != NULL))
		return;
	EXPECT_STREQ(q, "growing");
	q = krealloc_array(q, 100, 40, GFP_KERNEL);
	EXPECT_STREQ(q, "growing");
	EXPECT(!krealloc_array(q, SIZE_MAX, 40, GFP_KERNEL));
	kfree(q);
}

KTEST(linux_slab, "kmemdup(), kstrdup() and kstrndup() copy")
{
	static const u8 bytes[] = {1, 2, 3, 4};
	u8 *b = kmemdup(bytes, sizeof(bytes), GFP_KERNEL);
	char *s = kstrdup("highmem", GFP_KERNEL);
	char *n = kstrndup("highmem", 4, GFP_KERNEL);
	char *t = kmemdup_nul("highmem", 3, GFP_KERNEL);

	EXPECT(b && !memcmp(b, bytes, sizeof(bytes)));
	EXPECT_STREQ(s, "highmem");
	EXPECT_STREQ(n, "high");
	EXPECT_STREQ(t, "hig");
	EXPECT(!kstrdup(NULL, GFP_KERNEL));
	kfree(b);
	kfree(s);
	kfree(n);
	kfree(t);
}

KTEST(linux_slab, "kasprintf() allocates what the text needs")
{
	char *name = kasprintf(GFP_KERNEL, "%s/%u", "kworker", 12);

	EXPECT_STREQ(name, "kworker/12");
	EXPECT(ksize(name) >= sizeof("kworker/12"));
	kfree_sensitive(name);
}

KTEST(linux_slab, "struct_size() allocates a structure with its array")
{
	size_t len = strlen("gadget") + 1;
	struct widget *w = kzalloc(struct_size(w, name, len), GFP_KERNEL);

	if (!EXPECT(w != NULL))
		return;
	EXPECT_EQ(struct_size(w, name, len), sizeof(*w) + len);
	EXPECT_EQ(struct_size(w, name, SIZE_MAX), SIZE_MAX);
	strscpy(w->name, "gadget", len);
	EXPECT_STREQ(w->name, "gadget");
	kfree(w);
}

KTEST(linux_slab, "kmem_cache_create(), _alloc(), _free(), _destroy()")
{
	struct kmem_cache *cache;
	struct widget *w;

	cache = kmem_cache_create("widget", sizeof(struct widget), 0,
				  SLAB_HWCACHE_ALIGN | SLAB_ACCOUNT, NULL);
	if (!EXPECT(cache != NULL))
		return;
	w = kmem_cache_alloc(cache, GFP_KERNEL);
	EXPECT(w != NULL);
	kmem_cache_free(cache, w);
	w = kmem_cache_zalloc(cache, GFP_NOWAIT);
	EXPECT(w && !memchr_inv(w, 0, sizeof(*w)));
	kmem_cache_free(cache, w);
	kmem_cache_destroy(cache);
	kmem_cache_destroy(NULL);
}

KTEST(linux_slab, "KMEM_CACHE() takes size and alignment of a structure")
{
	struct kmem_cache *widget_cachep = KMEM_CACHE(widget, SLAB_PANIC);
	struct widget *w = kmem_cache_alloc(widget_cachep, GFP_KERNEL);

	EXPECT(w && IS_ALIGNED((unsigned long)w, __alignof__(*w)));
	kmem_cache_free(widget_cachep, w);
	kmem_cache_shrink(widget_cachep);
	kmem_cache_destroy(widget_cachep);
}

static int constructed;

static void widget_ctor(void *object)
{
	struct widget *w = object;

	INIT_LIST_HEAD(&w->list);
	constructed++;
}

KTEST(linux_slab, "a constructor has run before an object is given")
{
	struct kmem_cache *cache;
	struct widget *w;

	constructed = 0;
	cache = kmem_cache_create("constructed", sizeof(*w), 0, 0, widget_ctor);
	if (!EXPECT(cache != NULL))
		return;
	w = kmem_cache_alloc(cache, GFP_KERNEL);
	EXPECT(constructed > 0);
	EXPECT(w && list_empty(&w->list));
	kmem_cache_free(cache, w);
	kmem_cache_destroy(cache);
}

KTEST(linux_slab, "kmem_cache_alloc_bulk() gives all or none")
{
	struct kmem_cache *cache = KMEM_CACHE(widget, 0);
	void *objects[10];

	if (!EXPECT(cache != NULL))
		return;
	EXPECT_EQ(kmem_cache_alloc_bulk(cache, GFP_KERNEL, 10, objects), 10);
	EXPECT(objects[0] != objects[9]);
	kmem_cache_free_bulk(cache, 10, objects);
	kmem_cache_destroy(cache);
}

KTEST(linux_slab, "kvmalloc() takes vmalloc() where kmalloc() cannot")
{
	u8 *small = kvzalloc(64, GFP_KERNEL);
	u8 *large = kvmalloc(SZ_8M, GFP_KERNEL | __GFP_NOWARN);
	u32 *array = kvcalloc(1000, sizeof(*array), GFP_KERNEL);

	EXPECT(small && !is_vmalloc_addr(small));
	if (large)
		EXPECT(is_vmalloc_addr(large));
	EXPECT(array && !memchr_inv(array, 0, 1000 * sizeof(*array)));
	EXPECT(!kvmalloc_array(SIZE_MAX, 2, GFP_KERNEL));
	kvfree(array);
	kvfree(large);
	kvfree(small);
	kvfree(NULL);
}

KTEST(linux_slab, "kvmalloc() goes on to vmalloc() when kmalloc() fails")
{
	void *p;

	page_alloc_fail_at(1);
	p = kvmalloc(32 * 1024, GFP_KERNEL);
	page_alloc_fail_at(0);
	EXPECT(p && is_vmalloc_addr(p));
	kvfree(p);
}

static void widget_release(struct kref *ref)
{
	kfree(container_of(ref, struct widget, ref));
}

KTEST(linux_slab, "kref_put() frees after the last user")
{
	struct widget *w = kzalloc(sizeof(*w), GFP_KERNEL);

	if (!EXPECT(w != NULL))
		return;
	kref_init(&w->ref);
	kref_get(&w->ref);
	EXPECT_EQ(kref_read(&w->ref), 2);
	EXPECT_EQ(kref_put(&w->ref, widget_release), 0);
	EXPECT(kref_get_unless_zero(&w->ref));
	EXPECT_EQ(kref_put(&w->ref, widget_release), 0);
	EXPECT_EQ(kref_put(&w->ref, widget_release), 1);
}

/* The usual constructor of a driver: an object, or an error pointer. */
static struct widget *widget_create(int id, gfp_t gfp)
{
	struct widget *w;

	if (id < 0)
		return ERR_PTR(-EINVAL);
	w = kzalloc(sizeof(*w), gfp);
	if (!w)
		return ERR_PTR(-ENOMEM);
	w->id = id;
	return w;
}

KTEST(linux_slab, "IS_ERR(), PTR_ERR() and ERR_PTR() carry an error")
{
	struct widget *w = widget_create(-1, GFP_KERNEL);

	EXPECT(IS_ERR(w) && IS_ERR_OR_NULL(w) && IS_ERR_OR_NULL(NULL));
	EXPECT_EQ(PTR_ERR(w), -EINVAL);
	EXPECT_EQ(PTR_ERR_OR_ZERO(w), -EINVAL);
	EXPECT_EQ(PTR_ERR((char *)ERR_CAST(w)), -EINVAL);
	w = widget_create(5, GFP_KERNEL);
	EXPECT(!IS_ERR(w) && !IS_ERR(NULL));
	EXPECT_EQ(PTR_ERR_OR_ZERO(w), 0);
	EXPECT_EQ(w->id, 5);
	kfree(w);
}
