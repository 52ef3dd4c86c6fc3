/* world.h - what happens while the server waits: peers connect, say something,
 * read, go away, and time passes. */
#ifndef WORLD_H
#define WORLD_H

struct epoll_event;

/* The server has begun to wait for events; calls may fail from here on. */
void world_begins(void);

/* epoll_wait: the next things happen, until something is ready or the time is
 * over. It holds the laws of a server that waits: it does not spin, every
 * connection has a deadline, and nothing that could be done is left. */
int world_wait(struct epoll_event *, int max, int ms);

#endif
