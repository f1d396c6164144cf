#include "kernel_support.h"

void comitia_wipe(void *bytes, size_t count) {
  volatile unsigned char *p = bytes;
  while (count--) *p++ = 0;
  __asm__ __volatile__("" : : "r"(bytes) : "memory");
}
