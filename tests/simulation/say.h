/* say.h - what peers say: requests, handshakes, frames, and what is against
 * the rules; and the notes of what they expect. */
#ifndef SAY_H
#define SAY_H

#include "tests/simulation/kernel.h"

/* Says one thing more; 7 bits choose it among those that this peer can say now.
 * It has not arrived yet. */
void say(struct stream *, unsigned what);

#endif
