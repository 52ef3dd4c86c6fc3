/* proc.h - what the kernel tells in small files, as those of /proc. */
#ifndef PROC_H
#define PROC_H

#include <stddef.h>

/* Reads the beginning of a file as a text, which is "" when it cannot be read. */
void proc_read(const char *path, char *text, size_t size);

#endif
