/* failure.c - why a file is not sent, as HTTP says it: errno(3), RFC 9110 15.5,
 * 15.6. */
#include "files/failure.h"

#include <errno.h>
#include <string.h>

int failure_status(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
	case ENAMETOOLONG:
	case ELOOP:  /* a symbolic link */
	case EXDEV:  /* one that leaves the folder */
	case ENXIO:  /* a socket */
	case ENODEV: /* a device that is not there */
	case EINVAL: /* a name that this file system cannot have */
	case EILSEQ:
		return 404;
	case EACCES:
	case EPERM:
		return 403;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case ENOBUFS:
	case EINTR:
	case EAGAIN: /* another program has a lease: fcntl(2) */
	case EBUSY:
	case ETXTBSY:
	case ESTALE: /* a network file system, and what is wrong with its net */
	case ETIMEDOUT:
	case ENOTCONN:
	case ECONNREFUSED:
	case ECONNRESET:
	case ECONNABORTED:
	case EHOSTDOWN:
	case EHOSTUNREACH:
	case ENETDOWN:
	case ENETUNREACH:
		return 503;
	default:
		return 500;
	}
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
