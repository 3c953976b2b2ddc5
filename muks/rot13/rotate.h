#ifndef ROTATE_H
#define ROTATE_H

/* The letter 13 places on; anything else as it is. */
int rotate(int c);

#endif
