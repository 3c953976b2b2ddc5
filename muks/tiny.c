/* tiny: one line to the log through muk.h, without stdio. What an image weighs that brings nothing else. */
#include <muk.h>

int main(int argc, char **argv) {
    muk_log("tiny: %s", argc > 1 ? argv[1] : "here");
    return 0;
}
