#ifndef COMITIA_WASM_SUPPORT_H
#define COMITIA_WASM_SUPPORT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __wasm__

/// What the page or program around a module offers it. Each is an import; there are no others.
#define COMITIA_IMPORT(symbol) __attribute__((import_module("comitia"), import_name(symbol)))

/// Opens a file of the record: its length, or −1 if there is none. The path is `count` bytes of ASCII.
COMITIA_IMPORT("open") int32_t comitia_host_open(const uint8_t *path, int32_t count);
/// Copies the file opened last, or the last answer, to `destination`, which has room for its length.
COMITIA_IMPORT("read") void comitia_host_read(uint8_t *destination);
/// Asks the program around the module, and waits: the length of its answer, to be read as a file is. What can be asked: `HostQuestion`.
COMITIA_IMPORT("ask") int32_t comitia_host_ask(int32_t question, const uint8_t *request, int32_t count);
/// Tells how far the work is. `stage` counts from 0.
COMITIA_IMPORT("progress") void comitia_host_progress(int32_t stage, double done, double total);
/// Fills `count` bytes at random: hash tables are seeded with them, so that nobody can choose keys that collide.
COMITIA_IMPORT("random") void comitia_host_random(void *destination, size_t count);

/// Overwrites the part of the stack below the caller, where calls that have returned left what they worked on.
void comitia_wipe_stack(void);

#endif
#endif
