/* mime.h - the media type of a file, by its name: RFC 9110, section 8.3. */
#ifndef MIME_H
#define MIME_H

/* Returns the media type for the ending of a name, in any case; text types say
 * that they are in UTF-8. For an unknown ending it is application/octet-stream,
 * never NULL. */
const char *mime_type(const char *name);

#endif
