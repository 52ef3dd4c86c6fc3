# Hello Socket. `make help` lists what there is to make.
PREFIX = /usr/local
CFLAGS = -O2 -g
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all
ALL_CFLAGS = -std=c11 $(WARNINGS) -D_GNU_SOURCE -MMD $(CFLAGS)

SOURCES = $(wildcard *.c)
TESTS = $(wildcard tests/test_*.c)
TESTED = $(filter-out hello.c,$(SOURCES))

## server: the program (what `make` alone makes)
server: $(SOURCES:%.c=build/%.o)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

## run: build it and start it on http://localhost:3000
run: server
	./server

## test: unit and loopback tests, under the sanitizers
test:
	tests/need criterion
	$(MAKE) --no-print-directory build/tests
	tests/run build/tests

build/tests: $(TESTED:%.c=build/asan/%.o) $(TESTS:%.c=build/asan/%.o)
	$(CC) $(CFLAGS) $(SANITIZE) -o $@ $^ -lcriterion

build/asan/server: $(SOURCES:%.c=build/asan/%.o)
	$(CC) $(CFLAGS) $(SANITIZE) -o $@ $^

build/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

build/asan/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(SANITIZE) -c -o $@ $<

## format: lay out every source as .clang-format says
format:
	clang-format -i $(wildcard *.[ch] tests/*.[ch] bench/*.[ch])

## clean: remove what was made
clean:
	rm -rf build server

## help: this list
help:
	@sed -n 's/^## /  make /p' $(MAKEFILE_LIST)

.PHONY: run test format clean help
-include $(wildcard build/*.d build/asan/*.d build/asan/tests/*.d)
