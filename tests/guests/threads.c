/* Threads: mutexes, conditions, barriers, storage of their own, a lock whose owner dies, cancellation, time limits, and
 * turns between threads that only compute. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WORKERS = 6, ROUNDS = 500 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static _Thread_local long mine;
static long sum;
static int turn;

static void *work(void *argument)
{
    long id = (long)argument;
    mine = id;
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&lock);
        sum += id;
        pthread_mutex_unlock(&lock);
    }
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < 5; i++) {
        pthread_mutex_lock(&lock);
        while (turn % WORKERS != id)
            pthread_cond_wait(&turned, &lock);
        turn++;
        pthread_cond_broadcast(&turned);
        pthread_mutex_unlock(&lock);
    }
    return (void *)mine;
}

static volatile long spun[2];
static volatile int enough;

static void *spin(void *argument)
{
    volatile long *own = argument;
    while (!enough)
        ++*own;
    return NULL;
}

static pthread_mutex_t robust;

static void *die_with_lock(void *argument)
{
    (void)argument;
    pthread_mutex_lock(&robust);
    return NULL;
}

static void clean(void *argument) { *(int *)argument = 1; }

static void *wait_for_ever(void *argument)
{
    pthread_cleanup_push(clean, argument);
    for (;;)
        pause();
    pthread_cleanup_pop(0);
    return NULL;
}

static void destroy(void *value) { *(int *)value += 1; }

static pthread_key_t key;

static void *keep(void *value)
{
    pthread_setspecific(key, value);
    return NULL;
}

static sem_t items;

static void *produce(void *argument)
{
    for (int i = 0; i < 3; i++) {
        usleep(1000);
        sem_post(&items);
    }
    return argument;
}

static struct timespec soon(long milliseconds)
{
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    at.tv_nsec += milliseconds * 1000000;
    at.tv_sec += at.tv_nsec / 1000000000;
    at.tv_nsec %= 1000000000;
    return at;
}

int main(void)
{
    pthread_t threads[WORKERS];
    long returned = 0;
    pthread_barrier_init(&barrier, NULL, WORKERS);
    for (long i = 0; i < WORKERS; i++)
        pthread_create(&threads[i], NULL, work, (void *)i);
    for (int i = 0; i < WORKERS; i++) {
        void *value;
        pthread_join(threads[i], &value);
        returned += (long)value;
    }
    printf("sum %ld, returned %ld, turns %d, mine %ld\n", sum, returned, turn, mine);

    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, spin, (void *)&spun[i]);
    while (spun[0] < 1000 || spun[1] < 1000)
        usleep(1000);
    enough = 1;
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    puts("both computed while a third slept");

    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&robust, &attributes);
    pthread_create(&threads[0], NULL, die_with_lock, NULL);
    int result = pthread_mutex_lock(&robust);
    if (result == 0) { /* We were first. */
        pthread_mutex_unlock(&robust);
        pthread_join(threads[0], NULL);
        result = pthread_mutex_lock(&robust);
    } else {
        pthread_join(threads[0], NULL);
    }
    printf("owner died: %d, consistent: %d\n", result == EOWNERDEAD, pthread_mutex_consistent(&robust));
    pthread_mutex_unlock(&robust);

    int cleaned = 0;
    void *value;
    pthread_create(&threads[0], NULL, wait_for_ever, &cleaned);
    usleep(1000);
    pthread_cancel(threads[0]);
    pthread_join(threads[0], &value);
    printf("cancelled: %d, cleaned: %d\n", value == PTHREAD_CANCELED, cleaned);

    int destroyed = 0;
    pthread_key_create(&key, destroy);
    pthread_create(&threads[0], NULL, keep, &destroyed);
    pthread_join(threads[0], NULL);
    printf("destroyed: %d\n", destroyed);

    struct timespec at = soon(5);
    pthread_mutex_lock(&lock);
    result = pthread_cond_timedwait(&turned, &lock, &at);
    at = soon(5);
    printf("timed out: %d %d\n", result == ETIMEDOUT, pthread_mutex_timedlock(&lock, &at) == ETIMEDOUT);
    pthread_mutex_unlock(&lock);

    sem_init(&items, 0, 0);
    pthread_create(&threads[0], NULL, produce, NULL);
    for (int i = 0; i < 3; i++)
        sem_wait(&items);
    pthread_join(threads[0], NULL);
    puts("three items");

    int many = 0;
    for (int i = 0; i < 200; i++)
        many += pthread_create(&threads[0], NULL, keep, NULL) == 0 && pthread_join(threads[0], NULL) == 0;
    printf("one after another: %d\n", many);

    char name[16] = "";
    pthread_setname_np(pthread_self(), "first");
    pthread_getname_np(pthread_self(), name, sizeof name);
    printf("name %s, yield %d\n", name, sched_yield());
    return 0;
}
