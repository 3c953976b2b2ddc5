/* Calls that wait, of several threads at once: each goes on when its own thing comes, a signal ends the wait of the
 * thread that gets it, and the first thread may be gone before the last word is said. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static int pipes[4][2], event, timer;
static pthread_t first;
static volatile sig_atomic_t rung;

static void ring(int signal)
{
    (void)signal;
    rung++;
}

static void *reader(void *which)
{
    char text[16] = "";
    long got = read(pipes[(intptr_t)which][0], text, sizeof text - 1);
    return (void *)(intptr_t)(got == 2 && text[0] == 'a' + (char)(intptr_t)which);
}

static void *watcher(void *unused)
{
    (void)unused;
    int set = epoll_create1(0);
    struct epoll_event wanted = { .events = EPOLLIN }, got;
    epoll_ctl(set, EPOLL_CTL_ADD, event, &wanted);
    uint64_t value = 0;
    return (void *)(intptr_t)(epoll_wait(set, &got, 1, -1) == 1 && read(event, &value, 8) == 8 && value == 7);
}

static void *ticker(void *unused)
{
    (void)unused;
    uint64_t ticks = 0;
    return (void *)(intptr_t)(read(timer, &ticks, 8) == 8 && ticks >= 1);
}

static void *canceled(void *unused)
{
    char text[8];
    return read(pipes[3][0], text, sizeof text) < 0 ? unused : NULL;
}

static void *interrupted(void *unused)
{
    (void)unused;
    struct pollfd end = { .fd = pipes[3][0], .events = POLLIN };
    int result = poll(&end, 1, 20000);
    return (void *)(intptr_t)(result == -1 && errno == EINTR);
}

static void pause_briefly(void)
{
    struct timespec span = { .tv_nsec = 20000000 };
    nanosleep(&span, NULL);
}

static void *last(void *unused)
{
    (void)unused;
    pthread_join(first, NULL);
    puts("the first thread is gone");
    return NULL;
}

int main(void)
{
    pthread_t readers[3], others[3];
    void *result;
    for (int i = 0; i < 4; i++)
        pipe(pipes[i]);
    event = eventfd(0, 0);
    timer = timerfd_create(CLOCK_MONOTONIC, 0);
    for (int i = 0; i < 3; i++)
        pthread_create(&readers[i], NULL, reader, (void *)(intptr_t)i);
    pthread_create(&others[0], NULL, watcher, NULL);
    pthread_create(&others[1], NULL, ticker, NULL);
    pause_briefly();
    puts("five wait");

    for (int i = 2; i >= 0; i--) {
        char text[2] = { (char)('a' + i), '\n' };
        write(pipes[i][1], text, 2);
        pthread_join(readers[i], &result);
        printf("reader %d: %d\n", i, (int)(intptr_t)result);
    }
    struct itimerspec soon = { .it_value = { .tv_nsec = 10000000 } };
    timerfd_settime(timer, 0, &soon, NULL);
    pthread_join(others[1], &result);
    printf("timer: %d\n", (int)(intptr_t)result);
    uint64_t seven = 7;
    write(event, &seven, 8);
    pthread_join(others[0], &result);
    printf("event: %d\n", (int)(intptr_t)result);

    pthread_create(&others[0], NULL, canceled, NULL);
    pause_briefly();
    pthread_cancel(others[0]);
    pthread_join(others[0], &result);
    printf("canceled: %d\n", result == PTHREAD_CANCELED);

    struct sigaction action = { .sa_handler = ring };
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGALRM, &action, NULL);
    pthread_create(&others[0], NULL, interrupted, NULL);
    pause_briefly();
    pthread_kill(others[0], SIGUSR1);
    pthread_join(others[0], &result);
    printf("interrupted: %d, rung %d\n", (int)(intptr_t)result, rung);

    char text[8];
    ualarm(20000, 0);
    long got = read(pipes[3][0], text, sizeof text);
    printf("alarm: %ld %s, rung %d\n", got, errno == EINTR ? "EINTR" : "?", rung);

    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, NULL);
    pthread_create(&readers[0], NULL, reader, (void *)0);
    ualarm(20000, 0);
    while (rung < 3)
        pause_briefly();
    write(pipes[0][1], "a\n", 2);
    pthread_join(readers[0], &result);
    printf("restarted: %d\n", (int)(intptr_t)result);

    first = pthread_self();
    pthread_create(&others[0], NULL, last, NULL);
    fflush(stdout);
    pthread_exit(NULL);
}
