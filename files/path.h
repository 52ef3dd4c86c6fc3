/* path.h - names of files in the path of a URI: RFC 3986, sections 2 and 3. */
#ifndef PATH_H
#define PATH_H

#include "buf.h"
#include "http/slice.h"

#include <stdbool.h>
#include <stddef.h>

#define PATH_NAME_SIZE 256 /* bytes of the longest name of a file, with its 0 */
#define PATH_INDEX "index.html"

/* Decodes the name between two slashes of a path, once. Returns false when it
 * is a name that is never served: an empty one, one that begins with a dot,
 * one with a slash, a backslash or a NUL in it, one with a bad escape, one that
 * is too long. */
bool path_decode(char name[PATH_NAME_SIZE], struct slice);

/* Writes the path with its names decoded: "a b/c.css" for "a%20b/c.css". Where
 * it ends with a slash, or is empty, PATH_INDEX stands at its end. Returns false
 * when a name is never served, or the result does not fit. */
bool path_join(char *out, size_t size, struct slice path);

/* Writes the path to a folder anew, from the names in it. `path` has no slash
 * at its end; `out` has one, and a 0. Returns false when a name is never
 * served, or the result could take more than `size` bytes. */
bool path_folder(char *out, size_t size, struct slice path);

/* Adds "?" and the query of a request (nothing when its p is NULL), in which
 * what RFC 3986 3.4 does not allow is encoded. Returns false when there is no
 * memory. */
bool path_query(struct buf *out, struct slice query);

#endif
