/* command.h - ./server explain 81 85 37 fa ...: any bytes, taken apart. */
#ifndef COMMAND_H
#define COMMAND_H

/* Reads bytes in hex from the arguments, or else from standard input, there
 * with --raw as they are, and prints what they are. A frame is a client's when
 * it is masked, and a server's when it is not. argv[0] is not looked at.
 * Returns the exit status: 0, they are valid; 1, they break a rule or end too
 * early; 2, there is nothing to explain. */
int explain(int argc, char **argv);

#endif
