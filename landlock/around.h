/* around.h - the folder around a file. */
#ifndef AROUND_H
#define AROUND_H

#include <stdbool.h>
#include <stddef.h>

#define AROUND_MAX 4096 /* bytes, with its 0 */

/* Writes the folder in which the file or folder really lies, behind all links.
 * `may_lack`: it need not exist, but its folder must. Returns false when there is
 * no such folder. */
bool around(const char *path, bool may_lack, char folder[AROUND_MAX]);

/* Writes the folder in which lies what is installed with the program, or else the
 * one of the program itself. */
bool around_program(char folder[AROUND_MAX]);

/* Is it / or /etc? To read beneath these is to read anything. */
bool around_is_wide(const char *folder);

#endif
