# SPDX-License-Identifier: MIT
#
# Kernel sources in ordinary processes: unit tests, their coverage, fuzzing.
# Each program names the unchanged kernel sources that it is linked with in its
# second line, `/* sources: mm/memblock/memblock.c ... */`. It is built in variants, each
# in a directory of its own:
#
#	build/unit/64                  gcc, address and undefined sanitizers, CHECK=1
#	build/unit/32                  the same with 32 bits, CHECK=0 as in a release
#	build/coverage                 gcc, counters
#	build/fuzz                     clang, libFuzzer and the sanitizers

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
HOSTED_FLAGS := -std=gnu11 -g $(WARNINGS) -iquote arch/host/include -iquote include -iquote . -DHOSTED=1 -DHIGHMEM=0
CMOCKA32 := $(CACHE)/cmocka32/usr/lib/i386-linux-gnu

UNIT_CC64   := $(HOSTCC) -m64 -O1 -DCHECK=1 $(SANITIZE)
UNIT_CC32   := $(HOSTCC) -m32 -O1 -DCHECK=0 $(SANITIZE)
COVERAGE_CC := $(HOSTCC) -O0 -DCHECK=1 --coverage
FUZZ_CC     := clang -O1 -DCHECK=1 -fsanitize=fuzzer,address,undefined \
	-fno-sanitize-recover=all

UNIT_TESTS := $(basename $(notdir $(sort $(wildcard tests/unit/*_test.c))))
FUZZERS    := $(basename $(notdir $(sort $(wildcard tests/fuzz/*_fuzz.c))))

# NAME=SOURCE for each source that a program names.
NAMED := $(shell awk 'FNR == 2 && /sources:/ { \
	n = split(FILENAME, path, /[.\/]/); \
	for (i = 3; i < NF; i++) print path[n - 1] "=" $$i }' \
	$(UNIT_TESTS:%=tests/unit/%.c) $(FUZZERS:%=tests/fuzz/%.c) /dev/null)
sources_of = $(patsubst $(1)=%,%,$(filter $(1)=%,$(NAMED)))

# Kernel sources are compiled as for the kernel; what stands in for the machine,
# and the tests, as ordinary programs.
freestanding = $(if $(filter tests/% arch/host/%,$<),,-ffreestanding)

# $(1) directory, $(2) label, $(3) compiler
define objects
$(O)/$(1)/%.o: %.c $(O)/hosted.stamp
	@mkdir -p $$(@D)
	$$(call quiet,$(2),$$<)$(3) $(HOSTED_FLAGS) $$(freestanding) -MMD -MP \
		-c $$< -o $$@
endef

# $(1) program, $(2) its folder, $(3) its name, $(4) directory, $(5) compiler,
# $(6) libraries
define program
$(O)/$(1): $(patsubst %.c,$(O)/$(4)/%.o,tests/$(2)/$(3).c $(call sources_of,$(3)))
	$$(call quiet,LINK,$$@)$(5) $$^ -o $$@ $(6)
endef

# ---- Unit tests ---------------------------------------------------------------

LIBS32 := $(call quoted,$(CMOCKA32)/libcmocka.so.0) \
	-Wl,-rpath,$(call quoted,$(CMOCKA32))

$(eval $(call objects,unit/64,CC64,$(UNIT_CC64)))
$(eval $(call objects,unit/32,CC32,$(UNIT_CC32)))
$(foreach t,$(UNIT_TESTS),\
	$(eval $(call program,unit/$(t)64,unit,$(t),unit/64,$(UNIT_CC64),-lcmocka))\
	$(eval $(call program,unit/$(t)32,unit,$(t),unit/32,$(UNIT_CC32),$(LIBS32))))

.PHONY: unit-build unit
unit-build: $(UNIT_TESTS:%=$(O)/unit/%64) $(UNIT_TESTS:%=$(O)/unit/%32)
unit: unit-build ## run the hosted unit tests alone
	@O=$(O) $(PYTHON) -m pytest -q -n $(JOBS) tests/test_unit_programs.py

# ---- Coverage -------------------------------------------------------------------

$(eval $(call objects,coverage,COV,$(COVERAGE_CC)))
$(foreach t,$(UNIT_TESTS),\
	$(eval $(call program,coverage/$(t),unit,$(t),coverage,$(COVERAGE_CC),-lcmocka)))

.PHONY: coverage
coverage: $(UNIT_TESTS:%=$(O)/coverage/%) ## run the unit tests with counters; lines and branches of each kernel source
	@scripts/coverage.sh $(O)/coverage $(UNIT_TESTS)

# ---- Fuzzing ----------------------------------------------------------------------

$(eval $(call objects,fuzz,FUZZ,$(FUZZ_CC)))
$(foreach t,$(FUZZERS),\
	$(eval $(call program,fuzz/$(t),fuzz,$(t),fuzz,$(FUZZ_CC))))

.PHONY: fuzz $(FUZZERS)
fuzz: $(FUZZERS) ## fuzz each target for FUZZ_SECONDS (20)
	@echo 'fuzz: nothing found'
$(FUZZERS): %: $(O)/fuzz/%
	@scripts/fuzz.sh $< tests/fuzz/corpus/$(@:_fuzz=) $(FUZZ_SECONDS)

# Objects stay, so that the next build is a short one.
.SECONDARY:

-include $(shell find $(O)/unit $(O)/coverage $(O)/fuzz -name '*.d' 2>/dev/null)
