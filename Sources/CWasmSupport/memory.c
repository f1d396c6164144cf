// The few functions of a C library that compiled Swift calls, for WebAssembly modules that have none.
#include "wasm_support.h"

#ifdef __wasm__

void *memset(void *destination, int byte, size_t count) { return __builtin_memset(destination, byte, count); }
void *memcpy(void *destination, const void *source, size_t count) { return __builtin_memcpy(destination, source, count); }
void *memmove(void *destination, const void *source, size_t count) { return __builtin_memmove(destination, source, count); }

int memcmp(const void *left, const void *right, size_t count) {
  const unsigned char *a = left, *b = right;
  for (size_t i = 0; i < count; i++) {
    if (a[i] != b[i]) return a[i] - b[i];
  }
  return 0;
}

void arc4random_buf(void *destination, size_t count) { comitia_host_random(destination, count); }

// The 128-bit product that the compiler calls where it checks a 64-bit one for overflow.
typedef union {
  __int128 value;
  uint64_t words[2];
} Wide;

__int128 __multi3(__int128 left, __int128 right) {
  Wide a = {left}, b = {right}, product;
  uint64_t a0 = (uint32_t)a.words[0], a1 = a.words[0] >> 32, b0 = (uint32_t)b.words[0], b1 = b.words[0] >> 32;
  uint64_t low = a0 * b0, middle = a1 * b0 + (low >> 32), other = a0 * b1 + (uint32_t)middle;
  product.words[0] = other << 32 | (uint32_t)low;
  product.words[1] = a1 * b1 + (middle >> 32) + (other >> 32) + a.words[0] * b.words[1] + a.words[1] * b.words[0];
  return product.value;
}

// Memory comes in blocks whose sizes have three significant bits: 64, 80, 96, 112, 128, 160 … A freed block is wiped and kept for the next request
// of its size, so that nothing secret outlives its owner, and a program that does the same again needs no more memory.

enum { smallest = 6, classes = 4 * (32 - smallest) };

typedef struct Block {
  struct Block *next;
} Block;

/// Stands right before the bytes that were asked for.
typedef struct {
  Block *block;
  uint32_t class;
} Header;

static Block *available[classes];
static uintptr_t top;
extern unsigned char __heap_base;

static uint32_t class_of(size_t bytes) {
  if (bytes <= (size_t)1 << smallest) return 0;
  uint32_t exponent = 31 - (uint32_t)__builtin_clz((uint32_t)(bytes - 1));
  return 4 * (exponent - smallest) + (uint32_t)(((bytes - 1) >> (exponent - 2)) & 3) + 1;
}

static size_t bytes_of(uint32_t class) { return (size_t)(4 + class % 4) << (class / 4 + smallest - 2); }

static Block *more(size_t bytes) {
  if (top == 0) top = ((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15;
  size_t end = __builtin_wasm_memory_size(0) << 16;
  // All of 2³² bytes cannot be had: sums of addresses do not wrap around.
  if (bytes > UINTPTR_MAX - top) return NULL;
  if (top + bytes > end) {
    size_t wanted = (top + bytes - end + 0xffff) >> 16;
    // Growing is slow: an eighth more at a time, as long as that can be had.
    size_t generous = wanted + (end >> 19);
    if (__builtin_wasm_memory_grow(0, generous) == (size_t)-1 && __builtin_wasm_memory_grow(0, wanted) == (size_t)-1) return NULL;
  }
  Block *block = (Block *)top;
  top += bytes;
  return block;
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  size_t room = sizeof(Header) + (alignment > 16 ? alignment : 16);
  if (size > (size_t)0x7fffffff - room) __builtin_trap();
  uint32_t class = class_of(size + room);
  Block *block = available[class];
  if (block != NULL) {
    available[class] = block->next;
    block->next = NULL;
  } else {
    block = more(bytes_of(class));
    // Swift does not look at the answer. This is the one way to trap: the memory is used up.
    if (block == NULL) __builtin_trap();
  }
  if (alignment < 16) alignment = 16;
  uintptr_t start = ((uintptr_t)block + sizeof(Header) + alignment - 1) & ~(uintptr_t)(alignment - 1);
  ((Header *)start)[-1] = (Header){block, class};
  *result = (void *)start;
  return 0;
}

void free(void *bytes) {
  if (bytes == NULL) return;
  Header header = ((Header *)bytes)[-1];
  __builtin_memset(header.block, 0, bytes_of(header.class));
  header.block->next = available[header.class];
  available[header.class] = header.block;
}

extern unsigned char __stack_low;

void comitia_wipe_stack(void) {
  unsigned char *here = __builtin_frame_address(0);
  // Not less than what this function itself uses lies between.
  __builtin_memset(&__stack_low, 0, (size_t)(here - &__stack_low) - 64);
  __asm__ __volatile__("" : : "r"(here) : "memory");
}

#endif
