/* finds: assertion failed: assert.queue->count >= 0., in T[12] at queue.c */
/* says: 07-atomicity */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>

#define SIZE 4

typedef struct {
	int data[SIZE];
	int front, rear, count;
	pthread_mutex_t mutex;
} Queue;

static Queue q = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static void enqueue(Queue *queue, int value)
{
	pthread_mutex_lock(&queue->mutex);
	queue->data[queue->rear] = value;
	queue->rear = (queue->rear + 1) % SIZE;
	queue->count++;
	pthread_mutex_unlock(&queue->mutex);
}

#ifdef FIXED
static int dequeue(Queue *queue, int *value)
{
	int found;

	pthread_mutex_lock(&queue->mutex);
	found = queue->count > 0;
	if (found) {
		*value = queue->data[queue->front];
		queue->front = (queue->front + 1) % SIZE;
		queue->count--;
	}
	pthread_mutex_unlock(&queue->mutex);
	return found;
}
#else
static int is_empty(Queue *queue)
{
	int empty;

	pthread_mutex_lock(&queue->mutex);
	empty = queue->count == 0;
	pthread_mutex_unlock(&queue->mutex);
	return empty;
}

static int dequeue(Queue *queue, int *value)
{
	if (is_empty(queue))
		return 0;
	pthread_mutex_lock(&queue->mutex);
	*value = queue->data[queue->front];
	queue->front = (queue->front + 1) % SIZE;
	queue->count--;
	assert(queue->count >= 0);
	pthread_mutex_unlock(&queue->mutex);
	return 1;
}
#endif

static void *consumer(void *arg)
{
	int value;

	if (dequeue(&q, &value))
		printf("consumer %d got %d\n", *(int *)arg, value);
	return NULL;
}

int main(void)
{
	int ids[2] = {1, 2};
	pthread_t threads[2];

	enqueue(&q, 7);
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, consumer, &ids[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
