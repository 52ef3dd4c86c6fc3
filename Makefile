# Hello Socket. `make help` lists what there is to make.
PREFIX = /usr/local
CFLAGS = -Os -flto=auto -fno-asynchronous-unwind-tables
LDFLAGS = -Wl,-z,noseparate-code
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes
SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
ALL_CFLAGS = -std=c11 $(WARNINGS) -D_GNU_SOURCE -I. -MMD -MP

# A layer is a folder; what only tests, measures or documents is none.
FOLDERS = $(filter-out build/ bench/ docs/ public/ tests/,$(wildcard */))
SOURCES = $(wildcard *.c $(FOLDERS:%=%*.c))
TESTS = $(wildcard tests/*.c tests/lib/*.c tests/fuzz/*.c $(FOLDERS:%=tests/%*.c))
# What each request or message passes: built to be fast, the rest to be small.
FAST = $(filter-out hello.c,$(wildcard *.c http/*.c ws/*.c))
CC_NAME := $(shell printf %s '$(notdir $(CC))' | tr ' ' _)
BUILD = build/$(CC_NAME)
MAKEFLAGS += -j$(shell nproc)
SAY = @$(if $(V),set -x;,echo "$(1) $@";)

## server: the program; what `make` alone makes
server: $(BUILD)/server
	@ln -f $< $@

## run: build it and start it on http://localhost:3000
run: server
	./server

## test: unit and loopback tests, under the sanitizers
test: build/asan/server build/asan/tests/all
	tests/run build/asan/tests/all

criterion:
	@tests/need criterion
$(TESTS:%.c=build/asan/%.o): | criterion

## rfc: where each rule of RFC 6455 is kept, and which test breaks it
rfc:
	tests/rfc

## docs: bytes and line numbers in the Markdown, as they are now
docs:
	docs/check write

## fuzz: every fuzzer for a minute; tests/fuzz/run.sh SECONDS for longer
fuzz:
	tests/fuzz/run.sh 60

## attacks: 1000 hostile peers of each kind, five minutes; prints a table
## soak: hostile and honest load for ten minutes; tests/soak SECONDS for longer
## coverage: what the tests reach, as a table; fails where it is too little
attacks soak coverage: server
	SERVER=./server tests/$@

## faults: every call that can fail does, in turn: ten minutes
faults:
	tests/faults/run.sh

## bench: measure the server beside a raw echo; prints tables
## bench-quick: the main lines of that, in a minute
## bench-instructions: instructions a message, counted by valgrind
bench bench-quick bench-instructions: server
	bench/run $(@:bench-%=%)

$(BUILD)/server: $(SOURCES:%.c=$(BUILD)/%.o)
	$(call SAY,LD) $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

build/asan/server: $(SOURCES:%.c=build/asan/%.o)
	$(call SAY,LD) $(CC) $(SANITIZE) -o $@ $^

build/asan/tests/all: $(TESTS:%.c=build/asan/%.o) \
		$(patsubst %.c,build/asan/%.o,$(filter-out hello.c,$(SOURCES)))
	$(call SAY,LD) $(CC) $(SANITIZE) -Wl,--wrap=calloc,--wrap=realloc \
		-o $@ $^ -lcriterion

$(FAST:%.c=$(BUILD)/%.o): CFLAGS += -O2

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call SAY,CC) $(CC) $(ALL_CFLAGS) $(CFLAGS) -DNDEBUG -c -o $@ $<

build/asan/%.o: %.c
	@mkdir -p $(@D)
	$(call SAY,CC) $(CC) $(ALL_CFLAGS) $(SANITIZE) -c -o $@ $<

## install: as hello-socket, with its page (PREFIX, DESTDIR)
share = $(DESTDIR)$(PREFIX)/share/hello-socket
install: server
	install -D server $(DESTDIR)$(PREFIX)/bin/hello-socket
	cd public && find . -type f -exec install -D -m 644 {} $(share)/public/{} \;

## format: lay out every source as .clang-format says
format:
	clang-format -i $$(git ls-files '*.[ch]')

## clean: remove what was made
clean:
	rm -rf build server

## help: this list
help:
	@sed -n 's/^## /  make /p' $(MAKEFILE_LIST)

# For scripts: the program's C files, and those of its unit tests.
sources:
	@echo $(SOURCES)
tests:
	@echo $(TESTS)

.PHONY: server run test criterion rfc docs fuzz attacks soak coverage faults \
	bench bench-quick bench-instructions install format clean help sources tests
-include $(shell find build -name '*.d' 2>/dev/null)
