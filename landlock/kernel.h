/* kernel.h - the three calls of Landlock (landlock(7)), which have no wrappers in
 * the C library, and the constants that older headers lack. */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdbool.h>
#include <stdint.h>

/* What may be done with a file itself, or with those beneath a folder. */
enum kernel_right {
	KERNEL_WRITE_FILE = 1 << 1,
	KERNEL_READ_FILE = 1 << 2,
	KERNEL_READ_DIR = 1 << 3,
	KERNEL_REMOVE_FILE = 1 << 5,
	KERNEL_MAKE_REG = 1 << 8,
};

/* Returns the version of Landlock that this kernel has; 0: none. */
int kernel_version(void);

/* Returns a descriptor for a set of rules that allows nothing yet: no file, and
 * from version 4 on no bind and no connect by TCP. Returns -1, with errno, when
 * there is none. */
int kernel_rules(int version);

/* Adds rules. A path that is not there, or a port where the kernel knows none, adds
 * nothing. Returns false, with errno, when the kernel refuses. */
bool kernel_allow(int rules, const char *path, uint64_t rights);
bool kernel_allow_connect(int rules, int version, uint16_t port);

/* From here on the rules hold for this process and those that it starts. Returns
 * false, with errno, when that fails. */
bool kernel_obey(int rules);

#endif
