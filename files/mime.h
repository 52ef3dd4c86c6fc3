/* mime.h - what kind of file a name stands for: RFC 9110, section 8.3. */
#ifndef MIME_H
#define MIME_H

/* The media type for what the name ends with, in any case; texts are UTF-8.
 * For an unknown ending application/octet-stream, never NULL. */
const char *mime_type(const char *name);

#endif
