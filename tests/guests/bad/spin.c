/* spin: neither reads nor writes nor ends. */
int main(void) {
    for (volatile unsigned long turns = 0;; turns++) {
    }
}
