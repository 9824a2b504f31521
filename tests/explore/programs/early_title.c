/* finds: crash: bad memory access at address 0x0, in T1 at early_title.c */
/* says: T1 reads title at STEP, before main has written it .LINE.: let main */
/* says: write it before it starts T1 .early_title.c:2[0-9]. */
/* says: Lesson: 05-data-race */
#include <pthread.h>
#include <stdio.h>

static const char *title;

static void *show(void *arg)
{
	putchar(title[0]);
	return arg;
}

int main(void)
{
	pthread_t thread;

#ifdef FIXED
	title = "report";
#endif
	pthread_create(&thread, NULL, show, NULL);
#ifndef FIXED
	title = "report";
#endif
	pthread_join(thread, NULL);
	return 0;
}
