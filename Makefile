# SPDX-License-Identifier: MIT
#
# Loft's door: `make run` and `make test` do everything from a bare Debian 12,
# set-up included. `make help` lists the rest.
#
#	sources --CC/NASM--> build/**/*.o --LD, linker.ld--> build/loft.elf
#	                                     --GRUB--> build/loft.iso --QEMU--> verdict
#
# Objects are rebuilt when their sources, the headers those include, or the
# flags change, and only then: every rule depends on build/flags, a file that
# is touched only when what it holds has changed.

# ---- Words for the command line ------------------------------------------

MEM    ?= 8G
SMP    ?= 1
APPEND ?= test
ACCEL  ?= tcg
ICOUNT ?=
BOOT   ?= grub
UEFI   ?=
T      ?=
O      ?= build
EXTRA_OBJS ?=
FUZZ_SECONDS ?= 20
WERROR ?=
V      ?=

# ---- Tools ----------------------------------------------------------------

# i686-elf-gcc from the PATH, or as built by `make toolchain`; else Debian's
# prebuilt cross compiler, so that the first run waits for no compiler.
CACHE := $(or $(LOFT_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/loft)
BUILT := $(CACHE)/i686-elf/bin/
ifneq ($(shell command -v i686-elf-gcc),)
TOOLCHAIN ?= i686-elf
else ifneq ($(wildcard $(BUILT)i686-elf-gcc),)
TOOLCHAIN ?= i686-elf
else
TOOLCHAIN ?= i686-linux-gnu
endif
CROSS := $(if $(filter i686-elf,$(TOOLCHAIN)),$(if $(shell command -v i686-elf-gcc),,$(BUILT)))$(TOOLCHAIN)-

CC      := $(CROSS)gcc
LD      := $(CROSS)ld
NASM    := nasm
HOSTCC  := gcc
PYTHON  := /usr/bin/python3
SETUP   := scripts/setup.sh

MAKEFLAGS += --no-print-directory --no-builtin-rules
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif
quiet = $(if $(V),,@printf '  %-4s %s\n' $(1) $(2);)

# ---- Flags ------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wundef -Wvla -Wpointer-arith -Wwrite-strings -Wold-style-definition \
	$(if $(WERROR),-Werror)

# i586, not i686: the kernel tells a CPU without PAE so, and must not trip over
# an instruction that such a CPU lacks before it can. Frame pointers and real
# calls at the end of functions keep backtraces whole.
CFLAGS := -std=gnu11 -O2 -g $(WARNINGS) -Iinclude \
	-ffreestanding -march=i586 -mtune=generic -mgeneral-regs-only \
	-fno-pic -fno-pie -fno-common -fno-strict-aliasing \
	-fno-stack-protector -fno-asynchronous-unwind-tables \
	-fno-omit-frame-pointer -fno-optimize-sibling-calls
NASMFLAGS := -f elf32 -g -F dwarf -Wall -I$(O)/
LDFLAGS := -m elf_i386 -nostdlib -static -z noexecstack --build-id=none \
	$(if $(WERROR),--fatal-warnings)

# ---- The kernel ---------------------------------------------------------------

C_SOURCES   := $(sort $(wildcard boot/*.c arch/i386/*.c mm/*.c kernel/*.c \
	tests/kernel/*.c))
ASM_SOURCES := $(sort $(wildcard boot/*.asm arch/i386/*.asm))
OBJECTS     := $(C_SOURCES:%.c=$(O)/%.o) $(ASM_SOURCES:%.asm=$(O)/%.asm.o)
ELF := $(O)/loft.elf
ISO := $(O)/loft.iso

.PHONY: all
all: $(ELF) ## build the kernel (what plain `make` does)

$(ELF): $(OBJECTS) $(EXTRA_OBJS) $(O)/linker.ld $(O)/flags
	$(call quiet,LD,$@)$(LD) $(LDFLAGS) -T $(O)/linker.ld -o $@ \
		$(OBJECTS) $(EXTRA_OBJS) "$$($(CC) -print-libgcc-file-name)"
	@if command -v grub-file >/dev/null && \
		! grub-file --is-x86-multiboot2 $@; then \
		echo "$@: no multiboot2 header where loaders look" >&2; \
		rm -f $@; exit 1; fi

$(O)/%.o: %.c $(O)/flags
	@mkdir -p $(@D)
	$(call quiet,CC,$<)$(CC) $(CFLAGS) -MMD -MP -c $< -o $@

$(O)/%.asm.o: %.asm $(O)/layout.inc $(O)/flags
	@mkdir -p $(@D)
	$(call quiet,NASM,$<)$(NASM) $(NASMFLAGS) -MD $(@:.o=.d) -MP $< -o $@

# The address map, for those who do not read C.
$(O)/layout.inc: include/arch/layout.h $(O)/flags
	@$(CC) -E -dM -undef $< | sed -n 's/^#define \([A-Z_0-9]* [0-9]\)/%define \1/p' > $@

$(O)/linker.ld: linker.ld include/arch/layout.h $(O)/flags
	@$(CC) -E -P -undef -x assembler-with-cpp -Iinclude $< -o $@

# Rewritten when what it says has changed; says once which compiler is used.
$(O)/flags: FORCE | setup-build
	@mkdir -p $(O)
	@echo '$(CC) $(CFLAGS) $(NASMFLAGS) $(LDFLAGS) $(EXTRA_OBJS)' \
		"$$($(CC) -dumpfullversion)" > $@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; \
		echo "compiler: $(CC) $$($(CC) -dumpfullversion)"; fi
.PHONY: FORCE
FORCE:

-include $(OBJECTS:.o=.d)

# ---- Running --------------------------------------------------------------------

.PHONY: iso
iso: $(ISO) ## make build/loft.iso, which GRUB boots from BIOS and UEFI

$(ISO): $(ELF) $(O)/append scripts/image.sh boot/grub.cfg
	$(call quiet,ISO,$@)scripts/image.sh $(ELF) $@ '$(subst ','\'',$(APPEND))'

$(O)/append: FORCE
	@mkdir -p $(O)
	@printf '%s\n' '$(subst ','\'',$(APPEND))' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

STARTED := $(shell date +%s.%N)
RUN = $(PYTHON) scripts/run.py --kernel $(ELF) --iso $(ISO) --mem $(MEM) \
	--smp $(SMP) --accel $(ACCEL) $(if $(ICOUNT),--icount) \
	--log $(O)/run.log --build-started $(STARTED)

.PHONY: run
run: setup-run $(if $(filter direct,$(BOOT)),$(ELF),$(ISO)) ## boot at 8 GiB through GRUB and run the self-tests (MEM SMP APPEND ACCEL ICOUNT BOOT UEFI)
	@$(RUN) --boot $(BOOT) $(if $(UEFI),--uefi) --append '$(subst ','\'',$(APPEND))'

.PHONY: gdb
gdb: setup-gdb $(ELF) ## start QEMU stopped, with gdb attached; `walk ADDR` shows a page walk
	@scripts/gdb/start.sh $(ELF) $(O)/gdb.log \
		$$($(PYTHON) scripts/run.py --print --kernel $(ELF) --mem $(MEM) \
		--smp $(SMP) --boot direct)

# ---- Tests ------------------------------------------------------------------------

.PHONY: test
ifneq ($(T),)
test: setup-run $(ELF) ## run everything; T=PATTERN: the in-kernel tests it names, one boot
	@$(RUN) --boot direct --append 'test="$(T)"'
else
test: setup-test $(ELF) unit-build ## run everything; T=PATTERN: the in-kernel tests it names, one boot
	@O=$(O) $(PYTHON) -m pytest -q -n 2 tests
endif

.PHONY: mutate
mutate: setup-test ## break the kernel in known ways, and see the suites notice
	@$(PYTHON) scripts/mutate.py

include tests/hosted.mk

# ---- Keeping the tree in shape ------------------------------------------------------

OURS_C := $(sort $(wildcard boot/*.[ch] arch/*/*.[ch] mm/*.[ch] kernel/*.[ch] \
	include/*/*.h tests/kernel/*.[ch] tests/unit/*.[ch] tests/fuzz/*.[ch]))
SHELLS := $(sort $(wildcard scripts/*.sh scripts/*/*.sh) .ci/run)

.PHONY: lint
lint: setup-lint lint-format lint-cppcheck lint-sparse lint-scripts lint-text lint-build ## compile with warnings as errors; check form, scripts, references
	@echo "lint: clean"

.PHONY: lint-format lint-cppcheck lint-sparse lint-scripts lint-text lint-build
lint-format: | setup-lint
	$(call quiet,LINT,clang-format)clang-format --dry-run -Werror $(OURS_C)

lint-cppcheck: | setup-lint
	@mkdir -p $(O)/cppcheck
	$(call quiet,LINT,cppcheck)cppcheck --quiet --error-exitcode=1 \
		--enable=warning,portability,performance --inline-suppr \
		--std=c11 --platform=unix32 --cppcheck-build-dir=$(O)/cppcheck \
		--suppressions-list=scripts/cppcheck.txt -Iinclude $(C_SOURCES)

# What sparse does not know of GCC is defined away.
SPARSEFLAGS := -m32 -std=gnu11 -Iinclude -Wsparse-error -Wno-unknown-attribute \
	-D_GCC_MAX_ALIGN_T '-D__VERSION__=""' '-D__builtin_longjmp=(void)'

lint-sparse: | setup-lint
	$(call quiet,LINT,sparse)for f in $(C_SOURCES); do \
		sparse $(SPARSEFLAGS) $$f || exit 1; done

lint-scripts: | setup-lint
	$(call quiet,LINT,scripts)shellcheck $(SHELLS)
	@$(PYTHON) -m pyflakes scripts tests

lint-text: | setup-lint
	$(call quiet,LINT,references)$(PYTHON) scripts/check_text.py

# Both compilers, where both are here.
lint-build: | setup-lint
	@for t in i686-linux-gnu $(if $(wildcard $(BUILT)i686-elf-gcc),i686-elf); do \
		$(MAKE) O=$(O)/lint-$$t TOOLCHAIN=$$t WERROR=1 all || exit 1; done
	@$(MAKE) O=$(O)/lint-i686-linux-gnu WERROR=1 unit-build

.PHONY: toolchain
toolchain: setup-toolchain ## build binutils and GCC for i686-elf into the cache (once, 10-20 minutes)
	@scripts/toolchain.sh $(CACHE)/i686-elf

SETUPS := $(addprefix setup-,build run test lint fuzz coverage gdb bochs toolchain)
.PHONY: setup $(SETUPS)
setup: $(SETUPS) ## install all that any target needs
$(SETUPS):
	@$(SETUP) $(@:setup-%=%)

.PHONY: clean
clean: ## remove what was built (not the toolchain)
	rm -rf $(O)

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | sort -u | \
		while IFS="$$(printf '\t')" read -r t d; do \
		printf '  make %-10s %s\n' "$$t" "$$d"; done
