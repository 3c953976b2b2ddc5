/* crash: reads a line and writes to an address that is not mapped. */
#include <stdio.h>

static void write_there(volatile int *where) {
    *where = 1;
}

int main(void) {
    char line[64];
    if (fgets(line, sizeof line, stdin) != NULL) {
        puts("before");
        fflush(stdout);
    }
    write_there((volatile int *)16);
    return 0;
}
