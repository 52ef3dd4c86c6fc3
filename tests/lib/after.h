/* after.h - timers and sources without a server: server_after of NULL keeps the
 * functions here, for a test to call, and server_watch of NULL only notes the source and
 * its events. The linker puts them in front of the real ones (-Wl,--wrap). */
#ifndef AFTER_H
#define AFTER_H

#include <stdbool.h>
#include <stddef.h>

/* Calls what was kept so far, if something was. Returns whether. */
bool after_run(void);

/* While this is set, server_after of NULL has no memory. */
extern bool after_fails;

/* What was kept is not called any more. */
void after_forget(void);

/* Waits, so long at most, for what sources are watched for, and calls their `ready`
 * once. Returns how many those were. */
size_t after_serve(int ms);

#endif
