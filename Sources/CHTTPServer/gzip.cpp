#include <zlib.h>

#include "comitia_http_server.h"

namespace {
// A window of 32 kB with gzip's header and trailer (zlib.h, deflateInit2).
constexpr int gzip_window = 15 + 16;
constexpr int default_memory = 8;
}  // namespace

size_t comitia_http_gzip(const uint8_t *bytes, size_t count, uint8_t *out, size_t capacity) {
  z_stream stream{};
  if (count > UINT32_MAX || capacity > UINT32_MAX) return 0;
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, default_memory, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
  stream.next_in = const_cast<Bytef *>(bytes);
  stream.avail_in = static_cast<uInt>(count);
  stream.next_out = out;
  stream.avail_out = static_cast<uInt>(capacity);
  bool is_whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  size_t written = stream.total_out;
  deflateEnd(&stream);
  return is_whole ? written : 0;
}
