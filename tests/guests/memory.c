/* malloc small and large, realloc, mmap, mprotect, munmap; what comes back is zero, what is freed can be had again.
 * machines: kvm, process: natively memory may be written and executed at once */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

int main(void)
{
    size_t total = 0;
    for (int round = 0; round < 50; round++) {
        char *big = malloc(8 << 20);
        if (big == NULL)
            return 1;
        memset(big, round, 8 << 20);
        total += (unsigned char)big[(8 << 20) - 1];
        free(big);
    }
    char *zero = calloc(1, 4 << 20);
    for (size_t i = 0; i < 4 << 20; i += 512)
        total += (size_t)zero[i];
    char *text = malloc(16);
    strcpy(text, "kept");
    text = realloc(text, 3 << 20);
    text = realloc(text, 5 << 20);
    printf("%zu %s\n", total, text);

    char *pages = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pages[4096] = 'x';
    int protected = mprotect(pages, 4096, PROT_READ);
    int unmapped = munmap(pages + 8192, 4096);
    int advised = madvise(pages + 4096, 4096, MADV_DONTNEED);
    printf("%d %d %d %d\n", protected, unmapped, advised, pages[4096]);
    int both = mmap(NULL, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
    printf("write and execute refused: %d\n", both);
    return 0;
}
