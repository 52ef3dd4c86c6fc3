/* hosts.c - hosts with two addresses, which no resolver has: at the first there is
 * nobody; nor at the second, if it is "nowhere.test". The linker puts it in front of
 * the C library's getaddrinfo (-Wl,--wrap). */
#include <netdb.h>
#include <string.h>

#define LOCAL "127.0.0.1"
#define OTHER "127.0.0.2" /* of this machine, too: nobody listens there */

int __real_getaddrinfo(const char *, const char *, const struct addrinfo *,
	struct addrinfo **);
int __wrap_getaddrinfo(const char *, const char *, const struct addrinfo *,
	struct addrinfo **);

int __wrap_getaddrinfo(const char *host, const char *port,
	const struct addrinfo *hints, struct addrinfo **list)
{
	int is_nowhere = host && !strcmp(host, "nowhere.test"), error;

	if (!is_nowhere && !(host && !strcmp(host, "two.test")))
		return __real_getaddrinfo(host, port, hints, list);
	error = __real_getaddrinfo(OTHER, port, hints, list);
	return error ? error
		     : __real_getaddrinfo(is_nowhere ? OTHER : LOCAL, port,
			       hints, &(*list)->ai_next);
}
