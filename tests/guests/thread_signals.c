/* Signals between threads, and what a handler or another thread must not disturb: masks, values, a stack of each
 * thread's own, and every register of the vector unit. */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t handled_by;
static _Thread_local int number;
static _Thread_local sigjmp_buf out;

static void note(int signal)
{
    (void)signal;
    handled_by = number;
}

static void *sleeper(void *argument)
{
    number = *(int *)argument;
    sigset_t all;
    sigfillset(&all);
    sigdelset(&all, SIGUSR1);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    pause();
    return NULL;
}

static void *wait_for_value(void *argument)
{
    siginfo_t info;
    int signal = sigwaitinfo(argument, &info);
    return (void *)(long)(signal == SIGRTMIN ? info.si_value.sival_int : -1);
}

static void escape(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)context, (void)info;
    siglongjmp(out, 1);
}

static void *overflow(void *argument)
{
    static char stacks[2][65536];
    stack_t own = { .ss_sp = stacks[*(int *)argument], .ss_size = sizeof stacks[0] };
    sigaltstack(&own, NULL);
    if (sigsetjmp(out, 1) == 0)
        *(volatile int *)0x10 = 1;
    own.ss_flags = SS_DISABLE;
    sigaltstack(&own, NULL);
    return argument;
}

/* Fills the vector registers that this processor has, spends time, and looks whether they are as they were. What lies
 * below the stack pointer is the compiler's: the call goes beneath it. */
static int keeps(uint64_t seed, void (*spend)(void))
{
    static int wide = -1;
    if (wide < 0)
        wide = __builtin_cpu_supports("avx512f") ? 2 : __builtin_cpu_supports("avx2") ? 1 : 0;
    uint64_t in[8], got[8] = { 0 };
    for (int i = 0; i < 8; i++)
        in[i] = seed * 0x9e3779b97f4a7c15u + (uint64_t)i;
    size_t bytes = wide == 2 ? 64 : wide == 1 ? 32 : 16;
    if (wide == 2)
        __asm__ volatile("vmovdqu64 (%0), %%zmm5\n vmovdqu64 (%0), %%zmm31\n lea -128(%%rsp), %%rsp\n call *%2\n"
                         "lea 128(%%rsp), %%rsp\n vpxorq %%zmm5, %%zmm31, %%zmm31\n"
                         "vpaddq %%zmm5, %%zmm31, %%zmm31\n vmovdqu64 %%zmm31, (%1)\n vzeroupper"
                         : : "r"(in), "r"(got), "r"(spend)
                         : "memory", "cc", "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "xmm5");
    else if (wide == 1)
        __asm__ volatile("vmovdqu (%0), %%ymm5\n"
                         "lea -128(%%rsp), %%rsp\n call *%2\n lea 128(%%rsp), %%rsp\n vmovdqu %%ymm5, (%1)\n vzeroupper"
                         : : "r"(in), "r"(got), "r"(spend)
                         : "memory", "cc", "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "xmm5");
    else
        __asm__ volatile("movdqu (%0), %%xmm5\n"
                         "lea -128(%%rsp), %%rsp\n call *%2\n lea 128(%%rsp), %%rsp\n movdqu %%xmm5, (%1)"
                         : : "r"(in), "r"(got), "r"(spend)
                         : "memory", "cc", "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "xmm5");
    return memcmp(in, got, bytes) == 0;
}

/* These touch no vector register themselves: a system call that yields, one that signals oneself, or a long loop. */
__attribute__((naked)) static void yield(void)
{
    __asm__("mov $24, %eax\n syscall\n ret");
}

__attribute__((naked)) static void disturb(void)
{
    __asm__("mov $186, %eax\n syscall\n mov %eax, %edi\n mov $12, %esi\n mov $200, %eax\n syscall\n ret");
}

__attribute__((naked)) static void compute(void)
{
    __asm__("mov $40000000, %eax\n 1: dec %eax\n jnz 1b\n ret");
}

static void spoil(int signal)
{
    (void)signal;
    keeps(99, yield);
}

static void *vectors(void *argument)
{
    long good = 0;
    uint64_t seed = (uint64_t)*(int *)argument + 1;
    for (int i = 0; i < 200; i++)
        good += keeps(seed + (uint64_t)i * 8, yield);
    for (int i = 0; i < 20; i++)
        good += keeps(seed + (uint64_t)i * 16, disturb);
    good += keeps(seed, compute);
    return (void *)good;
}

int main(void)
{
    static int ids[3] = { 0, 1, 2 };
    pthread_t threads[3];
    void *value;
    signal(SIGUSR1, note);
    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_create(&threads[0], NULL, sleeper, &ids[2]);
    usleep(20000);
    pthread_kill(threads[0], SIGUSR1);
    pthread_join(threads[0], NULL);
    printf("to one thread: %d\n", handled_by);

    pthread_sigmask(SIG_BLOCK, &set, NULL);
    pthread_create(&threads[0], NULL, sleeper, &ids[1]);
    usleep(20000);
    kill(getpid(), SIGUSR1);
    pthread_join(threads[0], NULL);
    printf("to the program: %d\n", handled_by);

    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    pthread_sigmask(SIG_BLOCK, &set, &old);
    pthread_create(&threads[0], NULL, wait_for_value, &set);
    pthread_create(&threads[1], NULL, wait_for_value, &set);
    sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = 3 });
    sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = 40 });
    long values = 0;
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], &value);
        values += (long)value;
    }
    struct timespec none = { 0, 1000000 };
    printf("values: %ld, and then none: %d\n", values, sigtimedwait(&set, NULL, &none));

    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = escape;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaction(SIGSEGV, &action, NULL);
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, overflow, &ids[i]);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    puts("each escaped from its own fault");

    signal(SIGUSR2, spoil);
    long good = 0;
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, vectors, &ids[i]);
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], &value);
        good += (long)value;
    }
    printf("vector registers kept: %ld\n", good);
    return 0;
}
