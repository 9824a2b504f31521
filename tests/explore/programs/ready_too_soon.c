/* finds: assertion failed */
/* says: Think: T1 reads (length|text.0.) at STEP, before T2 has written it */
/* says: but after T2 has set ready .LINE., which tells it to go on: let T2 */
/* says: write (length|text.0.), and all else that T1 is to read, first, and */
/* omits: set text */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

static char text[16];
static size_t length;
static atomic_bool ready;

static void *tick(void *arg)
{
	while (!ready)
		;
	assert(strlen(text) == length);
	return arg;
}

static void *edit(void *arg)
{
#ifndef FIXED
	ready = 1;
#endif
	strcpy(text, "rain");
	length = 4;
#ifdef FIXED
	ready = 1;
#endif
	return arg;
}

int main(void)
{
	pthread_t ticker, editor;

	pthread_create(&ticker, NULL, tick, NULL);
	pthread_create(&editor, NULL, edit, NULL);
	pthread_join(editor, NULL);
	pthread_join(ticker, NULL);
	return 0;
}
