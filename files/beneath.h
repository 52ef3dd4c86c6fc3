/* beneath.h - opens a path without leaving a folder: openat2(2), symlink(7). */
#ifndef BENEATH_H
#define BENEATH_H

/* Opens a path, which is names with slashes between them, with these flags of
 * open(2), and follows symbolic links that lead to a place beneath the folder
 * `root`. A link leaves the folder, and is refused with EXDEV, when what it says
 * begins with a slash, or climbs above the root, even if it came back. This holds
 * however files are renamed at the same time. Returns a descriptor, or -1 with
 * the reason in errno. */
int beneath_open(int root, const char *path, int flags);

/* The same without openat2, for kernels before 5.6. */
int beneath_walk(int root, const char *path, int flags);

#endif
