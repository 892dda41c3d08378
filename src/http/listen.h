/*
 * The socket that spawn-fcgi hands over, and room for its connections.
 */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

/* Ends the program unless fd listens; makes it non-blocking. */
void listen_check(int fd);
/* As many descriptors as we may have: a kept connection takes two. */
void listen_raise_limits(void);

#endif
