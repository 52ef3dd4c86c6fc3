/* failure.h - why a file is not sent, as HTTP says it: errno(3), RFC 9110 15.5,
 * 15.6. */
#ifndef FAILURE_H
#define FAILURE_H

/* Returns the status for an errno of open, fstat or read:
 *
 *     404    there is no such file
 *     403    this process must not read it
 *     503    this may pass
 *     500    anything else: the disk or the file system is broken */
int failure_status(int error);

/* Returns what to tell the client and the log; it is valid until the next
 * call. */
const char *failure_reason(int error);

#endif
