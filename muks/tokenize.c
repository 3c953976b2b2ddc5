/* tokenize: the words of its input, one a line, as `tr -cs A-Za-z '\n'` gives them.
 *
 * Whatever lies between two words becomes one line end, so input that starts with something else than a letter starts
 * with an empty line, and input that ends in a letter has no line end after its last word: as tr does it.
 */
#include <stdio.h>
#include <stdlib.h>

static char in_buffer[1 << 16];
static char out_buffer[1 << 16];

/* ASCII only, whatever the locale. */
static int is_letter(int c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

int main(void) {
    setvbuf(stdin, in_buffer, _IOFBF, sizeof in_buffer);
    setvbuf(stdout, out_buffer, _IOFBF, sizeof out_buffer);
    int in_gap = 0;
    int c;
    while ((c = getc_unlocked(stdin)) != EOF) {
        if (is_letter(c)) {
            putc_unlocked(c, stdout);
            in_gap = 0;
        } else if (!in_gap) {
            putc_unlocked('\n', stdout);
            in_gap = 1;
        }
    }
    if (ferror(stdin) || fflush(stdout) != 0) {
        perror("tokenize");
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
