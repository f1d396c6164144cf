#ifndef COMITIA_KERNEL_SUPPORT_H
#define COMITIA_KERNEL_SUPPORT_H

#include <stddef.h>
#include <stdint.h>

/// Overwrites `count` bytes with zeros in a way that the optimiser may not remove.
void comitia_wipe(void *bytes, size_t count);

/// Returns `value`, about which the optimiser then knows nothing: it cannot turn a mask back into a branch.
static inline uint64_t comitia_opaque(uint64_t value) {
  __asm__("" : "+r"(value));
  return value;
}

#endif
