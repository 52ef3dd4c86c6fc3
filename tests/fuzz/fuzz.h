/* fuzz.h - what the fuzzers share.
 *
 * Each tests/fuzz/fuzz_<name>.c has one function. It takes any bytes, and
 * aborts when a law is broken. tests/fuzz/run.sh renames it to
 * LLVMFuzzerTestOneInput and builds a fuzzer from it; test_corpus.c calls it
 * with each file in tests/fuzz/corpus/<name>/. The simulation's function is in
 * tests/simulation/ and needs wrappers around system calls, so tests/simulate
 * calls it with its corpus. */
#ifndef FUZZ_H
#define FUZZ_H

/* The laws are asserted. */
#undef NDEBUG
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int fuzz_command(const uint8_t *, size_t);
int fuzz_compress(const uint8_t *, size_t);
int fuzz_conn(const uint8_t *, size_t);
int fuzz_date(const uint8_t *, size_t);
int fuzz_fields(const uint8_t *, size_t);
int fuzz_frame(const uint8_t *, size_t);
int fuzz_host(const uint8_t *, size_t);
int fuzz_inflate(const uint8_t *, size_t);
int fuzz_request(const uint8_t *, size_t);
int fuzz_proxy(const uint8_t *, size_t);
int fuzz_path(const uint8_t *, size_t);
int fuzz_range(const uint8_t *, size_t);
int fuzz_resp(const uint8_t *, size_t);
int fuzz_utf8(const uint8_t *, size_t);
int fuzz_wire(const uint8_t *, size_t);

/* Returns a copy in a heap block of exactly that size, so that the address
 * sanitizer sees a read past its end. The caller frees it. */
static inline void *fuzz_copy(const void *data, size_t len)
{
	void *block = malloc(len);

	assert(block);
	if (len)
		memcpy(block, data, len);
	return block;
}

/* Takes a number of n bytes off the front; missing bytes are 0. */
static inline uint64_t fuzz_number(const uint8_t **data, size_t *len, int n)
{
	uint64_t number = 0;

	for (; n; n--) {
		number = number << 8 | (*len ? **data : 0);
		*data += *len > 0;
		*len -= *len > 0;
	}
	return number;
}

#endif
