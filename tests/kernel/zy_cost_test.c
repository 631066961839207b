#include "kernel/ktest.h"
#include "arch/cpu.h"
#include "kernel/printk.h"
#include "mm/vmap.h"
#include "mm/page_alloc.h"
#define N 1000
static struct vm_area *a[N];
KTEST(zy, "cost")
{
	struct page *p = alloc_page(GFP_HIGHUSER);
	uint64_t t0, t1, t2, t3, t4, t5;
	for (int k = 0; k < 2; k++) {
	t0 = rdtsc();
	for (int i = 0; i < N; i++) a[i] = vm_area_take(1, PAGE_SIZE, VM_MAP, NULL);
	t1 = rdtsc();
	for (int i = 0; i < N; i++) vm_map_pages(vm_address(a[i]), &p, 1, PAGE_KERNEL);
	t2 = rdtsc();
	for (int i = 0; i < N; i++) vm_area_end((void *)vm_address(a[i]), VM_MAP, "x", NULL);
	t3 = rdtsc();
	for (int i = 0; i < N; i++) vm_area_unmap(a[i]);
	t4 = rdtsc();
	vm_unmap_aliases();
	t5 = rdtsc();
	pr_info("take %lu map %lu end %lu unmap %lu purge %lu\n", (unsigned long)(t1-t0)/N, (unsigned long)(t2-t1)/N, (unsigned long)(t3-t2)/N, (unsigned long)(t4-t3)/N, (unsigned long)(t5-t4)/N);
	}
	__free_page(p);
}
