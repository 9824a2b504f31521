/* finds: dead local variable: uses mail.size of send_later.., which returned */
/* says: started it at LINE: T1 is detached .LINE., so nobody can wait for */
/* says: do not start it detached, but join it before send_later.. returns; */
/* says: if nothing that it leaves there is needed, give each thread its own */
/* says: its own from malloc, and let it free that Lesson: 05-data-race */
#include <pthread.h>
#include <stdlib.h>

struct mail {
	int size;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t sent_one = PTHREAD_COND_INITIALIZER;
static int sent, bytes;

static void *deliver(void *arg)
{
	struct mail *mail = arg;

	pthread_mutex_lock(&lock);
	bytes += mail->size;
#ifdef FIXED
	free(mail);
#endif
	sent++;
	pthread_cond_signal(&sent_one);
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void send_later(int size)
{
#ifdef FIXED
	struct mail *mail = malloc(sizeof(*mail));
#else
	struct mail mail;
#endif
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
#ifdef FIXED
	if (!mail)
		exit(0);
	mail->size = size;
	pthread_create(&thread, &attr, deliver, mail);
#else
	mail.size = size;
	pthread_create(&thread, &attr, deliver, &mail);
#endif
	pthread_attr_destroy(&attr);
}

int main(void)
{
	send_later(10);
	send_later(32);
	pthread_mutex_lock(&lock);
	while (sent < 2)
		pthread_cond_wait(&sent_one, &lock);
	pthread_mutex_unlock(&lock);
	return bytes != 42;
}
