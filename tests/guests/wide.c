/* Wide and multibyte characters in UTF-8: conversions, classes, collation, printing and scanning. */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

int main(void)
{
    printf("%s\n", setlocale(LC_ALL, "C.UTF-8") ? "C.UTF-8" : "no locale");
    const char *bytes = "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80";
    wchar_t wide[32];
    size_t count = mbstowcs(wide, bytes, 32);
    printf("%zu characters of %zu bytes, last U+%04lX\n", count, strlen(bytes), (unsigned long)wide[count - 1]);
    char back[64];
    printf("%zu %d\n", wcstombs(back, wide, sizeof back), strcmp(back, bytes));
    mbstate_t state = { 0 };
    wchar_t one;
    size_t first = mbrtowc(&one, "\xe2", 1, &state), second = mbrtowc(&one, "\x82\xac", 2, &state);
    printf("%d %zu U+%04lX\n", (int)first, second, (unsigned long)one);
    printf("%d %s\n", (int)mbstowcs(NULL, "\xff", 0), errno == EILSEQ ? "EILSEQ" : "?");
    printf("%d %d %lc %lc\n", iswalpha(L'ü') != 0, iswdigit(L'٣') != 0, (wint_t)towupper(L'ü'), (wint_t)towlower(L'Ω'));
    wchar_t text[64];
    int made = swprintf(text, 64, L"%ls|%5d|%-4ls|%.3f", L"wörter", 42, L"x", 2.5);
    printf("%d %ls\n", made, text);
    long number;
    wchar_t word[16];
    printf("%d", swscanf(L"  -77 straße", L"%ld %15ls", &number, word));
    printf(" %ld %ls\n", number, word);
    wchar_t *rest;
    printf("%ld %lf", wcstol(L"0x1fz", &rest, 0), wcstod(L"1.5e3", NULL));
    printf(" %ls %d %ls\n", rest, wcscmp(L"a", L"b"), wcsstr(L"needle in hay", L"in"));
    return 0;
}
