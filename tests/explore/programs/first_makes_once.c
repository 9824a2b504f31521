/* finds: crash: bad memory access at address 0x[0-9a-f]+, in T[12] at LINE */
/* says: T[12] makes menu in what pthread_once calls .LINE., and T[12] uses */
/* says: without having been there: call pthread_once before each use, with */
/* says: T[12] calls pthread_once on cooked */
/* says: Lesson: 05-data-race */
/* omits: no lock protects */
#include <pthread.h>

struct menu {
	int soup, bread;
};

static pthread_once_t cooked = PTHREAD_ONCE_INIT;
static struct menu today, *menu;
#ifndef FIXED
static int asked;
#endif

static void cook(void)
{
	struct menu *made = &today;

	made->soup = 3;
	made->bread = 1;
	menu = made;
}

static int soup(void)
{
#ifndef FIXED
	if (asked++ == 0)
#endif
		pthread_once(&cooked, cook);
	return menu->soup;
}

static void *guest(void *arg)
{
	return soup() == 3 ? arg : NULL;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, guest, NULL);
	pthread_create(&b, NULL, guest, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
