/* Pipes, poll, select, epoll, eventfd and timerfd: what comes when, and which error when not. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static long said(long result)
{
    return result < 0 ? -errno : result;
}

static void pipes(void)
{
    int ends[2], waiting;
    char block[4096], text[8];
    {
        const long r0 = said(pipe2(ends, O_NONBLOCK | O_CLOEXEC));
        const long r1 = said(pipe2(ends, O_APPEND));
        printf("pipe2 %ld, odd flags %ld\n", r0, r1);
    }
    printf("empty %ld\n", said(read(ends[0], text, sizeof text)));
    memset(block, 'x', sizeof block);
    long all = 0, put;
    while ((put = write(ends[1], block, sizeof block)) > 0)
        all += put;
    {
        const long r0 = said(put);
        const long r1 = said(write(ends[1], "y", 1));
        printf("holds %ld, then %ld, one byte more %ld\n", all, r0, r1);
    }
    ioctl(ends[0], FIONREAD, &waiting);
    printf("in it %d\n", waiting);
    all = 0;
    while ((put = read(ends[0], block, sizeof block)) > 0)
        all += put;
    printf("drained %ld\n", all);
    {
        const long r0 = said(lseek(ends[0], 0, SEEK_CUR));
        const long r1 = said(pread(ends[0], text, 1, 0));
        const long r2 = said(write(ends[0], "z", 1));
        const long r3 = said(read(ends[1], text, 1));
        printf("seek %ld, pread %ld, wrong end %ld %ld\n", r0, r1, r2, r3);
    }
    signal(SIGPIPE, SIG_IGN);
    write(ends[1], "last", 4);
    struct pollfd end = {.fd = ends[0], .events = POLLIN};
    close(ends[1]);
    poll(&end, 1, 0);
    printf("poll %#x\n", (unsigned)end.revents);
    printf("last %ld", said(read(ends[0], text, 8)));
    printf(", end %ld\n", said(read(ends[0], text, 8)));
    pipe(ends);
    close(ends[0]);
    struct pollfd broken = {.fd = ends[1], .events = POLLOUT};
    poll(&broken, 1, 0);
    printf("nobody reads: poll %#x, write %ld\n", (unsigned)broken.revents, said(write(ends[1], "a", 1)));
    close(ends[1]);
}

static void polls(void)
{
    int ends[2];
    pipe(ends);
    struct pollfd all[] = {
        {.fd = ends[0], .events = POLLIN}, {.fd = ends[1], .events = POLLOUT}, {.fd = -1, .events = POLLIN}, {.fd = 99},
    };
    poll(all, 4, 0);
    printf("poll: %#x %#x %#x %#x\n", (unsigned)all[0].revents, (unsigned)all[1].revents,
        (unsigned)all[2].revents, (unsigned)all[3].revents);
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    int none = poll(all, 1, 30);
    clock_gettime(CLOCK_MONOTONIC, &after);
    long passed = (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
    printf("poll waits %d, long enough %d\n", none, passed >= 29);
    fd_set reads, writes;
    FD_ZERO(&reads);
    FD_ZERO(&writes);
    FD_SET(ends[0], &reads);
    FD_SET(ends[1], &writes);
    struct timeval soon = {.tv_usec = 1000};
    write(ends[1], "a", 1);
    int ready = select(ends[1] + 1, &reads, &writes, NULL, &soon);
    printf("select %d: %d %d\n", ready, FD_ISSET(ends[0], &reads) != 0,
        FD_ISSET(ends[1], &writes) != 0);
    FD_ZERO(&reads);
    FD_SET(98, &reads);
    printf("select of none %ld\n", said(select(99, &reads, NULL, NULL, &soon)));
    close(ends[0]);
    close(ends[1]);
}

static void counters(void)
{
    uint64_t value = 5;
    int plain = eventfd(3, EFD_NONBLOCK), one = eventfd(2, EFD_NONBLOCK | EFD_SEMAPHORE);
    write(plain, &value, 8);
    printf("eventfd %ld", said(read(plain, &value, 8)));
    printf(": %ld", (long)value);
    {
        const long r0 = said(read(plain, &value, 8));
        const long r1 = said(read(plain, &value, 4));
        printf(", again %ld, short %ld\n", r0, r1);
    }
    for (int i = 0; i < 3; i++)
        printf("semaphore %ld\n", said(read(one, &value, 8)));
    value = UINT64_MAX - 1;
    printf("full %ld", said(write(plain, &value, 8)));
    value = 1;
    printf(", more %ld", said(write(plain, &value, 8)));
    value = UINT64_MAX;
    printf(", too much %ld\n", said(write(plain, &value, 8)));
    close(plain);
    close(one);
}

static void timers(void)
{
    uint64_t times = 0;
    int timer = timerfd_create(CLOCK_MONOTONIC, 0);
    struct itimerspec set = {.it_value.tv_nsec = 5000000, .it_interval.tv_sec = 1}, left;
    printf("timer %ld", said(timerfd_settime(timer, 0, &set, NULL)));
    printf(", read %ld", said(read(timer, &times, 8)));
    printf(": %ld\n", (long)times);
    timerfd_gettime(timer, &left);
    printf("left %d, interval %ld\n", left.it_value.tv_sec == 0 && left.it_value.tv_nsec > 0,
        (long)left.it_interval.tv_sec);
    struct itimerspec off = {0};
    {
        const long r0 = said(timerfd_settime(timer, 0, &off, NULL));
        const long r1 = said(timerfd_settime(timer, 0, &(struct itimerspec){.it_value.tv_nsec = 1000000000}, NULL));
        const long r2 = said(timerfd_create(99, 0));
        printf("off %ld, bad %ld, bad clock %ld\n", r0, r1, r2);
    }
    struct timespec past;
    clock_gettime(CLOCK_MONOTONIC, &past);
    struct itimerspec at = {.it_value = past};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL);
    printf("at once %ld", said(read(timer, &times, 8)));
    printf(": %ld\n", (long)times);
    close(timer);
}

static void sets(void)
{
    int set = epoll_create1(EPOLL_CLOEXEC), ends[2], count = eventfd(0, EFD_NONBLOCK);
    uint64_t one = 1;
    char byte;
    pipe2(ends, O_NONBLOCK);
    struct epoll_event level = {.events = EPOLLIN, .data.u32 = 1}, got[4];
    struct epoll_event edge = {.events = EPOLLIN | EPOLLET, .data.u32 = 2};
    printf("add %ld", said(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &level)));
    printf(" %ld", said(epoll_ctl(set, EPOLL_CTL_ADD, count, &edge)));
    printf(", twice %ld\n", said(epoll_ctl(set, EPOLL_CTL_ADD, count, &edge)));
    printf("nothing %d\n", epoll_wait(set, got, 4, 0));
    write(ends[1], "ab", 2);
    write(count, &one, 8);
    printf("both %d\n", epoll_wait(set, got, 4, 0));
    int again = epoll_wait(set, got, 4, 0);
    printf("level only %d: %u\n", again, got[0].data.u32);
    write(count, &one, 8);
    printf("edge again %d\n", epoll_wait(set, got, 4, 0));
    read(ends[0], &byte, 1);
    read(ends[0], &byte, 1);
    printf("drained %d\n", epoll_wait(set, got, 4, 0));
    level.events = EPOLLIN | EPOLLONESHOT;
    printf("once %ld", said(epoll_ctl(set, EPOLL_CTL_MOD, ends[0], &level)));
    write(ends[1], "c", 1);
    int first = epoll_wait(set, got, 4, 0);
    printf(": %d %d\n", first, epoll_wait(set, got, 4, 0));
    close(ends[1]);
    level.events = EPOLLIN;
    epoll_ctl(set, EPOLL_CTL_MOD, ends[0], &level);
    int hung = epoll_wait(set, got, 4, 0);
    printf("hung %d: %#x\n", hung, got[0].events);
    printf("delete %ld", said(epoll_ctl(set, EPOLL_CTL_DEL, ends[0], NULL)));
    {
        const long r0 = said(epoll_ctl(set, EPOLL_CTL_DEL, ends[0], NULL));
        const long r1 = said(epoll_ctl(set, EPOLL_CTL_ADD, set, &level));
        const long r2 = said(epoll_wait(count, got, 4, 0));
        printf(", twice %ld, itself %ld, not a set %ld\n", r0, r1, r2);
    }
    printf("no room %ld\n", said(epoll_wait(set, got, 0, 0)));
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct itimerspec soon = {.it_value.tv_nsec = 5000000};
    struct epoll_event when = {.events = EPOLLIN, .data.u32 = 7};
    epoll_ctl(set, EPOLL_CTL_ADD, timer, &when);
    timerfd_settime(timer, 0, &soon, NULL);
    int due = epoll_wait(set, got, 4, 5000);
    printf("timer %d: %u\n", due, got[0].data.u32);
    close(set);
    close(timer);
    close(count);
    close(ends[0]);
}

int main(void)
{
    pipes();
    polls();
    counters();
    timers();
    sets();
    return 0;
}
