/* Waits for a thread that it does not have.
 * not compared: natively it waits for ever */
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
    static int word;
    return (int)syscall(SYS_futex, &word, 0 /* FUTEX_WAIT */, 0, NULL, NULL, 0);
}
