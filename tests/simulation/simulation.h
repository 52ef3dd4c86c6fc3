/* simulation.h - the whole server in one process, against an invented kernel.
 *
 * The loop and all that stands below it, with the wing explain/ where it is
 * there, serve several peers. The laws: no memory error; no wake-up in vain;
 * a deadline for every connection; on_close exactly once; what each peer hears
 * is in order and equal to what was sent; memory has a bound; all are gone in
 * bounded time; nothing is left. */
#ifndef SIMULATION_H
#define SIMULATION_H

#include <stddef.h>
#include <stdint.h>

/* What happens is decided by these bytes:
 *
 *     | random | which things fail, how it ends | how often | what happens ...
 *     4 bytes   1 byte                           1 byte
 *
 * Returns 0. A law that is broken aborts. */
int fuzz_simulation(const uint8_t *, size_t);

#endif
