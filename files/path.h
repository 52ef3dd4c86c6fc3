/* path.h - names of files in the path of a URI: RFC 3986, sections 2.1, 3.3.
 *
 * One component at a time: what stands between two slashes. */
#ifndef PATH_H
#define PATH_H

#include "http/slice.h"

#include <stdbool.h>
#include <stddef.h>

#define PATH_NAME_SIZE 256 /* a file's longest name, with its 0 */

/* Decodes a component, once. False: it is no name that is ever served. That is
 * an empty one, one that begins with a dot, one with a slash, a backslash or a
 * NUL in it, a bad escape, one too long. */
bool path_decode(char name[PATH_NAME_SIZE], struct slice);

/* The path to a folder, with no slash at its end, made anew from the names in
 * it: all but what is unreserved is encoded, a slash and a 0 end it. False: it
 * could take more than `size` bytes, or has a name that is never served. */
bool path_folder(char *out, size_t size, struct slice path);

#endif
