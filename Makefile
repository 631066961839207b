# SPDX-License-Identifier: MIT
#
# Loft's door: `make run` and `make test` do everything from a bare Debian,
# set-up included. `make help` lists the rest.
#
#	*.c *.asm --CC, NASM--> build/**/*.o --LD, linker.ld--> build/loft.elf
#	                                      --GRUB--> build/loft.iso --QEMU--> verdict
#
# A thing is rebuilt when its sources, the headers those include, or the
# command that makes it changed, and only then: commands leave a stamp, a file
# that is rewritten when its text is another. Hosted tests, coverage and
# fuzzing are in tests/hosted.mk.

# ---- Words for the command line ---------------------------------------------

MEM    ?= 8G
SMP    ?= 1
APPEND ?= test
ACCEL  ?= tcg
ICOUNT ?=
BOOT   ?= grub
UEFI   ?=
T      ?=
EXTRA_OBJS   ?=
FUZZ_SECONDS ?= 20
JOBS   ?= $(shell nproc)
WERROR ?=
CHECK  ?= 0
HIGHMEM ?= y
ALL    ?=
V      ?=
O      ?= build

# BOOT=uefi is another way to say UEFI=1.
ifeq ($(BOOT),uefi)
override BOOT := grub
override UEFI := 1
endif

# make itself reads these characters in the name of a file as its own.
ifneq ($(words $(O))$(findstring :,$(O))$(findstring %,$(O)),1)
$(error O='$(O)': make cannot build there. Say the name of one directory, \
without blanks, colons and percent signs)
endif

# ---- Tools --------------------------------------------------------------------

# i686-elf-gcc from the PATH or as built by `make toolchain`; else Debian's
# prebuilt cross compiler, so that the first run waits for no compiler.
# TOOLCHAIN=... forces one. Its name is the prefix of a GCC, or is that of a
# clang, such as clang-14; CC=clang asks for clang, too.
# Without HOME, as cron and some containers start programs, the user's entry in
# the password file says where the cache is. Scripts are told what was chosen.
ifeq ($(HOME),)
export HOME := $(shell getent passwd "$$(id -u)" | cut -d: -f6)
endif
CACHE := $(or $(LOFT_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/loft)
export LOFT_CACHE := $(CACHE)
PATH  := $(PATH):$(CACHE)/i686-elf/bin
# What a command prints; $(shell) alone does not see this PATH.
say = $(shell PATH='$(PATH)'; $(1))
has = $(call say,command -v $(1))
is_clang = $(filter clang%,$(notdir $(1)))
TOOLCHAIN ?= $(or $(if $(filter command,$(origin CC)),$(call is_clang,$(CC))), \
	$(if $(call has,i686-elf-gcc),i686-elf,i686-linux-gnu))
TOOLCHAIN := $(TOOLCHAIN)
CLANG     := $(call is_clang,$(TOOLCHAIN))

CC     := $(TOOLCHAIN)$(if $(CLANG),,-gcc)
LD     := $(if $(CLANG),,$(TOOLCHAIN)-)ld
NASM   := nasm
HOSTCC := gcc
PYTHON := /usr/bin/python3

MAKEFLAGS += --no-print-directory --no-builtin-rules
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(JOBS)
endif

# A program that runs make itself: it must not look for this make's job server.
alone := env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL

# One short line for each command; the whole of it with V=1.
quiet = $(if $(V),,@printf '  %-5s %s\n' '$(1)' '$(2)';)

# What a shell must read as one word.
quoted = '$(subst ','\'',$(1))'

# ---- Set-up -------------------------------------------------------------------

# Everything that the goals need is looked for and installed in one go.
GOALS := $(or $(MAKECMDGOALS),all)
NEEDS := $(sort $(if $(filter run iso %.iso,$(GOALS)),run) \
	$(if $(filter tests,$(GOALS)),run) \
	$(if $(filter test,$(GOALS)),$(if $(T),run,test)) \
	$(if $(filter unit mutate,$(GOALS)),test) \
	$(if $(filter bench bench-check bench-update plot-measure,$(GOALS)),run) \
	$(if $(filter bench-linux conformance-linux,$(GOALS)),peer) \
	$(filter lint coverage fuzz gdb plot toolchain matrix,$(GOALS)) \
	$(if $(UEFI),uefi))
ALL_NEEDS := run test lint coverage fuzz gdb bochs plot toolchain

.PHONY: all
all: $(O)/loft.elf ## build the kernel (what plain `make` does)
	@echo '$< is up to date'

# Building begins when set-up is done: the file holds that moment.
.PHONY: needs
needs:
	@TOOLCHAIN=$(TOOLCHAIN) scripts/setup.sh $(or $(NEEDS),build)
	@mkdir -p $(O)
	@date +%s.%N > $(O)/started

.PHONY: setup
setup: ## install what any target may need, and build nothing
	@TOOLCHAIN=$(TOOLCHAIN) scripts/setup.sh $(ALL_NEEDS)

.PHONY: toolchain
toolchain: | needs ## build binutils and GCC for i686-elf, into the cache (once, 10-20 minutes)
	@scripts/toolchain.sh $(call quoted,$(CACHE)/i686-elf)

# ---- Flags ---------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wundef -Wvla -Wpointer-arith -Wwrite-strings -Wold-style-definition \
	$(if $(WERROR),-Werror)

# What one compiler alone knows. Each GCC clears 33 to 8192 bytes by `rep stos`,
# as GCC 12 does by itself: the loop that GCC 16 prefers for up to 256 bytes
# executes twice the instructions.
CLANG_TARGET := --target=i686-linux-gnu
CLANG_FLAGS  := $(CLANG_TARGET) -mstack-alignment=4
GCC_FLAGS    := -mpreferred-stack-boundary=2 \
	-mmemset-strategy=loop:32:noalign,rep_4byte:8192:noalign,libcall:-1:noalign

# i586, not i686: the kernel tells a CPU without PAE so, and must not trip over
# an instruction that such a CPU lacks before it can. Frame pointers and real
# calls at the end of functions keep backtraces whole. Nothing here wants more of
# a stack than words at multiples of 4. No frame may be large beside a stack of
# 16 KiB; where one is all the same, each of its pages is touched in turn, so
# that it runs into the guard page and not past it.
# CHECK=1 also checks what is too slow for every day: poison, red zones, guard
# slots. HIGHMEM=n knows lowmem alone.
FRAME_MAX := 2048
FRAMES := $(if $(CLANG),-Wframe-larger-than=$(FRAME_MAX) \
	-Werror=frame-larger-than=,-Werror=frame-larger-than=$(FRAME_MAX))
# Public headers; tests name private ones from here, "mm/frames/buddy.h".
INCLUDES := -Iinclude -iquote .
CONFIG := -DCHECK=$(CHECK) -DHIGHMEM=$(if $(filter n,$(HIGHMEM)),0,1)
CFLAGS := -std=gnu11 -O2 -g $(WARNINGS) $(INCLUDES) $(CONFIG) \
	-ffreestanding -march=i586 -mtune=generic -mgeneral-regs-only \
	$(if $(CLANG),$(CLANG_FLAGS),$(GCC_FLAGS)) \
	-fno-pic -fno-pie -fno-common -fno-strict-aliasing \
	-fno-stack-protector -fno-asynchronous-unwind-tables \
	-fstack-clash-protection $(FRAMES) \
	-fno-omit-frame-pointer -fno-optimize-sibling-calls
# 64-bit division, which i386 has no instruction for. clang brings a library of
# its own.
LIBGCC = $(call say,$(CC) $(if $(CLANG),$(CLANG_TARGET) --rtlib=compiler-rt) \
	-print-libgcc-file-name)
# The kernel is linked at a fixed address: its relocations are absolute, and newer
# versions of NASM may warn of each.
NASMFLAGS := -f elf32 -g -F dwarf -Wall -w-unknown-warning \
	-w-reloc-abs-dword -w-reloc-rel-dword $(if $(WERROR),-Werror) -I$(O)/
# Loaders bring debugging information into memory, too: it is kept small.
LDFLAGS := -m elf_i386 -nostdlib -static -z noexecstack --build-id=none \
	--compress-debug-sections=zlib \
	$(if $(WERROR),--fatal-warnings)

# ---- The kernel ------------------------------------------------------------------

# HIGHMEM=n has no window and no pool.
HIGHMEM_C   := arch/i386/mmu/kmap_window.c $(addprefix mm/highmem/, \
	kmap.c kmap_atomic.c kmap_init.c kmap_local.c kmap_stack.c)
C_SOURCES   := $(filter-out \
	$(if $(filter n,$(HIGHMEM)),$(HIGHMEM_C),mm/highmem/kmap_none.c), \
	$(sort $(wildcard boot/*.c arch/i386/*/*.c mm/*/*.c kernel/*/*.c \
	tests/kernel/*.c tests/bench/*.c)))
ASM_SOURCES := $(sort $(wildcard boot/*.asm arch/i386/*/*.asm))
OBJECTS     := $(C_SOURCES:%.c=$(O)/%.o) $(ASM_SOURCES:%.asm=$(O)/%.asm.o)
ELF := $(O)/loft.elf
ISO := $(O)/loft.iso

# EXTRA_OBJS=$(O)/student/mine.o: student/mine.c, compiled as the kernel is. An
# object from elsewhere has to be there.
EXTRA_SOURCES := $(foreach o,$(filter $(O)/%.o,$(EXTRA_OBJS)),$(or \
	$(wildcard $(patsubst $(O)/%.o,%.c,$(o)) $(patsubst $(O)/%.o,%,$(o))), \
	$(if $(wildcard $(o)),,$(error EXTRA_OBJS: there is neither $(o) nor \
	$(patsubst $(O)/%.o,%.c,$(o)) to build it from))))
EXTRA_ABSENT := $(filter-out $(O)/% $(wildcard $(EXTRA_OBJS)),$(EXTRA_OBJS))
$(if $(EXTRA_ABSENT),$(error EXTRA_OBJS: there is no $(EXTRA_ABSENT). \
	EXTRA_OBJS=$(addprefix $(O)/,$(EXTRA_ABSENT)) is built from \
	$(EXTRA_ABSENT:.o=.c), with the flags of the kernel))

OWN_FLAGS    = $(EXTRA_SOURCES): compiled with the flags of the kernel
OTHER_CONFIG = An object that wants a_kernel_with_CHECK_... was compiled with \
	other flags than this kernel, which has $(CONFIG:-D%=%). \
	EXTRA_OBJS=$(O)/mine.o is compiled from mine.c with the right ones.

$(ELF): $(OBJECTS) $(EXTRA_OBJS) $(O)/linker.ld $(O)/ld.stamp
	$(call quiet,LD,$@)$(LD) $(LDFLAGS) -T $(O)/linker.ld -o $@ \
		$(OBJECTS) $(EXTRA_OBJS) "$(LIBGCC)" \
		$(if $(EXTRA_OBJS),|| { echo $(call quoted,$(OTHER_CONFIG)) >&2; \
			exit 1; })
	$(if $(EXTRA_SOURCES),@echo $(call quoted,$(OWN_FLAGS)))
	@grub-file --is-x86-multiboot2 $@ || { \
		echo '$@: no multiboot2 header where loaders look' >&2; exit 1; }

$(O)/%.o: %.c $(O)/cc.stamp
	@mkdir -p $(@D)
	$(call quiet,CC,$<)$(CC) $(CFLAGS) -MMD -MP -c $< -o $@

$(O)/%.asm.o: %.asm $(O)/layout.inc $(O)/nasm.stamp
	@mkdir -p $(@D)
	$(call quiet,NASM,$<)$(NASM) $(NASMFLAGS) -MD $(@:.o=.d) -MP $< -o $@

# The address map, for NASM.
$(O)/layout.inc: include/arch/layout.h $(O)/cc.stamp
	@$(CC) -E -dM -undef $< | \
		sed -n 's/^#define \([A-Z_0-9]* [0-9]\)/%define \1/p' > $@

$(O)/linker.ld: linker.ld include/arch/config.h include/arch/layout.h $(O)/cc.stamp
	@$(CC) -E -P -undef -x assembler-with-cpp -Iinclude $(CONFIG) $< -o $@

-include $(patsubst %.o,%.d,$(OBJECTS) $(EXTRA_OBJS))

.DELETE_ON_ERROR:

# ---- Stamps ----------------------------------------------------------------------

# Each holds the text of what it stands for. The compiler's tells which one is
# at work, when it is new.
$(O)/cc.stamp: VERSION = $(call say,$(CC) --version | head -n 1)
$(O)/cc.stamp: TEXT = $(CC) $(VERSION) $(CFLAGS)
$(O)/cc.stamp: NEWS = compiler: $(VERSION)
$(O)/nasm.stamp: TEXT = $(shell $(NASM) -v) $(NASMFLAGS)
$(O)/ld.stamp: TEXT = $(LD) $(LDFLAGS) $(OBJECTS) $(EXTRA_OBJS)
$(O)/hosted.stamp: TEXT = $(HOSTED_FLAGS) \
	$(call say,for c in $(HOSTCC) clang; do $$c -dumpversion; done 2>&1)
$(O)/append.stamp: TEXT = $(WORDS)

$(O)/%.stamp: FORCE | needs
	@mkdir -p $(@D)
	@printf '%s\n' $(call quoted,$(TEXT)) > $@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; \
		$(if $(NEWS),echo '$(NEWS)',:); fi

.PHONY: FORCE
FORCE:

# ---- Running -----------------------------------------------------------------------

# The kernel's command line. Of two words `test` the last counts, so T=PATTERN
# chooses whatever APPEND says.
WORDS = $(APPEND)$(if $(T), test="$(T)")

.PHONY: iso
iso: $(ISO) ## make build/loft.iso, which GRUB boots from BIOS and from UEFI

$(ISO): $(ELF) $(O)/append.stamp scripts/image.sh boot/grub.cfg
	$(call quiet,ISO,$@)scripts/image.sh $(ELF) $@ $(call quoted,$(WORDS))

RUN = $(PYTHON) scripts/run.py --kernel $(ELF) --iso $(ISO) \
	--mem $(call quoted,$(MEM)) --smp $(call quoted,$(SMP)) \
	--accel $(call quoted,$(ACCEL)) $(if $(ICOUNT),--icount) \
	--append $(call quoted,$(WORDS)) --log $(O)/run.log

# Is there such a machine? Asked before anything is built for it.
.PHONY: machine
machine: | needs
	@$(RUN) --boot $(call quoted,$(BOOT)) $(if $(UEFI),--uefi) --check

.PHONY: run
run: $(if $(filter direct,$(BOOT)),$(ELF),$(ISO)) | machine ## boot at 8 GiB through GRUB and run the self-tests (MEM SMP APPEND T ACCEL ICOUNT BOOT UEFI)
	@$(RUN) --boot $(call quoted,$(BOOT)) $(if $(UEFI),--uefi) \
		--build-started "$$(cat $(O)/started)"

.PHONY: gdb
gdb: $(ELF) | machine ## start QEMU stopped, with gdb attached; `walk ADDR` shows a page walk
	@scripts/gdb/start.sh $(ELF) $(O)/gdb.log "$$($(RUN) --boot direct --print)"

# ---- Tests ---------------------------------------------------------------------------

.PHONY: test
ifneq ($(T),)
test: $(ELF) | machine
	@$(RUN) --boot direct --build-started "$$(cat $(O)/started)"
else
test: $(ELF) checked lowmem unit-build ## run every test there is; T=PATTERN: the in-kernel tests it names, in one boot
	@O=$(O) $(alone) $(PYTHON) -m pytest -q -n $(JOBS) tests
endif

.PHONY: tests
tests: $(ELF) ## list the kernel's tests, suite by suite (T=PATTERN)
	@$(PYTHON) scripts/tests.py $(ELF) $(call quoted,$(T))

# The same kernel, checking everything, and without highmem: scenarios boot
# them too.
extra_in = $(if $(EXTRA_OBJS),EXTRA_OBJS='$(EXTRA_OBJS:$(O)/%=$(1)/%)')
.PHONY: checked lowmem
checked: | needs
	@$(MAKE) O=$(O)/checked CHECK=1 $(call extra_in,$(O)/checked) all
lowmem: | needs
	@$(MAKE) O=$(O)/lowmem HIGHMEM=n $(call extra_in,$(O)/lowmem) all

.PHONY: mutate
mutate: | needs ## break the kernel in known ways, and see the suites notice (T)
	@$(alone) $(PYTHON) scripts/mutate.py -j $(JOBS) \
		$(foreach name,$(T),$(call quoted,$(name)))

include tests/hosted.mk

# ---- Benchmarks ------------------------------------------------------------------------

# On these machines, and T=PATTERN of the benchmarks. More CPUs change what
# flushes and interrupts cost, and little else: ALL=1 measures that.
BENCH_MEM := $(if $(filter file,$(origin MEM)),1G 8G 62G,$(MEM))
BENCH_SMP := $(if $(filter file,$(origin SMP)),$(if $(ALL),1 2 4,1),$(SMP))
BENCH_ARGS = --mem $(BENCH_MEM) --smp $(BENCH_SMP) --only $(call quoted,$(T))
BENCH = $(PYTHON) scripts/bench.py --kernel $(ELF) \
	--out $(O)/bench.json --linux $(O)/bench-linux.json

.PHONY: bench bench-check bench-update bench-linux
bench: $(ELF) ## measure what operations cost, at 1, 8 and 62 GiB (MEM SMP T; ALL=1: on 1, 2 and 4 CPUs)
	@$(BENCH) $(BENCH_ARGS)

bench-check: $(ELF) ## has an instruction count grown by more than 10 %?
	@$(BENCH) --check

bench-update: $(ELF) ## make today's instruction counts the ones to compare with
	@$(BENCH) --update

bench-linux: $(ELF) ## the same on Debian's 32-bit Linux, fetched once, and both in one table (MEM SMP T ALL)
	@$(BENCH) $(BENCH_ARGS) > $(O)/bench.txt
	@$(alone) $(PYTHON) scripts/bench_linux.py --build $(O) $(BENCH_ARGS)

# Drawing needs no measuring: tests/bench/measured is committed.
.PHONY: plot plot-measure
plot: | needs ## draw tests/bench/plots/*.svg and the tables of tests/bench from tests/bench/measured
	@$(PYTHON) scripts/plot.py

plot-measure: $(ELF) ## measure Loft's part of tests/bench/measured; take over build/bench*.json
	@$(PYTHON) scripts/plot_measure.py --build $(O)

.PHONY: conformance-linux
conformance-linux: | needs ## hold Debian's Linux against the conformance suite (MEM SMP)
	@$(alone) $(PYTHON) scripts/conformance_linux.py --build $(O) \
		--mem $(MEM) --smp $(if $(filter file,$(origin SMP)),2,$(SMP))

# ---- Keeping the tree in shape ---------------------------------------------------------

ALL_C  := $(sort $(wildcard boot/*.[ch] arch/*/*.[ch] arch/*/*/*.[ch] mm/*/*.[ch] \
	kernel/*/*.[ch] \
	include/*.h include/*/*.h include/*/*/*.h \
	$(patsubst %,tests/%/*.[ch],kernel unit fuzz bench) \
	tests/peer/linux/*.[ch] tests/peer/linux/conformance/*.[ch] \
	tests/peer/linux/include/*/*.h))
SHELLS := $(sort $(wildcard scripts/*.sh scripts/*/*.sh findings/*.sh)) .ci/run

LINTS := $(addprefix lint-,format cppcheck sparse scripts text rooms build)
.PHONY: lint $(LINTS)
lint: $(LINTS) ## compile with warnings as errors; check form, scripts, references
	@echo 'lint: clean'

lint-format: | needs
	$(call quiet,LINT,clang-format)clang-format --dry-run -Werror $(ALL_C)

lint-cppcheck: | needs
	@mkdir -p $(O)/cppcheck
	$(call quiet,LINT,cppcheck)cppcheck --quiet --error-exitcode=1 -j $(JOBS) \
		--enable=warning,portability,performance --inline-suppr \
		--std=c11 --platform=unix32 --cppcheck-build-dir=$(O)/cppcheck \
		--suppressions-list=scripts/cppcheck.txt -Iinclude -I. -DCHECK=1 -DHIGHMEM=1 \
		$(C_SOURCES)

# What sparse does not know of GCC is defined away.
SPARSEFLAGS := -m32 -std=gnu11 -Iinclude -I. -DCHECK=1 -DHIGHMEM=1 -Wsparse-error \
	-Wno-unknown-attribute -Wno-memcpy-max-count \
	-D_GCC_MAX_ALIGN_T '-D__VERSION__=""' '-D__builtin_longjmp=(void)' \
	'-D__builtin_setjmp=(bool)'

lint-sparse: | needs
	$(call quiet,LINT,sparse)for f in $(C_SOURCES); do \
		sparse $(SPARSEFLAGS) $$f || exit 1; done

lint-scripts: | needs
	$(call quiet,LINT,scripts)shellcheck $(SHELLS)
	@$(PYTHON) -m pyflakes scripts tests

lint-text: | needs
	$(call quiet,LINT,text)$(PYTHON) scripts/check_text.py

lint-rooms: | needs
	$(call quiet,LINT,rooms)$(PYTHON) scripts/check_rooms.py --figures
	@$(PYTHON) scripts/check_functions.py --figures

# The compilers that are here; clang with its library.
COMPILERS = $(foreach t,i686-linux-gnu i686-elf,$(if $(call has,$(t)-gcc),$(t))) \
	$(if $(wildcard $(call say,clang $(CLANG_TARGET) --rtlib=compiler-rt \
		-print-libgcc-file-name 2>/dev/null)),clang)

# With each of them; without highmem, and the hosted tests, once.
lint-build: | needs
	@for t in $(COMPILERS); do \
		$(MAKE) O=$(O)/lint/$$t TOOLCHAIN=$$t WERROR=1 all || exit 1; done
	@$(MAKE) O=$(O)/lint/lowmem HIGHMEM=n WERROR=1 all
	@$(MAKE) O=$(O)/lint/hosted WERROR=1 unit-build

# SUITES='trixie sid' and COMMANDS='run uefi' limit it. While a command runs the
# file LOCK=FILE is locked: other work on the same machine can take turns.
.PHONY: matrix
matrix: | needs ## run set-up, build, run, test and lint on Debian 12, 13 and unstable (SUITES COMMANDS)
	@$(alone) $(PYTHON) scripts/matrix.py --cache $(call quoted,$(CACHE)/matrix) \
		--logs $(O)/matrix --suites $(SUITES) --commands $(COMMANDS) \
		$(if $(LOCK),--lock $(LOCK))

.PHONY: clean
clean: ## remove what was built (the toolchain stays)
	rm -rf $(O)

.PHONY: help
help: ## print this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | sort | \
		while IFS="$$(printf '\t')" read -r t d; do \
		printf '  make %-17s %s\n' "$$t" "$$d"; done
