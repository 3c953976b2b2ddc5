/* top [n=10]: the n lines that start with the largest numbers, largest first, as `LC_ALL=C sort -rn | head -n N`.
 *
 * Lines of equal numbers come in falling byte order, as sort -r gives them. Numbers are whole; a line without one
 * counts as 0. Only n lines are kept at a time: a heap with the smallest of them on top.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_MAX = 1000000 };

struct line {
    char *text;
    size_t bytes;
    long long number;
};

static char in_buffer[1 << 16];

/* Negative: a is printed after b. */
static int compare(const struct line *a, const struct line *b) {
    if (a->number != b->number) {
        return a->number < b->number ? -1 : 1;
    }
    size_t common = a->bytes < b->bytes ? a->bytes : b->bytes;
    int order = memcmp(a->text, b->text, common);
    return order != 0 ? order : (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

static void swap(struct line *a, struct line *b) {
    struct line kept = *a;
    *a = *b;
    *b = kept;
}

static void sift_up(struct line *heap, size_t at) {
    while (at > 0 && compare(&heap[at], &heap[(at - 1) / 2]) < 0) {
        swap(&heap[at], &heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

static void sift_down(struct line *heap, size_t count, size_t at) {
    for (;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++) {
            if (compare(&heap[child], &heap[least]) < 0) {
                least = child;
            }
        }
        if (least == at) {
            return;
        }
        swap(&heap[at], &heap[least]);
        at = least;
    }
}

static int falling(const void *left, const void *right) {
    return compare(right, left);
}

/* n=..., or -1 where an argument is not that. */
static long parse_arguments(int argc, char **argv) {
    long wanted = 10;
    for (int i = 1; i < argc; i++) {
        char *end;
        errno = 0;
        wanted = strncmp(argv[i], "n=", 2) == 0 ? strtol(argv[i] + 2, &end, 10) : -1;
        if (wanted < 0 || wanted > LINES_MAX || argv[i][2] == '\0' || *end != '\0' || errno != 0) {
            fprintf(stderr, "top: '%s' is not n=0 to n=%d\n", argv[i], LINES_MAX);
            return -1;
        }
    }
    return wanted;
}

/* Takes the text if it is among the largest so far. 0, or -1 without memory. */
static int offer(struct line *heap, size_t *count, size_t wanted, const char *text, size_t bytes) {
    struct line line = {.text = (char *)text, .bytes = bytes, .number = strtoll(text, NULL, 10)};
    if (*count == wanted && (wanted == 0 || compare(&line, &heap[0]) <= 0)) {
        return 0;
    }
    line.text = malloc(bytes + 1);
    if (line.text == NULL) {
        return -1;
    }
    memcpy(line.text, text, bytes);
    if (*count < wanted) {
        heap[*count] = line;
        sift_up(heap, (*count)++);
    } else {
        free(heap[0].text);
        heap[0] = line;
        sift_down(heap, *count, 0);
    }
    return 0;
}

int main(int argc, char **argv) {
    long wanted = parse_arguments(argc, argv);
    if (wanted < 0) {
        return 2;
    }
    setvbuf(stdin, in_buffer, _IOFBF, sizeof in_buffer);
    struct line *heap = calloc((size_t)wanted + 1, sizeof *heap);
    size_t count = 0;
    char *text = NULL;
    size_t room = 0;
    ssize_t bytes;
    int failed = heap == NULL;
    while (!failed && (bytes = getline(&text, &room, stdin)) > 0) {
        size_t length = (size_t)bytes;
        if (text[length - 1] == '\n') {
            text[--length] = '\0';
        }
        failed = offer(heap, &count, (size_t)wanted, text, length) != 0;
    }
    if (failed || ferror(stdin)) {
        perror("top");
        return EXIT_FAILURE;
    }
    qsort(heap, count, sizeof *heap, falling);
    for (size_t i = 0; i < count; i++) {
        fwrite(heap[i].text, 1, heap[i].bytes, stdout);
        putchar('\n');
    }
    if (fflush(stdout) != 0) {
        perror("top");
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
