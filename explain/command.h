/* command.h - ./server explain 81 85 37 fa ...: takes any bytes apart. */
#ifndef COMMAND_H
#define COMMAND_H

struct wing;

/* Reads bytes in hex from the arguments or, when there are none, from standard
 * input, and prints an explanation of them. With --raw it reads raw bytes from
 * standard input. --with is followed by what a 101 has agreed to, in the words of
 * its Sec-WebSocket-Extensions, by an extension of one of the wings. A masked
 * frame is taken for a client's, any other for a server's. argv[0] is ignored.
 * Returns the exit status: 0 when the bytes are valid, 1 when they break a rule,
 * 2 when there is nothing to explain, 3 when they end too early and break no
 * rule so far. */
int command_run(const struct wing *const *, int argc, char **argv);

#endif
