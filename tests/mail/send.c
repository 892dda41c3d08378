/* Sends a mail with the settings in force, for the tests: what came of it is
 * a line on standard output, "OK" or "INVALID: why". */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/log.h"
#include "services/mail.h"

enum { MEMORY = 64 << 20 };

static const char usage[] =
    "Usage: send [-i ID] [-n COUNT] [-p PAUSE_MS] [-t TIMEOUT_MS] [-s SECOND]\n"
    "            TO SUBJECT TEXT HTML\n"
    "The id of the mails after the first has \"-2\", \"-3\" ... at its end.\n";

struct order {
	const char *id;
	struct mail mail;
	int count, timeout_ms;
	long pause_ms;
};

static void
rest(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

static int
send_all(struct mailer *mailer, const struct order *o)
{
	int failed = 0;

	for (int i = 1; i <= o->count; i++) {
		struct arena *mem = arena_new(MEMORY);
		struct mail m = o->mail;
		const char *why = "";
		enum err err;

		m.id = o->id;
		if (i > 1)
			m.id = arena_printf(mem, "%s-%d", o->id, i);
		err = mailer->send(mailer, mem, &m, o->timeout_ms, &why);
		if (err == OK)
			puts("OK");
		else
			printf("%s: %s\n", err_name(err), why);
		fflush(stdout);
		failed += err != OK;
		arena_free(mem);
		if (i < o->count)
			rest(o->pause_ms);
	}
	return failed;
}

static bool
read_order(int argc, char **argv, struct order *o)
{
	int option;

	while ((option = getopt(argc, argv, "i:n:p:t:s:")) != -1) {
		long number = optarg == NULL ? 0 : strtol(optarg, NULL, 10);

		if (option == 'i')
			o->id = optarg;
		else if (option == 'n')
			o->count = (int)number;
		else if (option == 'p')
			o->pause_ms = number;
		else if (option == 't')
			o->timeout_ms = (int)number;
		else if (option == 's')
			o->mail.date.us = number * 1000000;
		else
			return false;
	}
	if (argc - optind != 4)
		return false;
	o->mail.to = argv[optind];
	o->mail.subject = argv[optind + 1];
	o->mail.text = argv[optind + 2];
	o->mail.html = argv[optind + 3];
	return true;
}

int
main(int argc, char **argv)
{
	struct order order = {.id = "0198-test",
	    .mail.date = {INT64_C(1795230000) * 1000000},
	    .count = 1,
	    .timeout_ms = 5000};
	struct arena *mem = arena_new(MEMORY);
	const char *why = "";
	struct mailer *mailer;
	int failed;

	log_init("send", LOG_WARN);
	if (!read_order(argc, argv, &order)) {
		fputs(usage, stderr);
		return 64;
	}
	mail_library_open();
	mailer = mailer_new(mem, config_load(mem), &why);
	if (mailer == NULL) {
		printf("NONE: %s\n", why);
		mail_library_close();
		arena_free(mem);
		return 78;
	}
	failed = send_all(mailer, &order);
	mailer->close(mailer);
	mail_library_close();
	arena_free(mem);
	return failed > 0;
}
