/*
 * Private instances of Tarantool, each from a script that is written for it.
 */
#include "store_tarantool.h"

#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATH = 512, TRIES = 1500, TEST_TIMEOUT_MS = 2000 };

static pid_t running;

static const char *
path_of(char path[PATH], const char *name)
{
	snprintf(path, PATH, "%s/%s", setting("ATRIUM_TEST_DIR"), name);
	return path;
}

const char *
instance_socket(void)
{
	static char path[PATH];

	return path_of(path, "tt.sock");
}

int
instance_port(void)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(a);
	static int port;
	int fd;

	if (port != 0)
		return port;
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &size) != 0) {
		perror("a free port");
		exit(2);
	}
	close(fd);
	port = ntohs(a.sin_port);
	return port;
}

struct config
settings(const char *url)
{
	const char *at = strchr(url, '%');
	char text[2 * PATH], place[PATH];

	snprintf(place, sizeof(place), "%d", instance_port());
	if (at[1] == 's')
		snprintf(place, sizeof(place), "%s", instance_socket());
	snprintf(text, sizeof(text), "%.*s%s", (int)(at - url), url, place);
	return (struct config){.KV_STORE = "tarantool",
	    .KV_URL = arena_strdup(me.call.mem, text),
	    .KV_TIMEOUT_MS = TEST_TIMEOUT_MS,
	    .WORKER_THREADS = 4};
}

static void
write_script(const char *box, const char *options)
{
	char path[PATH];
	FILE *f = fopen(path_of(path, "tt.lua"), "we");

	if (f == NULL) {
		perror(path);
		exit(2);
	}
	fprintf(f, "local SOCKET, PORT = '%s', '127.0.0.1:%d'\n",
	    instance_socket(), instance_port());
	fprintf(f, "box.cfg{work_dir='%s/tt', %s}\n",
	    setting("ATRIUM_TEST_DIR"), box);
	if (options != NULL)
		fprintf(f, "dofile('%s/../tarantool/atrium.lua').start{%s}\n",
		    setting("ATRIUM_TEST_MIGRATIONS"), options);
	fprintf(f, "io.stdout:write('it is up\\n') io.stdout:flush()\n");
	fclose(f);
}

/* Until the script has come to its end. */
static void
await(const char *log)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	char text[1 << 16];
	int tries, status;
	size_t n;
	FILE *f;

	for (tries = 0; tries < TRIES; tries++) {
		f = fopen(log, "re");
		n = f == NULL ? 0 : fread(text, 1, sizeof(text) - 1, f);
		text[n] = '\0';
		if (f != NULL)
			fclose(f);
		if (strstr(text, "it is up\n") != NULL)
			return;
		if (waitpid(running, &status, WNOHANG) == running)
			break;
		nanosleep(&pause, NULL);
	}
	fprintf(stderr, "tarantool does not start:\n%s\n", text);
	exit(2);
}

static void
start(const char *box, const char *options)
{
	char path[PATH], log[PATH];
	int fd;

	write_script(box, options);
	path_of(path, "tt.lua");
	path_of(log, "tt.log");
	unlink(instance_socket());
	fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	running = fork();
	if (running == 0) {
		/* However this program ends. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		execlp("tarantool", "tarantool", path, (char *)NULL);
		_exit(127);
	}
	close(fd);
	await(log);
}

static int
discard(const char *path, const struct stat *s, int what, struct FTW *ftw)
{
	(void)s, (void)what, (void)ftw;
	return remove(path);
}

void
instance(const char *box, const char *options)
{
	char path[PATH];

	/* Of a case that failed half-way. */
	instance_end();
	path_of(path, "tt");
	nftw(path, discard, 8, FTW_DEPTH | FTW_PHYS);
	mkdir(path, 0700);
	start(box, options);
}

void
instance_end(void)
{
	if (running <= 0)
		return;
	kill(running, SIGKILL);
	waitpid(running, NULL, 0);
	running = 0;
}

void
instance_again(const char *box, const char *options)
{
	instance_end();
	start(box, options);
}
