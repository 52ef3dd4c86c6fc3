/* fuzz_path.c - any bytes as the path of a file: path.h.
 *
 *     | room for the folder | the path ...
 *     2 bytes */
#include "tests/fuzz/fuzz.h"

#include "files/path.h"

#include <ctype.h>
#include <stdio.h>

/* Decodes a component in another way; returns -1 when it must be refused. */
static int decode(char *out, const char *s, size_t len)
{
	int n = 0;

	for (size_t i = 0; i < len; i++, n++) {
		unsigned c = (unsigned char)s[i];

		if (c == '%') {
			if (len - i < 3 || !isxdigit((unsigned char)s[i + 1]) ||
				sscanf(s + i + 1, "%2x", &c) != 1)
				return -1;
			if (!isxdigit((unsigned char)s[i + 2]))
				return -1;
			i += 2;
		}
		if (c == 0 || c == '/' || c == '\\' || n == 255)
			return -1;
		out[n] = (char)c;
	}
	return n && (out[0] != '.' ||
			    (n == 11 && !memcmp(out, ".well-known", 11)))
		       ? n
		       : -1;
}

static void check_name(const char *text, size_t len)
{
	char name[PATH_NAME_SIZE], expected[PATH_NAME_SIZE];
	char *copy = strndup(text, len), *block = fuzz_copy(text, len);
	int n = decode(expected, copy, len);
	bool verdict = path_decode(name, (struct slice){block, len});

	assert(verdict == (n > 0));
	assert(n <= 0 || (strlen(name) == (size_t)n &&
				 !memcmp(name, expected, (size_t)n)));
	free(copy);
	free(block);
}

/* The address made from a name that is served must lead to the same folder. */
static void check_folder(struct slice path, size_t size)
{
	char *once = malloc(size), twice[4096];
	size_t n;

	assert(once);
	if (path_folder(once, size, path)) {
		n = strlen(once);
		assert(n && n < size && once[n - 1] == '/' && *once != '/');
		assert(!strstr(once, "//"));
		for (const char *p = once; *p; p++)
			assert(isalnum((unsigned char)*p) ||
				strchr("-._~%/", *p));
		assert(path_folder(
			twice, sizeof twice, (struct slice){once, n - 1}));
		assert(!strcmp(once, twice));
	}
	free(once);
}

int fuzz_path(const uint8_t *data, size_t len)
{
	size_t room = 2 + fuzz_number(&data, &len, 2) % 1024;
	char *block = fuzz_copy(data, len);
	struct slice path = {block, len};

	check_name(block, len);
	check_folder(path, room);
	while (path.p) {
		struct slice one = slice_cut(path, '/', &path);

		check_name(one.p, one.len);
	}
	free(block);
	return 0;
}
