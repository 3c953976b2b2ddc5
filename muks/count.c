/* count: how often each line comes, as `LC_ALL=C sort | uniq -c` prints it.
 *
 * Lines are counted as they come in, in an open-addressing table, so memory grows with the number of different lines
 * and not with the input; the counts are printed, in the lines' byte order, when the input has ended.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    char *line; /* NULL: free */
    size_t bytes;
    uint64_t hash;
    uint64_t count;
};

struct table {
    struct entry *entries;
    size_t capacity; /* a power of two */
    size_t used;
};

static char in_buffer[1 << 16];
static char out_buffer[1 << 16];

static void *must(void *memory) {
    if (memory == NULL) {
        perror("count");
        exit(EXIT_FAILURE);
    }
    return memory;
}

/* FNV-1a, 64 bits. */
static uint64_t hash_of(const char *line, size_t bytes) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < bytes; i++) {
        hash = (hash ^ (unsigned char)line[i]) * 0x100000001b3u;
    }
    return hash;
}

/* The entry of the line, or the free one where it belongs. */
static struct entry *find(const struct table *table, const char *line, size_t bytes, uint64_t hash) {
    size_t mask = table->capacity - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        struct entry *entry = &table->entries[i];
        if (entry->line == NULL ||
            (entry->hash == hash && entry->bytes == bytes && memcmp(entry->line, line, bytes) == 0)) {
            return entry;
        }
    }
}

static void grow(struct table *table) {
    struct table larger = {.capacity = table->capacity * 2, .used = table->used};
    larger.entries = must(calloc(larger.capacity, sizeof *larger.entries));
    for (size_t i = 0; i < table->capacity; i++) {
        const struct entry *entry = &table->entries[i];
        if (entry->line != NULL) {
            *find(&larger, entry->line, entry->bytes, entry->hash) = *entry;
        }
    }
    free(table->entries);
    *table = larger;
}

static void count_line(struct table *table, const char *line, size_t bytes) {
    uint64_t hash = hash_of(line, bytes);
    struct entry *entry = find(table, line, bytes, hash);
    if (entry->line == NULL) {
        char *copy = must(malloc(bytes + 1));
        memcpy(copy, line, bytes);
        *entry = (struct entry){.line = copy, .bytes = bytes, .hash = hash};
        table->used++;
    }
    entry->count++;
    if (table->used * 4 >= table->capacity * 3) {
        grow(table);
    }
}

static int by_bytes(const void *left, const void *right) {
    const struct entry *a = left;
    const struct entry *b = right;
    size_t common = a->bytes < b->bytes ? a->bytes : b->bytes;
    int order = memcmp(a->line, b->line, common);
    return order != 0 ? order : (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

static void print_sorted(struct table *table) {
    size_t kept = 0;
    for (size_t i = 0; i < table->capacity; i++) {
        if (table->entries[i].line != NULL) {
            table->entries[kept++] = table->entries[i];
        }
    }
    qsort(table->entries, kept, sizeof *table->entries, by_bytes);
    for (size_t i = 0; i < kept; i++) {
        const struct entry *entry = &table->entries[i];
        printf("%7llu ", (unsigned long long)entry->count);
        fwrite(entry->line, 1, entry->bytes, stdout);
        putchar('\n');
    }
}

int main(void) {
    setvbuf(stdin, in_buffer, _IOFBF, sizeof in_buffer);
    setvbuf(stdout, out_buffer, _IOFBF, sizeof out_buffer);
    struct table table = {.capacity = 1024};
    table.entries = must(calloc(table.capacity, sizeof *table.entries));
    char *line = NULL;
    size_t room = 0;
    ssize_t bytes;
    while ((bytes = getline(&line, &room, stdin)) > 0) {
        size_t length = (size_t)bytes;
        count_line(&table, line, line[length - 1] == '\n' ? length - 1 : length);
    }
    if (ferror(stdin)) {
        perror("count");
        return EXIT_FAILURE;
    }
    print_sorted(&table);
    if (fflush(stdout) != 0) {
        perror("count");
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
