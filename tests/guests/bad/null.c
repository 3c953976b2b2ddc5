/* A plain write through a null pointer, which an optimiser may take for "cannot happen". */
int main(void) {
    int *nowhere = 0;
    *nowhere = 3;
    return 0;
}
