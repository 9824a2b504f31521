/* finds: bad memory access: uses image->users, which T[12] freed, in T[12] */
/* says: data race on what image->pixels points to: T[12] (can )?frees? it at */
/* says: counts image->users down at LINE, and reads it again, when it may be */
/* says: decide by what atomic_fetch_sub returns .who gets 1 is the last, and */
/* says: Lesson: 07-atomicity */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct image {
	atomic_int users;
	unsigned char *pixels;
};

static void let_go(struct image *image)
{
#ifdef FIXED
	if (atomic_fetch_sub(&image->users, 1) == 1) {
#else
	atomic_fetch_sub(&image->users, 1);
	if (atomic_load(&image->users) == 0) {
#endif
		free(image->pixels);
		free(image);
	}
}

static void *draw(void *arg)
{
	let_go(arg);
	return NULL;
}

int main(void)
{
	struct image *image = malloc(sizeof(*image));
	pthread_t first, second;

	if (!image)
		return 0;
	image->users = 2;
	image->pixels = calloc(3, 4);
	pthread_create(&first, NULL, draw, image);
	pthread_create(&second, NULL, draw, image);
	pthread_join(first, NULL);
	pthread_join(second, NULL);
	return 0;
}
