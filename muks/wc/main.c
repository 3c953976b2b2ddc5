/* wc: lines, words and bytes of its input, as `wc` prints them for a pipe. */
#include <ctype.h>
#include <stdio.h>

int main(void) {
    unsigned long long lines = 0;
    unsigned long long words = 0;
    unsigned long long bytes = 0;
    int in_word = 0;
    int c;
    while ((c = getchar()) != EOF) {
        bytes++;
        lines += c == '\n';
        words += !isspace(c) && !in_word;
        in_word = !isspace(c);
    }
    printf("%7llu %7llu %7llu\n", lines, words, bytes);
    return ferror(stdin) || fflush(stdout) != 0;
}
