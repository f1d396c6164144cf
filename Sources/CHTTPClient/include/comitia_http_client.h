#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// libcurl as Swift needs it: its own functions take a variable number of arguments, which Swift cannot call.

#ifdef __cplusplus
extern "C" {
#endif

/// One request and who hears its answer. All pointers stay valid until `comitia_http_perform` returns; all callbacks come from its thread.
typedef struct comitia_http_request {
  const char *method;
  const char *url;
  /// `Name: value` each.
  const char *const *headers;
  size_t header_count;
  /// NULL where there is none.
  const uint8_t *body;
  size_t body_length;
  /// Certificates trusted beside the system's; NULL for none.
  const char *ca_file;
  long connect_timeout_milliseconds;
  long total_timeout_milliseconds;
  /// Whether a connection that was used before may be used. Over such a connection libcurl itself repeats a request that got no answer.
  bool may_reuse_connection;
  /// Whether `http` is allowed beside `https`. Never through a proxy.
  bool may_be_plain;
  void *context;
  /// A line of the header, status line included, without its end. False stops the request.
  bool (*on_header)(void *context, const uint8_t *bytes, size_t count);
  /// A piece of the body. False stops the request.
  bool (*on_body)(void *context, const uint8_t *bytes, size_t count);
  /// Whether nobody waits any more. Asked at least once a second, and after `comitia_http_wake`.
  bool (*is_cancelled)(void *context);
} comitia_http_request;

/// How a request ended.
typedef enum comitia_http_outcome {
  COMITIA_HTTP_DONE = 0,
  COMITIA_HTTP_STOPPED,
  COMITIA_HTTP_TIMED_OUT,
  COMITIA_HTTP_UNTRUSTED,
  COMITIA_HTTP_INVALID,
  COMITIA_HTTP_CUT_OFF,
  COMITIA_HTTP_UNREACHABLE,
} comitia_http_outcome;

/// What an address is, as libcurl itself reads it.
typedef enum comitia_http_address {
  COMITIA_HTTP_NO_ADDRESS = 0,
  COMITIA_HTTP_SECURE,
  COMITIA_HTTP_PLAIN_LOOPBACK,
  COMITIA_HTTP_PLAIN,
} comitia_http_address;

/// Connections kept for later requests. Used by one thread at a time.
typedef struct comitia_http_handle comitia_http_handle;

/// NULL when there is no memory.
comitia_http_handle *comitia_http_handle_create(void);
void comitia_http_handle_destroy(comitia_http_handle *handle);

/// Sends a request and waits for the end of the answer. Redirects are not followed.
/// `status` and `message` (of `message_size` bytes, zero-terminated) say more.
comitia_http_outcome comitia_http_perform(
    comitia_http_handle *handle, const comitia_http_request *request, long *status, char *message, size_t message_size);

/// Makes the thread that waits ask whether it is cancelled. From any thread.
void comitia_http_wake(comitia_http_handle *handle);

/// Only `http` and `https` without user and password are addresses.
comitia_http_address comitia_http_address_of(const char *url);

#ifdef __cplusplus
}
#endif
