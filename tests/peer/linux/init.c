/* SPDX-License-Identifier: MIT */
/* The only program of the Linux that runs Loft's benchmarks: loads the module,
 * with what begins with `be` on the kernel's command line, and the words behind
 * it, as parameters, and ends the machine. It needs no C library.
 *
 * What goes wrong is its exit status in the panic that follows. */

#define O_RDONLY	   0
#define SYS_EXIT	   1
#define SYS_OPEN	   5
#define SYS_REBOOT	   88
#define SYS_FINIT_MODULE   350
#define REBOOT_MAGIC1	   0xfee1dead
#define REBOOT_MAGIC2	   0x28121969
#define REBOOT_CMD_RESTART 0x01234567

static long call(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(a), "c"(b), "d"(c)
			 : "memory");
	return result;
}

/* The words from argv[`first`] on as one text: they stand behind each other
 * in memory, each with a NUL behind it. */
static const char *join(char **argv, long first, long argc)
{
	for (long i = first; i + 1 < argc; i++) {
		char *end = argv[i + 1] - 1;

		*end = ' ';
	}
	return first < argc ? argv[first] : "";
}

/* The first of the words that are the module's: those behind are, too. */
static long first_parameter(char **argv, long argc)
{
	for (long i = 1; i < argc; i++)
		if (argv[i][0] == 'b' && argv[i][1] == 'e')
			return i;
	return argc;
}

/* `stack` is as the kernel has left it: argc, argv[0], argv[1] ... The kernel
 * passes on all words that it does not know. */
__attribute__((used, noreturn)) static void run(char **stack)
{
	long argc = (long)stack[0];
	char **argv = stack + 1;
	const char *words = join(argv, first_parameter(argv, argc), argc);
	long module = call(SYS_OPEN, (long)"/module.ko", O_RDONLY, 0);
	long error = call(SYS_FINIT_MODULE, module, (long)words, 0);

	if (!error)
		call(SYS_REBOOT, (long)REBOOT_MAGIC1, REBOOT_MAGIC2,
		     REBOOT_CMD_RESTART);
	for (;;)
		call(SYS_EXIT, -error, 0, 0);
}

__asm__(".globl _start\n"
	"_start:\n"
	"	mov %esp, %eax\n"
	"	and $-16, %esp\n"
	"	sub $12, %esp\n"
	"	push %eax\n"
	"	call run\n");
