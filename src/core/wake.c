/* The doorbell: opened for reading and writing on both sides, so that nobody
 * ever waits for a peer or gets a signal because there is none. */
#include "core/wake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MODE = 0660 };

/* -1 as well when it is another kind of file: nothing is written into it. */
static int
open_fifo(const char *path)
{
	int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode))
		return fd;
	close(fd);
	errno = EEXIST;
	return -1;
}

int
wake_open(const char *path)
{
	bool made = mkfifo(path, MODE) == 0;

	if (!made && errno != EEXIST)
		return -1;
	/* The umask is for files; workers may be of another user. */
	if (made && chmod(path, MODE) != 0)
		return -1;
	return open_fifo(path);
}

void
wake_clear(int fd)
{
	char rings[512];
	ssize_t got;

	do
		got = read(fd, rings, sizeof(rings));
	while (got == (ssize_t)sizeof(rings) || (got < 0 && errno == EINTR));
}

/* A full FIFO has rung already. */
void
wake_ring(const char *path)
{
	static const char ring = '!';
	int saved = errno;
	int fd;

	if (path == NULL || *path == '\0')
		return;
	fd = open_fifo(path);
	if (fd >= 0) {
		while (write(fd, &ring, 1) < 0 && errno == EINTR)
			continue;
		close(fd);
	}
	errno = saved;
}
