/* after.h - timers without a server: server_after of NULL keeps the function
 * here, for a test to call. The linker puts it in front of the real one
 * (-Wl,--wrap). */
#ifndef AFTER_H
#define AFTER_H

#include <stdbool.h>

/* Calls what was kept, if something was. Returns whether. */
bool after_run(void);

#endif
