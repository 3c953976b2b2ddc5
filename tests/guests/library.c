/* The C library at work: long doubles, sorting, jumps, random bytes, clocks. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

static int ascending(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static jmp_buf back;

static void jump(int depth)
{
    if (depth == 0)
        longjmp(back, 7);
    jump(depth - 1);
}

int main(void)
{
    printf("%La %.30Lf\n", 0.1L, 1.0L / 3);
    int numbers[1000];
    for (int i = 0; i < 1000; i++)
        numbers[i] = (i * 7919) % 1000;
    qsort(numbers, 1000, sizeof numbers[0], ascending);
    printf("%d %d %d\n", numbers[0], numbers[500], numbers[999]);
    int landed = setjmp(back);
    if (landed == 0)
        jump(20);
    printf("landed %d\n", landed);
    unsigned char a[16], b[16];
    int got = getrandom(a, sizeof a, 0) == 16 && getrandom(b, sizeof b, 0) == 16;
    printf("random %d\n", got && memcmp(a, b, sizeof a) != 0);
    struct timespec before, after, span = { .tv_nsec = 20000000 };
    clock_gettime(CLOCK_MONOTONIC, &before);
    nanosleep(&span, NULL);
    clock_gettime(CLOCK_MONOTONIC, &after);
    long long passed = (after.tv_sec - before.tv_sec) * 1000000000LL + after.tv_nsec - before.tv_nsec;
    printf("slept %d, year %d\n", passed >= 20000000, time(NULL) > 1700000000);
    fprintf(stderr, "to the error stream\n");
    return 3;
}
