/* Regular expressions, file name patterns and searching: regcomp, fnmatch, bsearch, hsearch, tsearch. */
#define _GNU_SOURCE
#include <fnmatch.h>
#include <regex.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void show(const void *node, VISIT which, int depth)
{
    (void)depth;
    if (which == postorder || which == leaf)
        printf(" %s", *(const char *const *)node);
}

static void match(const char *pattern, int flags, const char *text)
{
    regex_t regex;
    regmatch_t found[4];
    int failure = regcomp(&regex, pattern, flags);
    if (failure != 0) {
        char why[64];
        regerror(failure, &regex, why, sizeof why);
        printf("%s: %s\n", pattern, why);
        return;
    }
    int result = regexec(&regex, text, 4, found, 0);
    printf("%s: %d", pattern, result);
    for (int i = 0; result == 0 && i < 4 && found[i].rm_so >= 0; i++)
        printf(" [%.*s]", (int)(found[i].rm_eo - found[i].rm_so), text + found[i].rm_so);
    puts("");
    regfree(&regex);
}

int main(void)
{
    match("([a-z]+)@([a-z.]+)", REG_EXTENDED, "to: someone@example.org, now");
    match("^(a|b)*c{2,3}$", REG_EXTENDED, "abbaccc");
    match("\\(x*\\)y\\1", 0, "axxyxxb");
    match("HELLO", REG_ICASE | REG_NOSUB, "say hello");
    match("[[:digit:]]+", REG_EXTENDED, "none");
    match("(open", REG_EXTENDED, "");
    printf("%d %d\n", fnmatch("*.[ch]", "file.c", 0), fnmatch("a/*", "a/b/c", FNM_PATHNAME));
    static const char words[5][8] = { "alpha", "beta", "delta", "gamma", "omega" };
    const char *found = bsearch("gamma", words, 5, 8, compare), *none = bsearch("none", words, 5, 8, compare);
    printf("%s %d\n", found, none == NULL);
    void *root = NULL;
    for (int i = 4; i >= 0; i--)
        tsearch(words[i * 3 % 5], &root, compare);
    twalk(root, show);
    hcreate(8);
    hsearch((ENTRY){ "key", "value" }, ENTER);
    printf(" %s\n", (char *)hsearch((ENTRY){ .key = "key" }, FIND)->data);
    return 0;
}
