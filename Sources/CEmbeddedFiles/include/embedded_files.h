#pragma once

#include <stddef.h>

/// What a file had in it when the program was compiled.
typedef struct {
  const unsigned char *first;
  size_t count;
} embedded_bytes;

/// The file of a name, such as "catalogues/public-en.json"; a null pointer if there is none.
embedded_bytes embedded_file(const char *name);
