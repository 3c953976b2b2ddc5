/* log.c: muk_log with a formatter of its own, so that a MUK which logs need not carry stdio. */
#include "../muk.h"
#include "calls.h"

#include <stdarg.h>

#define LINE_BYTES 1024u

/* A line costs an exit: what counts here is the image's size. */
#ifdef __clang__
#define SMALL __attribute__((minsize, noinline))
#else
#define SMALL __attribute__((noinline))
#endif

struct line {
    size_t bytes;
    char text[LINE_BYTES];
};

struct field {
    unsigned width;
    char pad;
    int longs; /* l: 1, ll and z: 2 */
};

SMALL static void put(struct line *line, char c) {
    if (line->bytes < LINE_BYTES) {
        line->text[line->bytes++] = c;
    }
}

SMALL static void put_text(struct line *line, const char *text, size_t bytes, const struct field *field) {
    for (size_t i = bytes; i < field->width; i++) {
        put(line, ' ');
    }
    for (size_t i = 0; i < bytes; i++) {
        put(line, text[i]);
    }
}

SMALL static void put_number(struct line *line, uint64_t value, unsigned base, int negative,
                             const struct field *field) {
    char digits[24];
    size_t count = 0;
    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    size_t bytes = count + (negative ? 1 : 0);
    if (negative && field->pad == '0') {
        put(line, '-');
    }
    for (size_t i = bytes; i < field->width; i++) {
        put(line, field->pad);
    }
    if (negative && field->pad != '0') {
        put(line, '-');
    }
    while (count) {
        put(line, digits[--count]);
    }
}

SMALL static const char *parse_field(const char *at, struct field *field) {
    *field = (struct field){.pad = ' '};
    if (*at == '0') {
        field->pad = '0';
        at++;
    }
    while (*at >= '0' && *at <= '9' && field->width < LINE_BYTES) {
        field->width = field->width * 10 + (unsigned)(*at++ - '0');
    }
    for (; *at == 'l' || *at == 'z'; at++) {
        field->longs += *at == 'z' ? 2 : 1;
    }
    return at;
}

SMALL void muk_log(const char *format, ...) {
    struct line line;
    struct field field;
    va_list arguments;
    line.bytes = 0;
    va_start(arguments, format);
    for (const char *at = format; *at; at++) {
        if (*at != '%') {
            put(&line, *at);
            continue;
        }
        at = parse_field(at + 1, &field);
        switch (*at) {
        case 'd':
        case 'i': {
            int64_t value = field.longs ? va_arg(arguments, int64_t) : va_arg(arguments, int);
            put_number(&line, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10, value < 0, &field);
            break;
        }
        case 'u':
        case 'x':
            put_number(&line, field.longs ? va_arg(arguments, uint64_t) : va_arg(arguments, unsigned),
                       *at == 'x' ? 16 : 10, 0, &field);
            break;
        case 'p':
            put_text(&line, "0x", 2, &(struct field){.pad = ' '});
            put_number(&line, (uintptr_t)va_arg(arguments, void *), 16, 0, &field);
            break;
        case 'c':
            put(&line, (char)va_arg(arguments, int));
            break;
        case 's': {
            const char *text = va_arg(arguments, const char *);
            text = text ? text : "(null)";
            put_text(&line, text, __builtin_strlen(text), &field);
            break;
        }
        case '\0':
            at--;
            break;
        default: /* %% and what it does not know, as it stands */
            put(&line, *at);
            break;
        }
    }
    va_end(arguments);
    muk_syscall3(MUK_CALL_LOG, (long)line.text, (long)line.bytes, 0);
}
