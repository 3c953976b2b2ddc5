/* fails [status]: reads one line, says so on standard error and exits with the status, 3 by default. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    char line[64];
    if (fgets(line, sizeof line, stdin) != NULL) {
        fprintf(stderr, "that is all I wanted\n");
    }
    return argc > 1 ? atoi(argv[1]) : 3;
}
