/* ledger: reads lines "account amount" and keeps balances, but trusts that every account exists. */
#include <stdio.h>
#include <string.h>

struct account {
    const char *name;
    long balance;
};

static struct account accounts[] = {{"rent", 0}, {"food", 0}};

static struct account *find(const char *name) {
    for (size_t i = 0; i < sizeof accounts / sizeof accounts[0]; i++) {
        if (strcmp(accounts[i].name, name) == 0) {
            return &accounts[i];
        }
    }
    return NULL;
}

static void book(const char *name, long amount) {
    find(name)->balance += amount;
}

int main(void) {
    char name[32];
    long amount;
    while (scanf("%31s %ld", name, &amount) == 2) {
        book(name, amount);
    }
    for (size_t i = 0; i < sizeof accounts / sizeof accounts[0]; i++) {
        printf("%s %ld\n", accounts[i].name, accounts[i].balance);
    }
    return 0;
}
