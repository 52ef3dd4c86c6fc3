/* failure.c - why a file is not sent, as HTTP says it: errno(3), RFC 9110 15.5,
 * 15.6. */
#include "files/failure.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* ELOOP is a symbolic link, and EXDEV one that leaves the folder; ENXIO is a
 * socket, ENODEV a device without a driver; EINVAL and EILSEQ are for names that
 * this file system cannot have. */
static const int missing[] = {ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP, EXDEV,
	ENXIO, ENODEV, EINVAL, EILSEQ, 0};

static const int forbidden[] = {EACCES, EPERM, 0};

/* EAGAIN is a lease that another program has (fcntl(2)). From ESTALE on, they
 * are what network file systems say. */
static const int passing[] = {EMFILE, ENFILE, ENOMEM, ENOBUFS, EINTR, EAGAIN,
	EBUSY, ETXTBSY, ESTALE, ETIMEDOUT, ENOTCONN, ECONNREFUSED, ECONNRESET,
	ECONNABORTED, EHOSTDOWN, EHOSTUNREACH, ENETDOWN, ENETUNREACH, 0};

static bool is_among(int error, const int *errors)
{
	while (*errors && *errors != error)
		errors++;
	return *errors;
}

int failure_status(int error)
{
	return is_among(error, missing)     ? 404
	       : is_among(error, forbidden) ? 403
	       : is_among(error, passing)   ? 503
					    : 500;
}

const char *failure_reason(int error)
{
	switch (failure_status(error)) {
	case 404:
		return "no such file (RFC 9110 15.5.5)";
	case 403:
		return "the server may not read it (RFC 9110 15.5.4)";
	default:
		return strerror(error);
	}
}
