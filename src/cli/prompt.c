/* Reads a password by read(2), so that no buffer of stdio keeps a copy. It is
 * never an argument: those can be seen by every user of the machine. */
#include "cli/prompt.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "core/crypto.h"

/* One line without its end; NULL or what is wrong with it. */
static const char *
read_line(char text[PROMPT_MAX])
{
	size_t n = 0;
	ssize_t got;
	char c;

	while ((got = read(STDIN_FILENO, &c, 1)) == 1 && c != '\n') {
		if (c == '\0')
			return "The password holds a NUL byte.";
		if (n == PROMPT_MAX - 1)
			return "The password is too long.";
		text[n++] = c;
	}
	if (got < 0 || (got == 0 && n == 0))
		return "There is no password on standard input.";
	if (n > 0 && text[n - 1] == '\r')
		n--;
	text[n] = '\0';
	return NULL;
}

static const char *
ask(const char *question, char text[PROMPT_MAX])
{
	const char *why;

	fputs(question, stderr);
	why = read_line(text);
	fputc('\n', stderr);
	return why;
}

static const char *
ask_twice(char text[PROMPT_MAX])
{
	char again[PROMPT_MAX];
	const char *why = ask("Password: ", text);

	if (why == NULL)
		why = ask("The same again: ", again);
	if (why == NULL && strcmp(text, again) != 0)
		why = "The two passwords differ.";
	crypto_wipe(again, sizeof(again));
	return why;
}

/* Being called is enough: it interrupts the read. */
static void
interrupted(int signal)
{
	(void)signal;
}

/* Ctrl-C ends the question, not the program, so that the echo comes back. */
static const char *
ask_silently(char text[PROMPT_MAX])
{
	struct sigaction action = {.sa_handler = interrupted}, before;
	struct termios normal, silent;
	const char *why;

	if (tcgetattr(STDIN_FILENO, &normal) != 0)
		return "The terminal does not answer.";
	silent = normal;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	sigaction(SIGINT, &action, &before);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
	why = ask_twice(text);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &normal);
	sigaction(SIGINT, &before, NULL);
	return why;
}

bool
prompt_password(char text[PROMPT_MAX])
{
	bool terminal = isatty(STDIN_FILENO);
	const char *why = terminal ? ask_silently(text) : read_line(text);

	if (why == NULL)
		return true;
	fprintf(stderr, "atrium: %s\n", why);
	crypto_wipe(text, PROMPT_MAX);
	return false;
}
