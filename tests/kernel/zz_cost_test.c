#include "kernel/ktest.h"
#include "arch/cpu.h"
#include "kernel/printk.h"
#include "mm/vmalloc.h"
#include "mm/page_alloc.h"
static struct page *pg[256];
#define N 2000
static void cost(unsigned n)
{
	uint64_t t = rdtsc();
	for (unsigned i = 0; i < N; i++)
		vunmap(vmap(pg, n, VM_MAP, PAGE_KERNEL));
	t = rdtsc() - t;
	pr_info("vmap_%u: %lu\n", n, (unsigned long)t / N);
}
static void alloc_cost(gfp_t gfp, unsigned o)
{
	uint64_t t = rdtsc();
	for (unsigned i = 0; i < N; i++)
		__free_pages(alloc_pages(gfp, o), o);
	t = rdtsc() - t;
	pr_info("alloc o%u gfp %x: %lu\n", o, gfp, (unsigned long)t / N);
}
KTEST(zz, "cost")
{
	uint64_t t;
	alloc_pages_bulk(GFP_HIGHUSER, 256, pg);
	cost(1); cost(16); cost(256);
	t = rdtsc();
	for (unsigned i = 0; i < N; i++)
		vfree(vmalloc(65536));
	t = rdtsc() - t;
	pr_info("vmalloc_64k: %lu\n", (unsigned long)t / N);
	{
		static void *keep[10000];
		for (unsigned k = 10; k <= 10000; k *= 10) {
			for (unsigned i = 0; i < k; i++) keep[i] = vmap(pg, 1, VM_MAP, PAGE_KERNEL);
			for (unsigned i = 0; i < k; i += 2) vunmap(keep[i]);
			vm_unmap_aliases();
			pr_info("with %u, every other freed: ", k);
			cost(1);
			cost(2);
			for (unsigned i = 1; i < k; i += 2) vunmap(keep[i]);
		}
	}
	alloc_cost(GFP_HIGHUSER, 0); alloc_cost(GFP_KERNEL, 0); alloc_cost(GFP_HIGHUSER, 3); alloc_cost(GFP_KERNEL,3); alloc_cost(GFP_HIGHUSER, 9); alloc_cost(GFP_HIGHUSER,10);
	for (unsigned i = 0; i < 256; i++) __free_page(pg[i]);
}
