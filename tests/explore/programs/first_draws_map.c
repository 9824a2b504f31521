/* finds: crash: bad memory access at address 0x[0-9a-f]+, in T[12] at LINE */
/* says: T[12] uses map at LINE while T[12] is still in draw.., which sets */
/* says: let pthread_once call draw.. before each use, with no test in front */
/* says: Lesson: 05-data-race */
/* omits: no lock protects */
#include <pthread.h>

static int paper[4], *map;
#ifdef FIXED
static pthread_once_t drawn = PTHREAD_ONCE_INIT;
#else
static int walkers;
#endif

static void draw(void)
{
	paper[1] = 8;
	map = paper;
}

static void *walk(void *arg)
{
#ifdef FIXED
	pthread_once(&drawn, draw);
#else
	if (walkers++ == 0)
		draw();
#endif
	return map[1] == 8 ? arg : NULL;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, walk, NULL);
	pthread_create(&b, NULL, walk, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
