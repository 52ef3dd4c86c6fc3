/* header.h - the header that a proxy sends before the bytes of its client, and
 * which names that client: the PROXY protocol, versions 1 and 2
 * (https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt). */
#ifndef HEADER_H
#define HEADER_H

#include "app.h"

#define HEADER_MAX 4096 /* bytes of version 2, at most */

/* Reads a header, as app.on_preface says. `peer` is "1.2.3.4:5", "[2001:db8::1]:5"
 * or "unix"; it is "" where the header names nobody: UNKNOWN in version 1, LOCAL
 * and UNSPEC in version 2. The verdict does not depend on how the bytes arrive.
 *
 * The fields of type, length and value behind the addresses of version 2 are
 * skipped. So a checksum (PP2_TYPE_CRC32C) is not verified: TCP has its own. */
ssize_t header_parse(
	const char *, size_t len, char peer[PEER_MAX], const char **why);

#endif
