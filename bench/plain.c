/* What script/bench compares the engine with: the loop of libfcgi's examples,
 * FCGX_Accept_r in some threads, one connection a request. */
#include <fcgiapp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>

enum { THREADS = 8 };

/* The same answer as GET /healthz of the worker, header for header. */
static const char answer[] =
    "Status: 200 OK\r\n"
    "X-Request-ID: 00000000000000000000000000000000\r\n"
    "Cache-Control: no-store\r\n"
    "Content-Type: application/json\r\n"
    "Content-Length: 15\r\n"
    "\r\n"
    "{\"status\":\"ok\"}";

static void *
serve(void *unused)
{
	FCGX_Request r;

	if (FCGX_InitRequest(&r, 0, 0) != 0)
		return unused;
	while (FCGX_Accept_r(&r) == 0) {
		FCGX_PutStr(answer, sizeof(answer) - 1, r.out);
		FCGX_Finish_r(&r);
	}
	return unused;
}

int
main(void)
{
	pthread_t thread;
	int i;

	if (FCGX_Init() != 0)
		return 1;
	/* libfcgi's handler only sets a flag that accept() does not see. */
	signal(SIGTERM, SIG_DFL);
	signal(SIGUSR1, SIG_DFL);
	for (i = 1; i < THREADS; i++)
		if (pthread_create(&thread, NULL, serve, NULL) != 0)
			return 1;
	serve(NULL);
	return 0;
}
