/* A file mapped into memory, privately: what is read there is the file, what is written there is not.
 * arguments: @folder
 * machines: native, kvm: on process no file can be mapped yet */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char path[256], text[8] = "";
    if (argc < 2)
        return 1;
    snprintf(path, sizeof path, "%s/mapped", argv[1]);
    int file = open(path, O_RDWR | O_CREAT, 0644);
    for (int i = 0; i < 3000; i++)
        dprintf(file, "%04d\n", i);
    char *all = mmap(NULL, 15000, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    char *part = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file, 8192);
    printf("%.4s %.4s, beyond the end: %d\n", all + 5 * 2999, part + 3, all[15000]);
    memcpy(all, "here", 4);
    pread(file, text, 4, 0);
    printf("memory %.4s, file %s\n", all, text);
    printf("%d %d\n", munmap(all, 15000), munmap(part, 4096));
    int reader = open(path, O_RDONLY);
    close(file);
    char *after = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, reader, 4096);
    close(reader);
    printf("after close: %.5s", after + 4);
    int refused = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, reader, 0) == MAP_FAILED;
    printf("%d %s\n", refused, errno == EBADF ? "EBADF" : "?");
    return 0;
}
