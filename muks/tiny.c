/* tiny [status]: ends at once. What an image weighs when its program asks for nothing. */
int main(int argc, char **argv) {
    return argc > 1 ? argv[1][0] - '0' : 0;
}
