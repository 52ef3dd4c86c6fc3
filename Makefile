# Hello Socket. `make help` lists what there is to make; V=1 shows the commands.
CFLAGS = -Os -flto=auto -fno-asynchronous-unwind-tables
LDFLAGS = -Wl,-z,noseparate-code
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes
SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
LARGE = -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 # where a long has 32 bits
ALL_CFLAGS = -std=c11 $(WARNINGS) -D_GNU_SOURCE $(LARGE) -I. -MMD -MP
# A layer is a folder; what only tests, measures or documents is none.
FOLDERS = $(filter-out build/ bench/ docs/ learn/ packaging/ public/ tests/, \
	$(wildcard */))
SOURCES = $(wildcard *.c $(FOLDERS:%=%*.c))
TESTS = $(wildcard tests/*.c tests/lib/*.c tests/fuzz/*.c $(FOLDERS:%=tests/%*.c))
# Built to be fast: what each message passes, and a wing that has a file FAST.
FAST = $(filter-out hello.c,$(wildcard *.c serve/*.c http/*.c ws/*.c \
	$(patsubst %/FAST,%/*.c,$(wildcard */FAST))))
FAST_CFLAGS = -O2 $(addprefix -fno-align-,functions jumps loops labels) \
	-fno-plt -Wno-ignored-optimization-argument # clang knows only some
BUILD := build/$(shell printf %s '$(notdir $(CC))' | tr ' ' _)
MAKEFLAGS += -j$(shell nproc)
SAY = @$(if $(V),set -x;,echo "$(1)";)

## server: the program; what `make` alone makes
server: $(BUILD)/server ; @ln -f $< $@ 2>/dev/null || cp $< $@
## run: build it and start it on http://localhost:3000
run: server ; ./server
## test: unit and loopback tests, under the sanitizers
test: build/asan/server build/asan/tests/all ; tests/run build/asan/tests/all
## format: lay out every source as .clang-format says
format: ; clang-format -i $$(git ls-files '*.[ch]')
## clean: remove what was made
clean: ; rm -rf build server
## learn: the course: 35 patches, each built and graded; two minutes
learn: server ; learn/run
## rfc: where each rule of RFC 6455 is kept, and which test breaks it
rfc: ; tests/rfc
## docs: renew bytes and line numbers in the Markdown
docs: ; docs/check write
## fuzz: every fuzzer for a minute; tests/fuzz/run.sh SECONDS for longer
fuzz: ; tests/fuzz/run.sh 60
## prove: what no input can break, by Frama-C: 15 minutes
## faults: every call that can fail does, in turn: ten minutes
prove faults: ; tests/$@/run.sh
## attacks: 1000 hostile peers of each kind, five minutes; prints a table
## soak: hostile and honest load for ten minutes; tests/soak SECONDS for longer
## coverage: what the tests reach, as a table; fails where it is too little
attacks soak coverage: server ; SERVER=./server tests/$@
## bench: measure the server beside a raw echo; prints tables
## bench-quick: the main lines of that, in a minute
## bench-instructions: instructions a message, counted by valgrind
bench bench-quick bench-instructions: server ; bench/run $(@:bench-%=%)
## help: this list
help: ; @sed -n 's/^## /  make /p' $(MAKEFILE_LIST)
sources: ; @echo $(SOURCES) # for scripts: the program's C files,
tests: ; @echo $(TESTS) # and those of its unit tests

$(BUILD)/server: $(SOURCES:%.c=$(BUILD)/%.o)
	$(call SAY,LD $@) $(CC) $(HARDEN) $(CFLAGS) $(LDFLAGS) -o $@ $^
build/asan/server: $(SOURCES:%.c=build/asan/%.o)
	$(call SAY,LD $@) $(CC) $(SANITIZE) -o $@ $^
build/asan/tests/all: $(TESTS:%.c=build/asan/%.o) \
		$(patsubst %.c,build/asan/%.o,$(filter-out hello.c,$(SOURCES)))
	$(call SAY,LD $@) $(CC) $(SANITIZE) @tests/lib/wrapped -o $@ $^ -lcriterion
$(TESTS:%.c=build/asan/%.o): | criterion
criterion: ; @tests/need criterion
$(FAST:%.c=$(BUILD)/%.o): CFLAGS += $(FAST_CFLAGS)
$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call SAY,CC $<) $(CC) $(ALL_CFLAGS) $(HARDEN_CC) $(CFLAGS) -DNDEBUG -c -o $@ $<
build/asan/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call SAY,CC $<) $(CC) $(ALL_CFLAGS) $(SANITIZE) -c -o $@ $<
include $(wildcard */*.mk) # what a folder adds

.PHONY: $(shell sed -n 's/^## \([a-z-]*\):.*/\1/p' Makefile) sources tests criterion
-include $(shell find build $(BUILD) -name '*.d' 2>/dev/null)
