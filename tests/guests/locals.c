/* Storage of each thread's own: variables with a value at first, aligned ones, keys and their destructors. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

static _Thread_local int counter = 40;
static _Thread_local _Alignas(64) char aligned[100] = "mine";
static pthread_key_t key;
static int destroyed;

static void destroy(void *value)
{
    __atomic_add_fetch(&destroyed, *(int *)value, __ATOMIC_SEQ_CST);
}

static void *run(void *number)
{
    counter += *(int *)number;
    aligned[0] = (char)('0' + *(int *)number);
    pthread_setspecific(key, number);
    int sum = counter + (int)((uintptr_t)aligned % 64) + (aligned[1] == 'i');
    return (void *)(intptr_t)sum;
}

int main(void)
{
    pthread_t threads[8];
    int numbers[8];
    pthread_key_create(&key, destroy);
    for (int i = 0; i < 8; i++) {
        numbers[i] = i;
        if (pthread_create(&threads[i], NULL, run, &numbers[i]) != 0)
            return 1;
    }
    for (int i = 0; i < 8; i++) {
        void *sum;
        pthread_join(threads[i], &sum);
        printf("%d ", (int)(intptr_t)sum);
    }
    printf("\nmine %d %s, destroyed %d\n", counter, aligned, destroyed);
    return 0;
}
