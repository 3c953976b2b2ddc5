/* Signals to itself: a handler and its return, a mask, siginfo, floating point kept across a handler,
 * a fault that a handler jumps out of on a stack of its own, and a handler that runs once. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static volatile int seen;
static sigjmp_buf out;

static void count(int signal, siginfo_t *info, void *context)
{
    volatile double spoil = 3.5;
    (void)context;
    spoil *= 2;
    seen += signal == SIGUSR1 && info->si_signo == SIGUSR1;
}

static void escape(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)context;
    printf("fault at %p\n", info->si_addr);
    siglongjmp(out, 1);
}

int main(void)
{
    static char stack[16384];
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = count;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGUSR1, &action, NULL);
    volatile double kept = 1.25;
    raise(SIGUSR1);
    printf("handled %d, kept %.2f\n", seen, kept);

    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGUSR1);
    int blocked = seen;
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    printf("blocked %d, then %d\n", blocked, seen);

    stack_t alternate = { .ss_sp = stack, .ss_size = sizeof stack };
    sigaltstack(&alternate, NULL);
    action.sa_sigaction = escape;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaction(SIGSEGV, &action, NULL);
    if (sigsetjmp(out, 1) == 0)
        *(volatile int *)0x40 = 1;
    if (sigsetjmp(out, 1) == 0)
        *(volatile int *)0x80 = 1;

    signal(SIGUSR2, SIG_IGN);
    raise(SIGUSR2);
    puts("done");
    return 0;
}
