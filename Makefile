# conc: a concurrency teaching toolkit. `make help` lists the targets.
#
# Everything generated goes to build/, one folder per variant: `make tsan`
# calls this file again with SANITIZE=thread, which builds in build/thread/.

VERSION := 0.1.0

CC ?= cc
AR ?= ar
INSTALL ?= install
PKG_CONFIG ?= pkg-config
CFLAGS ?= -O2 -g
CPPFLAGS ?=
LDFLAGS ?=
LDLIBS ?=
SANITIZE ?=

comma := ,
B := build$(if $(SANITIZE),/$(subst $(comma),-,$(SANITIZE)))

warnings := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wvla -Wpointer-arith -Wundef
cflags := -std=c11 -D_GNU_SOURCE -I. -pthread \
	-fstack-clash-protection -ffile-prefix-map=$(CURDIR)=. $(warnings) \
	$(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -O1)
check_cflags = $(shell $(PKG_CONFIG) --cflags check 2>/dev/null)
check_libs = $(shell $(PKG_CONFIG) --libs check 2>/dev/null || echo -lcheck)

lib_src := $(wildcard lib/*.c lib/*/*.c)
cmd_src := $(wildcard cmd/*.c)
test_src := $(wildcard tests/test_*.c)

obj = $(patsubst %.c,$(B)/%.o,$(1))
tests := $(patsubst tests/%.c,$(B)/tests/%,$(test_src))

.PHONY: all check unit cli asan tsan clean
.DELETE_ON_ERROR:
.SECONDARY:

all: $(B)/conc

$(B)/conc: $(call obj,$(cmd_src)) $(B)/libconc.a
	$(CC) $(cflags) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lm

$(B)/libconc.a: $(call obj,$(lib_src))
	@rm -f $@
	$(AR) rcD $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(cflags) -DCONC_VERSION='"$(VERSION)"' $(CPPFLAGS) $(CFLAGS) \
		-MMD -MP -c -o $@ $<

$(B)/tests/%.o: cflags += $(check_cflags)
$(B)/tests/test_%: $(B)/tests/test_%.o $(B)/libconc.a
	$(CC) $(cflags) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(check_libs) -lm

check: unit

unit: $(tests)
	@for t in $(tests); do ./$$t || exit 1; done

asan:
	$(MAKE) SANITIZE=address,undefined check
tsan:
	$(MAKE) SANITIZE=thread check

clean:
	rm -rf build

-include $(patsubst %.o,%.d,$(call obj,$(lib_src) $(cmd_src) $(test_src)))
