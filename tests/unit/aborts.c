/*
 * States that may not come about end the process; tests of that run in a
 * child that says nothing and leaves no core.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

bool
unit_aborts(void (*run)(void))
{
	int status = 0;
	pid_t child = fork();

	if (child < 0)
		abort();
	if (child > 0)
		return waitpid(child, &status, 0) == child &&
		       WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
	run();
	_exit(0);
}
