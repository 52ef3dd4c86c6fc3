/* failing.h - calls that fail. The linker puts these functions in front of the C
 * library's (-Wl,--wrap); a test says which of them fails, with which errno and
 * how often. deny_call makes the kernel refuse a call, also to the programs that
 * are started afterwards: seccomp(2). */
#ifndef FAILING_H
#define FAILING_H

/* Yours to set: "openat", "openat2", "fstat" or "pread" fails, that many
 * times. */
struct failing {
	const char *call;
	int error, times;
};

extern struct failing failing;

/* Makes a call with this number (SYS_sendfile) fail with this errno from now
 * on, in this process and those that it starts. */
void deny_call(long number, int error);

#endif
