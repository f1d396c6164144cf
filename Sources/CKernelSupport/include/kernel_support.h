#ifndef COMITIA_KERNEL_SUPPORT_H
#define COMITIA_KERNEL_SUPPORT_H

#include <stddef.h>

/// Overwrites `count` bytes with zeros in a way that the optimiser may not remove.
void comitia_wipe(void *bytes, size_t count);

#endif
