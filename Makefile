# Hello Socket. `make help` lists what there is to make.
PREFIX = /usr/local
CFLAGS = -Os -flto=auto -fno-asynchronous-unwind-tables
LDFLAGS = -Wl,-z,noseparate-code
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes
SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
ALL_CFLAGS = -std=c11 $(WARNINGS) -D_GNU_SOURCE -MMD -MP

SOURCES = $(wildcard *.c)
# What each request or message passes: built to be fast, the rest to be small.
FAST = app buf client conn deadline frame http loop pool response rules sha1 \
	slice utf8 ws
TESTS = $(wildcard tests/*.c)
LOAD = $(filter-out bench/raw.c bench/lws.c,$(wildcard bench/*.c))
BENCH = server build/bench/raw build/bench/load
MAKEFLAGS += -j$(shell nproc)
BUILD = build/$(notdir $(CC))

## server: the program; what `make` alone makes
server: $(BUILD)/server
	@ln -f $< $@

## run: build it and start it on http://localhost:3000
run: server
	./server

## test: unit and loopback tests, under the sanitizers
test:
	tests/need criterion
	$(MAKE) --no-print-directory build/asan/server build/asan/tests/all
	tests/run build/asan/tests/all

## rfc: where each rule of RFC 6455 is kept, and which test breaks it
rfc:
	tests/rfc

## docs: bytes and line numbers in the Markdown, as they are now
docs:
	docs/check write

## fuzz: every fuzzer for a minute; tests/fuzz SECONDS for longer
fuzz:
	tests/need clang
	tests/fuzz 60

## attacks: 1000 hostile peers of each kind, five minutes; prints a table
attacks: server
	SERVER=./server tests/attacks

## soak: hostile and honest load for ten minutes; tests/soak SECONDS for longer
soak: server
	SERVER=./server tests/soak

## coverage: what the tests reach, as a table; fails where it is too little
coverage:
	tests/coverage

## faults: every call that can fail does, in turn: ten minutes
faults:
	tests/faults/run.sh

$(BUILD)/server: $(SOURCES:%.c=$(BUILD)/%.o)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

build/asan/server: $(SOURCES:%.c=build/asan/%.o)
	$(CC) $(SANITIZE) -o $@ $^

build/asan/tests/all: $(TESTS:%.c=build/asan/%.o) \
		$(patsubst %.c,build/asan/%.o,$(filter-out hello.c,$(SOURCES)))
	$(CC) $(SANITIZE) -Wl,--wrap=calloc,--wrap=realloc -o $@ $^ -lcriterion

$(FAST:%=$(BUILD)/%.o) $(LOAD:%.c=$(BUILD)/%.o): CFLAGS += -O2

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(CFLAGS) -DNDEBUG -c -o $@ $<

build/asan/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(SANITIZE) -c -o $@ $<

## bench: measure the server beside a raw echo; prints tables
bench: $(BENCH)
	bench/run

## bench-quick: the main lines of that, in a minute
bench-quick: $(BENCH)
	bench/run quick

## bench-instructions: instructions a message, counted by valgrind
bench-instructions: $(BENCH)
	tests/need valgrind
	bench/instructions

build/bench/load: $(LOAD:%.c=$(BUILD)/%.o) $(BUILD)/sha1.o $(BUILD)/base64.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

build/bench/raw: bench/raw.c sha1.c base64.c sha1.h base64.h
	@mkdir -p $(@D)
	$(CC) $(filter-out -MMD -MP,$(ALL_CFLAGS)) $(CFLAGS) -O3 -o $@ \
		$(filter %.c,$^)

## install: as hello-socket, with its page (PREFIX, DESTDIR)
install: server
	install -d $(DESTDIR)$(PREFIX)/bin \
		$(DESTDIR)$(PREFIX)/share/hello-socket/public
	install server $(DESTDIR)$(PREFIX)/bin/hello-socket
	install -m 644 public/* $(DESTDIR)$(PREFIX)/share/hello-socket/public

## format: lay out every source as .clang-format says
format:
	clang-format -i $(wildcard *.[ch] tests/*.[ch] tests/*/*.[ch] bench/*.[ch])

## clean: remove what was made
clean:
	rm -rf build server

## help: this list
help:
	@sed -n 's/^## /  make /p' $(MAKEFILE_LIST)

.PHONY: server run test rfc docs fuzz attacks soak faults coverage bench \
	bench-quick bench-instructions install format clean help
-include $(wildcard $(BUILD)/*.d $(BUILD)/bench/*.d build/asan/*.d \
	build/asan/tests/*.d build/asan/tests/*/*.d)
