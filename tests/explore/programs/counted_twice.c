/* finds: bad memory access: .* T1 freed, in main */
/* says: T1 frees page at LINE while main still uses it .LINE.: main counts */
/* says: page->users down at LINE, and reads it again, when it may be */
/* says: another.s: decide by what atomic_fetch_sub returns .who gets 1 is */
/* says: the last, and frees it. Lesson: 07-atomicity */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct page {
	atomic_int users;
	char text[20];
};

static void leave(struct page *page)
{
#ifdef FIXED
	if (atomic_fetch_sub(&page->users, 1) == 1)
		free(page);
#else
	atomic_fetch_sub(&page->users, 1);
	if (atomic_load(&page->users) == 0)
		free(page);
#endif
}

static void *read_page(void *arg)
{
	leave(arg);
	return NULL;
}

int main(void)
{
	struct page *page = calloc(1, sizeof(*page));
	pthread_t thread;

	atomic_init(&page->users, 2);
	pthread_create(&thread, NULL, read_page, page);
	leave(page);
	pthread_join(thread, NULL);
	return 0;
}
