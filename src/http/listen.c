/*
 * What must hold of the process before the engine serves.
 */
#include "http/listen.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "core/log.h"

void
listen_check(int fd)
{
	int on = 0;
	socklen_t n = sizeof(on);

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &n) != 0 || !on)
		log_fatal("standard input is not a listening socket: start the"
			  " worker with spawn-fcgi (man atrium-worker)");
	if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) != 0)
		log_fatal("the listening socket: %m");
}

void
listen_raise_limits(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) != 0)
		return;
	l.rlim_cur = l.rlim_max;
	setrlimit(RLIMIT_NOFILE, &l);
}
