/* watch.h - shows what crosses the wire: on the terminal (--trace), and to a
 * page that watches its own connections (/trace?page=NAME).
 *
 * It stands between the server and an application, which needs to know nothing
 * of it. A connection belongs to the page that its last request named by
 * ?page=NAME. The page has to watch before that request. */
#ifndef WATCH_H
#define WATCH_H

#include "app.h"
#include "serve/options.h"

struct watch;

/* Both are kept until watch_stop. Without memory the program ends. */
struct watch *watch_start(const struct options *, const struct app *);

/* The application to run instead. */
const struct app *watch_app(const struct watch *);

/* When all connections are over. */
void watch_stop(struct watch *);

#endif
