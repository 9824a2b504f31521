# conc: a concurrency teaching toolkit. `make help` lists the targets.
#
# Everything generated goes to build/, one folder per variant: `make tsan`
# calls this file again with SANITIZE=thread, which builds in build/thread/.
# Flags of your own (CC, CFLAGS, CPPFLAGS, LDFLAGS, LDLIBS, from the command
# line or the environment) come after ours and are left as they are.

VERSION := 0.1.0

CC ?= cc
AR ?= ar
INSTALL ?= install
PKG_CONFIG ?= pkg-config
STRIP ?= strip
SANITIZE ?=
CFLAGS ?= $(if $(SANITIZE)$(COVER),-O1,-O2) -g
CPPFLAGS ?=
LDFLAGS ?=
LDLIBS ?=

prefix ?= /usr/local
exec_prefix ?= $(prefix)
bindir ?= $(exec_prefix)/bin
libdir ?= $(exec_prefix)/lib
includedir ?= $(prefix)/include
datarootdir ?= $(prefix)/share
mandir ?= $(datarootdir)/man
docdir ?= $(datarootdir)/doc/conc
bashdir ?= $(datarootdir)/bash-completion/completions
zshdir ?= $(datarootdir)/zsh/site-functions
fishdir ?= $(datarootdir)/fish/vendor_completions.d

comma := ,
BUILD ?= build
VARIANT ?= $(if $(COVER),cover,$(subst $(comma),-,$(SANITIZE)))
B := $(BUILD)$(addprefix /,$(VARIANT))

# V=1 shows the commands, the default one word for each, -s nothing.
silent := $(findstring s,$(firstword -$(MAKEFLAGS)))
Q := $(if $(V),,@)
say = $(if $(V)$(silent),,printf '  %-5s %s\n' $(1) '$@' &&)

warnings := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wvla -Wpointer-arith -Wundef
cflags := -std=c11 -D_GNU_SOURCE -I. -pthread -fstack-clash-protection \
	'-ffile-prefix-map=$(CURDIR)=.' $(warnings) \
	$(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer) \
	$(if $(findstring undefined,$(SANITIZE)),-fno-sanitize-recover=all) \
	$(if $(COVER),--coverage -fprofile-update=atomic)
check_cflags = $(shell $(PKG_CONFIG) --cflags check 2>/dev/null)
check_libs = $(shell $(PKG_CONFIG) --libs check 2>/dev/null || echo -lcheck)
md4c_libs = $(shell $(PKG_CONFIG) --libs md4c 2>/dev/null || echo -lmd4c)
dwarf_libs = $(shell $(PKG_CONFIG) --libs libdw 2>/dev/null || echo -ldw)
compile = $(CC) $(cflags) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
link = $(CC) $(cflags) $(CFLAGS) $(LDFLAGS) -o $@ \
	$(filter %.o %.a,$^) $(LDLIBS) $(link_libs) $(md4c_libs) \
	$(dwarf_libs) -lm

lib_src := $(wildcard lib/*.c lib/*/*.c)
cmd_src := $(wildcard cmd/*.c)
test_src := $(wildcard tests/test_*.c)
cli_src := $(filter-out %/lib.sh,$(wildcard tests/cli/*.sh))
fuzz_src := $(wildcard tests/fuzz/fuzz_*.c)
bench_src := $(wildcard tests/bench/*.c)
all_src := $(lib_src) $(cmd_src) $(test_src) $(fuzz_src) $(bench_src) \
	tests/fuzz/driver.c $(wildcard tests/faults/*.c)

runtime_src := $(wildcard lib/explore/runtime/*.c) \
	lib/clock.c lib/ctx.c lib/folder.c lib/must.c lib/rng.c

obj = $(patsubst %.c,$(B)/%.o,$(1))
bin = $(patsubst %.c,$(B)/%,$(1))
tests := $(call bin,$(test_src))
fuzzers := $(call bin,$(fuzz_src))

.PHONY: all check asan tsan valgrind valgrind-run bench fuzz fuzz-run lint \
	cover cover-report deps deps-dev demo slides install install-strip \
	installcheck uninstall manifest dist distcheck clean distclean help \
	FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: $(B)/conc $(B)/libconc.a

$(B)/conc: $(call obj,$(cmd_src)) $(B)/libconc.a
	$(Q)$(call say,LINK) $(link)

# What is linked into explored programs: one object in which nothing of ours
# can be seen but what stands in for a function of the program, never with a
# sanitizer of ours inside. `conc` carries it, and the names to be exchanged.
explore := $(B)/explore
runtime_cflags := -std=c11 -D_GNU_SOURCE -I. -O2 -g -fno-builtin \
	-fvisibility=hidden -fstack-clash-protection \
	'-ffile-prefix-map=$(CURDIR)=.' \
	$(filter-out -Wmissing-prototypes,$(warnings))
OBJCOPY ?= objcopy
NM ?= nm

$(explore)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(Q)$(call say,CC) $(CC) $(runtime_cflags) $(CPPFLAGS) -MMD -MP -c \
		-o $@ $<

$(explore)/runtime.o: $(patsubst %.c,$(explore)/%.o,$(runtime_src))
	$(Q)$(call say,LD) $(LD) -r -o $@.all $^ && \
	$(NM) --defined-only $@.all | awk '$$2 == "T" && \
		$$3 ~ /^(__conc_|__tsan_|main$$)/ { print $$3 }' >$@.keep && \
	$(OBJCOPY) --keep-global-symbols=$@.keep \
		--rename-section .text=conc_text $@.all $@

$(explore)/names: $(explore)/runtime.o
	$(Q)$(call say,GEN) awk '/^__conc_/ { print substr($$0, 8), $$0 } \
		/^main$$/ { print "main", "__conc_main" }' $<.keep >$@

# The same as a library, to be loaded before those of a program that was built
# elsewhere: in the runtime's objects the functions that it stands in for get
# another name, and so does it call the real ones.
preload_src := lib/explore/runtime/preload/stubs.c
heap_names := malloc calloc realloc free

$(explore)/pic/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(Q)$(call say,CC) $(CC) $(filter-out -fvisibility=hidden,\
		$(runtime_cflags)) -fPIC $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(explore)/stubs.list: $(explore)/names
	$(Q)$(call say,GEN) awk -v heap=' $(heap_names) ' '\
		$$1 !~ /^(main$$|__tsan_)/ { \
		printf "%sNAME(%s)\n", \
		index(heap, " " $$1 " ") ? "HEAP_" : "", $$1 }' $< >$@ && \
		sed 's/^HEAP_//' $@ >$(explore)/names.list

$(explore)/pic/$(preload_src:.c=.o): $(explore)/stubs.list
$(explore)/pic/$(preload_src:.c=.o): runtime_cflags += \
	-DEXPLORE_STUBS='"$(explore)/stubs.list"' \
	-DEXPLORE_NAMES='"$(explore)/names.list"'

$(explore)/preload.so: $(patsubst %.c,$(explore)/pic/%.o,$(runtime_src)) \
		$(explore)/pic/$(preload_src:.c=.o)
	$(Q)$(call say,LINK) $(LD) -r -o $@.all $(filter %.o,$(filter-out \
		%/stubs.o,$^)) && \
	awk '$$1 ~ /^__tsan_/ { print $$1, "__entered_" $$1; print $$2, $$1 } \
		$$1 !~ /^(main$$|__tsan_)/ { print $$1, "__real_" $$1 }' \
		$(explore)/names >$@.names && \
	awk 'BEGIN { print "{ global: __tsan_*; __libc_start_main;" } \
		$$1 != "main" { print $$1 ";" } \
		END { print "local: *; };" }' $(explore)/names >$@.map && \
	$(OBJCOPY) --redefine-syms=$@.names $@.all $@.o && \
	$(CC) -shared -o $@ $(explore)/pic/$(preload_src:.c=.o) $@.o \
		-Wl,--version-script=$@.map -Wl,-z,initfirst \
		-Wl,--strip-debug

# What is loaded into each process of a program of several.
shim_src := $(wildcard lib/explore/runtime/shim/*.c)
$(explore)/shim.so: $(patsubst %.c,$(explore)/shim/%.o,$(shim_src))
	$(Q)$(call say,LINK) $(CC) -shared -o $@ $^ -Wl,--strip-debug

$(explore)/shim/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(Q)$(call say,CC) $(CC) $(runtime_cflags) -fno-omit-frame-pointer \
		-fPIC $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(B)/lib/explore/embedded.o: $(explore)/runtime.o $(explore)/names \
	$(explore)/preload.so $(explore)/shim.so
$(B)/lib/explore/embedded.o: cflags += \
	-DEXPLORE_RUNTIME='"$(explore)/runtime.o"' \
	-DEXPLORE_NAMES='"$(explore)/names"' \
	-DEXPLORE_PRELOAD='"$(explore)/preload.so"' \
	-DEXPLORE_SHIM='"$(explore)/shim.so"'

$(B)/libconc.a: $(call obj,$(lib_src))
	$(Q)$(call say,AR) rm -f $@ && $(AR) rcD $@ $^

# What a unit test or a fuzzer links of cmd/: everything but main.
$(B)/cmd.a: $(call obj,$(filter-out cmd/main.c,$(cmd_src)))
	$(Q)$(call say,AR) rm -f $@ && $(AR) rcD $@ $^

# Other flags than last time compile everything anew; but an installation
# takes what is there, since `sudo` may have dropped the flags.
flags := $(CC) $(cflags) $(CPPFLAGS) $(CFLAGS) $(VERSION)
$(B)/%.o: %.c $(if $(filter install%,$(MAKECMDGOALS)),,$(B)/flags)
	@mkdir -p $(@D)
	$(Q)$(call say,CC) $(compile)

$(B)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' "$(subst ",,$(flags))" | cmp -s - $@ || \
		printf '%s\n' "$(subst ",,$(flags))" >$@

# Only the objects that show the version know it, and only they are compiled
# again after a commit. A tree without git has no commit to show.
commit := $(shell GIT_OPTIONAL_LOCKS=0 git describe --always --dirty \
	--abbrev=12 --exclude='*' 2>/dev/null)
naming = $(call obj,$(shell grep -l $(1) $(cmd_src)))
$(call naming,CONC_VERSION): cflags += -DCONC_VERSION='"$(VERSION)"'
commit_obj := $(call naming,CONC_COMMIT)
$(commit_obj): cflags += $(if $(commit),-DCONC_COMMIT='"$(commit)"')
$(commit_obj): $(if $(filter install%,$(MAKECMDGOALS)),,$(B)/commit)

$(B)/commit: FORCE
	@mkdir -p $(@D)
	@echo '$(commit)' | cmp -s - $@ || echo '$(commit)' >$@

# Tests. Every one has a time limit in seconds, longer where all is slower.
LIMIT ?= $(if $(SANITIZE)$(COVER)$(VARIANT),1200,300)
run_tests = CONC='$(abspath $(B)/conc)' LIMIT=$(LIMIT) RUNNER='$(1)' \
	SANITIZE='$(SANITIZE)' sh tests/run.sh $(B)/logs

$(B)/tests/%.o: cflags += $(check_cflags)
$(B)/tests/test_%: link_libs = $(check_libs)
$(B)/tests/test_%: $(B)/tests/test_%.o $(B)/cmd.a $(B)/libconc.a
	$(Q)$(call say,LINK) $(link)

# What the system is made to refuse, and who goes through all refusals, and
# through argument lists.
faults := $(B)/tests/faults/refuse.so $(B)/tests/faults/sweep \
	$(B)/tests/faults/lists
$(B)/tests/faults/refuse.o: cflags += -fPIC
$(B)/tests/faults/refuse.so: $(B)/tests/faults/refuse.o
	$(Q)$(call say,LINK) $(link) -shared -ldl
$(B)/tests/faults/%: $(B)/tests/faults/%.o $(B)/tests/faults/watch.o
	$(Q)$(call say,LINK) $(link)

# Those that need nothing of what is built here are run for one variant.
apart := $(if $(VARIANT),,\
	$(wildcard tests/cross/*.sh tests/lint/*.sh tests/spin/*.sh))

check: $(tests) $(fuzzers) $(faults) $(B)/conc
	@$(run_tests) $(tests) $(fuzzers) $(cli_src) $(apart)

asan:
	@$(MAKE) --no-print-directory SANITIZE=$(ub_asan) check
tsan:
	@$(MAKE) --no-print-directory SANITIZE=thread check

memcheck := valgrind -q --error-exitcode=99 --leak-check=full \
	--show-leak-kinds=definite,indirect \
	--errors-for-leak-kinds=definite,indirect --trace-children=yes \
	--trace-children-skip='/bin/*,/usr/bin/*,*/conc.*/program'
# A variant of its own: code compiled where valgrind's header was not there
# would not tell it about stacks.
valgrind:
	@$(MAKE) --no-print-directory VARIANT=valgrind valgrind-run
valgrind-run: $(tests) $(B)/conc
	@$(call run_tests,$(memcheck)) $(tests) $(wildcard tests/valgrind/*.sh)

# Fuzzing: with clang's libFuzzer where it works, else with our own driver.
FUZZ_RUNS ?= 1000000
libfuzzer := $(if $(findstring fuzzer,$(SANITIZE)),-fsanitize=fuzzer)
$(B)/tests/fuzz/fuzz_%: link_libs = $(libfuzzer)
$(B)/tests/fuzz/fuzz_%: $(B)/tests/fuzz/fuzz_%.o \
		$(if $(libfuzzer),,$(B)/tests/fuzz/driver.o) \
		$(B)/cmd.a $(B)/libconc.a
	$(Q)$(call say,LINK) $(link)

ub_asan := address,undefined
probe := int LLVMFuzzerTestOneInput(char *d, long n); \
	int LLVMFuzzerTestOneInput(char *d, long n) { return d != 0 && n < 0; }
fuzz_with = $(MAKE) --no-print-directory VARIANT=fuzz fuzz-run

fuzz:
	@if echo '$(probe)' | \
		clang -fsanitize=fuzzer -x c -o /dev/null - 2>/dev/null; then \
		$(fuzz_with) CC=clang SANITIZE=fuzzer-no-link,$(ub_asan); \
	else echo 'no libFuzzer of clang: our own driver'; \
		$(fuzz_with) SANITIZE=$(ub_asan); fi

fuzz-run: $(fuzzers)
	@for f in $(fuzzers); do \
		FUZZ_RUNS=$(FUZZ_RUNS) sh tests/fuzz/run.sh $$f || exit 1; done

cover:
	@$(MAKE) --no-print-directory COVER=1 check
	@$(MAKE) --no-print-directory COVER=1 cover-report
cover-report:
	@sh tests/cover.sh $(B) $(lib_src) $(cmd_src)

lint:
	@sh tests/lint.sh

slides:
	@mkdir -p '$(B)/slides'
	@for deck in slides/*.md; do \
		awk -f slides/plain.awk $$deck >'$(B)'/$$deck || exit 1; done

bench: $(B)/conc $(call bin,$(bench_src))
	@CONC='$(abspath $(B)/conc)' CC='$(CC)' \
		sh tests/bench/run $(B)/tests/bench

sqlite_libs = $(shell $(PKG_CONFIG) --libs sqlite3 2>/dev/null)
$(B)/tests/bench/bench_fsq_sqlite.o: cflags += \
	$(if $(sqlite_libs),-DHAVE_SQLITE)
$(B)/tests/bench/bench_fsq_sqlite: link_libs = $(sqlite_libs)
$(B)/tests/bench/%: link_libs = -ldl
$(B)/tests/bench/%: $(B)/tests/bench/%.o $(B)/libconc.a
	$(Q)$(call say,LINK) $(link)

# What building, the demo and the tests need is installed before anything is
# compiled, under -j too.
deps:
	@CC='$(CC)' PKG_CONFIG='$(PKG_CONFIG)' sh tests/deps/install.sh
deps-dev:
	@CC='$(CC)' PKG_CONFIG='$(PKG_CONFIG)' sh tests/deps/install.sh --dev
$(call obj,$(all_src)): | $(filter deps deps-dev,$(MAKECMDGOALS))

demo: $(B)/conc
	$(B)/conc primes
	$(B)/conc compare

# Installation. `conc` itself writes its man pages and completions.
headers := $(wildcard lib/*.h)
commands := $(subst _,-,$(shell awk -F'[()]' '/^COMMAND/ { print $$2 }' \
	cmd/list.def 2>/dev/null))
man_pages := conc.1 $(commands:%=conc-%.1)
lessons := $(shell find lessons -type f 2>/dev/null | LC_ALL=C sort)
lessonsdir ?= $(datarootdir)/conc
install_dirs := $(bindir) $(libdir)/pkgconfig $(includedir)/conc/lib \
	$(mandir)/man1 $(docdir) $(bashdir) $(zshdir) $(fishdir) \
	$(sort $(dir $(lessons:%=$(lessonsdir)/%)))
installed := $(bindir)/conc $(libdir)/libconc.a $(libdir)/pkgconfig/conc.pc \
	$(headers:%=$(includedir)/conc/%) \
	$(man_pages:%=$(mandir)/man1/%) $(docdir)/README.md $(docdir)/LICENSE \
	$(bashdir)/conc $(zshdir)/_conc $(fishdir)/conc.fish \
	$(lessons:%=$(lessonsdir)/%)

install: $(B)/conc $(B)/libconc.a $(B)/share
	@for d in $(install_dirs); do \
		$(INSTALL) -d "$(DESTDIR)$$d" || exit 1; done
	$(INSTALL) -m 755 $(B)/conc "$(DESTDIR)$(bindir)/conc"
	$(INSTALL) -m 644 $(B)/libconc.a "$(DESTDIR)$(libdir)/libconc.a"
	$(INSTALL) -m 644 $(headers) "$(DESTDIR)$(includedir)/conc/lib"
	$(INSTALL) -m 644 README.md LICENSE "$(DESTDIR)$(docdir)"
	$(INSTALL) -m 644 $(man_pages:%=$(B)/share/%) "$(DESTDIR)$(mandir)/man1"
	$(INSTALL) -m 644 $(B)/share/conc.bash "$(DESTDIR)$(bashdir)/conc"
	$(INSTALL) -m 644 $(B)/share/conc.zsh "$(DESTDIR)$(zshdir)/_conc"
	$(INSTALL) -m 644 $(B)/share/conc.fish "$(DESTDIR)$(fishdir)/conc.fish"
	@for f in $(lessons); do $(INSTALL) -m 644 $$f \
		"$(DESTDIR)$(lessonsdir)/$$f" || exit 1; done
	sed -e 's|@prefix@|$(prefix)|' -e 's|@exec_prefix@|$(exec_prefix)|' \
		-e 's|@libdir@|$(libdir)|' -e 's|@includedir@|$(includedir)|' \
		-e 's|@version@|$(VERSION)|' lib/conc.pc.in \
		>"$(DESTDIR)$(libdir)/pkgconfig/conc.pc"

$(B)/share: $(B)/conc
	@rm -rf $@ $@.new && mkdir -p $@.new
	$(Q)$(call say,GEN) for shell in bash zsh fish; do \
		$(B)/conc completion $$shell >$@.new/conc.$$shell || exit 1; \
		done
	$(Q)$(B)/conc man >$@.new/conc.1
	$(Q)for c in $(commands); do \
		$(B)/conc man $$c >$@.new/conc-$$c.1 || exit 1; done
	@mv $@.new $@

install-strip: install
	$(STRIP) "$(DESTDIR)$(bindir)/conc"

installcheck:
	CC='$(CC)' PKG_CONFIG='$(PKG_CONFIG)' sh tests/installed.sh \
		"$(DESTDIR)" "$(bindir)" "$(libdir)" "$(includedir)" "$(mandir)"

manifest:
	@printf '%s\n' $(installed)

# Standard folders stay, but for those that become empty in a DESTDIR.
uninstall:
	@for f in $(installed); do rm -f "$(DESTDIR)$$f"; done
	@$(if $(DESTDIR),cd "$(DESTDIR)" && for d in $(install_dirs); do \
		rmdir -p ".$$d"; done,rmdir $(includedir)/conc/lib \
		$(includedir)/conc $(docdir); \
		find $(lessonsdir) -depth -type d -empty -delete) 2>/dev/null; :

# The same commit gives the same archive, byte for byte.
dist_name := conc-$(VERSION)
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
dist:
	@mkdir -p $(BUILD)
	git ls-files -z | tar --null -T - -cf - --sort=name \
		--mtime=@$(SOURCE_DATE_EPOCH) --owner=0 --group=0 \
		--numeric-owner --mode=go+r-w \
		--transform='s|^|$(dist_name)/|' | \
		gzip -n >$(BUILD)/$(dist_name).tar.gz

distcheck: dist
	@MAKE='$(MAKE)' sh tests/distcheck.sh $(BUILD)/$(dist_name).tar.gz

clean:
	rm -rf $(BUILD)
distclean: clean

help: ; $(info $(help))@:
define help
  all          build/conc and build/libconc.a (the default)
  check        all tests; the last line counts them
  asan tsan    the same under the address and undefined-behaviour, and the
               thread sanitizer (that without what has one thread)
  valgrind     the unit tests and some commands under valgrind
  lint         layers, lists, tags, format, sizes
  bench        times beside those of peers, as ratios (BENCH=full: all)
  fuzz         a million inputs for each parser
  cover        per file, the lines that the tests reach
  demo         the main job: count primes, and compare all models at it
  deps         install what building, the demo and the tests need
  deps-dev     the same for lint, valgrind, fuzz and spin
  slides       the decks with their code in them, to $(BUILD)/slides
  install      to DESTDIR and prefix ($(prefix)); uninstall takes it away
  dist         a source archive; distcheck builds and tests from it
  clean        remove $(BUILD)/

  Variables: CC CFLAGS CPPFLAGS LDFLAGS LDLIBS AR PKG_CONFIG BUILD V=1
endef

-include $(patsubst %.o,%.d,$(call obj,$(all_src))) \
	$(patsubst %.c,$(explore)/%.d,$(runtime_src)) \
	$(patsubst %.c,$(explore)/pic/%.d,$(runtime_src) $(preload_src)) \
	$(patsubst %.c,$(explore)/shim/%.d,$(shim_src))
