/* An alarm ends a pause, an interval timer interrupts a loop, and a sleep is cut short. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int rung;

static void ring(int signal)
{
    (void)signal;
    rung++;
}

int main(void)
{
    struct sigaction action = { .sa_handler = ring };
    sigaction(SIGALRM, &action, NULL);

    struct itimerval once = { .it_value = { .tv_usec = 30000 } };
    setitimer(ITIMER_REAL, &once, NULL);
    int result = pause();
    printf("pause %d %s, rung %d\n", result, errno == EINTR ? "EINTR" : "?", rung);

    struct itimerval often = { .it_value = { .tv_usec = 10000 }, .it_interval = { .tv_usec = 10000 } };
    setitimer(ITIMER_REAL, &often, NULL);
    while (rung < 4)
        ;
    struct itimerval never = { 0 };
    setitimer(ITIMER_REAL, &never, NULL);
    puts("interval rang");

    once.it_value.tv_usec = 30000;
    setitimer(ITIMER_REAL, &once, NULL);
    struct timespec span = { .tv_sec = 5 }, left;
    result = nanosleep(&span, &left);
    printf("sleep %d %s, some left: %d\n", result, errno == EINTR ? "EINTR" : "?", left.tv_sec >= 3);
    return 0;
}
