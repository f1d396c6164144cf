#pragma once

#include <stddef.h>

/// A text that is part of the program.
typedef struct {
  const unsigned char *bytes;
  size_t count;
} catalogue_text;

/// The catalogue of a file's name without its ending, such as "public-en"; no bytes if there is none.
catalogue_text catalogue_named(const char *name);
