/* Nothing was granted: files do not exist, processes and sockets cannot be made, unknown calls are refused.
 * machines: kvm, process: natively it may do what it is refused here */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
    printf("open %d %s\n", open("/etc/passwd", O_RDONLY), errno == ENOENT ? "ENOENT" : "?");
    printf("fork %d %s\n", fork(), errno == ENOSYS ? "ENOSYS" : "?");
    printf("socket %d %s\n", socket(AF_INET, SOCK_STREAM, 0), errno == ENOSYS ? "ENOSYS" : "?");
    printf("acct %ld %s\n", syscall(SYS_acct, 0), errno == ENOSYS ? "ENOSYS" : "?");
    syscall(SYS_acct, 0);
    printf("seek %ld %s\n", (long)lseek(1, 0, SEEK_CUR), errno == ESPIPE ? "ESPIPE" : "?");
    printf("tty %d %s\n", isatty(1), errno == ENOTTY ? "ENOTTY" : "?");
    printf("fault %zd %s\n", write(1, (void *)8, 4), errno == EFAULT ? "EFAULT" : "?");
    return 0;
}
