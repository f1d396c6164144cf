#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The server library behind `HTTPServer`: what Swift sees of it.
///
/// A server runs loops, one thread each; a connection never leaves its loop. Callbacks come on the loops' threads and must return soon. All
/// functions may be called on any thread, and with numbers of exchanges or sockets that are gone: then nothing happens, or what is said there.
/// Text is UTF-8 or whatever bytes the client sent, without a NUL at the end.

#ifdef __cplusplus
extern "C" {
#endif

typedef struct comitia_http_server comitia_http_server;

typedef struct {
  const char *bytes;
  size_t count;
} comitia_http_text;

typedef struct {
  comitia_http_text name, value;
} comitia_http_field;

/// Times are milliseconds; 0 of a count means no bound.
typedef struct {
  const char *address;
  uint16_t port;
  uint32_t threads;
  /// PEM files; NULL for a server without TLS.
  const char *certificate_chain, *private_key;
  size_t target_bytes, header_bytes, header_fields;
  uint32_t header_time, body_time, idle_time, write_time;
  uint32_t connections, connections_per_address;
  size_t message_bytes, queue_bytes;
  /// Of all bodies above a megabyte that are being read or worked on at one time.
  size_t long_bodies_bytes;
  uint32_t ping_time;
} comitia_http_configuration;

/// A request read whole. Everything lives only as long as the callback.
typedef struct {
  /// Names the exchange until it is answered; as 16 hexadecimal digits it is the request's id.
  uint64_t exchange;
  comitia_http_text method, target, peer;
  const comitia_http_field *fields;
  size_t field_count;
  comitia_http_text body;
  bool secure;
  /// It is a correct request to become a WebSocket.
  bool upgrade;
} comitia_http_request;

/// An exchange that is over.
typedef struct {
  uint64_t exchange;
  /// Empty when the request was not understood. `path` is without the query.
  comitia_http_text method, path, peer;
  /// Of the answer; 499 when the client was gone before there was one.
  uint16_t status;
  uint64_t bytes_in, bytes_out;
  /// Since 1970, when the request began.
  int64_t milliseconds;
  uint64_t microseconds;
} comitia_http_record;

typedef struct {
  /// Goes to every callback.
  void *context;
  /// The longest body that a request may have; `credentials`: whether it shows any, in `Authorization` or `Cookie`.
  size_t (*body_limit)(void *context, comitia_http_text method, comitia_http_text path, bool credentials);
  /// A request. What is returned comes back in `cancelled` and `finished`.
  void *(*request)(void *context, const comitia_http_request *request);
  /// The client is gone while its request is being worked on.
  void (*cancelled)(void *context, void *exchange);
  /// The last call about an exchange; `exchange` is NULL for a request that was refused before `request` was called.
  void (*finished)(void *context, void *exchange, const comitia_http_record *record);
  /// A piece has gone out, or never will. Called once for each `comitia_http_write`.
  void (*written)(void *context, void *piece, bool sent);
  /// Of WebSockets, with what was given to `comitia_http_upgrade`: open; a text message; gone, which is the last call and always comes.
  void (*socket_opened)(void *context, void *socket);
  void (*socket_message)(void *context, void *socket, comitia_http_text message);
  void (*socket_closed)(void *context, void *socket);
  /// All connections are closed after `comitia_http_drain`.
  void (*drained)(void *context, void *waiter);
  /// The last call of all: the context is not used again.
  void (*released)(void *context);
} comitia_http_callbacks;

typedef enum {
  COMITIA_HTTP_BAD_ADDRESS = 1,
  COMITIA_HTTP_PORT_IN_USE,
  COMITIA_HTTP_PORT_FORBIDDEN,
  COMITIA_HTTP_BAD_CERTIFICATE,
  COMITIA_HTTP_BAD_KEY,
  COMITIA_HTTP_SYSTEM,
} comitia_http_failure_code;

typedef struct {
  comitia_http_failure_code code;
  char reason[200];
} comitia_http_failure;

/// Starts to listen. NULL and a failure when it cannot; then no callback is ever called, `released` neither.
comitia_http_server *comitia_http_start(
    const comitia_http_configuration *configuration, const comitia_http_callbacks *callbacks, comitia_http_failure *failure);

uint16_t comitia_http_port(const comitia_http_server *server);

/// Reads the certificate's files again, for connections to come.
bool comitia_http_reload(comitia_http_server *server, comitia_http_failure *failure);

/// Accepts no more; closes idle connections, others after their answer, WebSockets with 1001. Calls `drained` with `waiter` when none is left.
void comitia_http_drain(comitia_http_server *server, void *waiter);

/// Cuts all connections, and accepts no more.
void comitia_http_abort(comitia_http_server *server);

/// Ends the loops and frees the server; the last call of its owner.
void comitia_http_destroy(comitia_http_server *server);

/// The whole answer. `fields` are lines with CR LF that the caller has checked; without Content-Length, Transfer-Encoding, Connection, Date,
/// X-Request-Id, which are added.
void comitia_http_answer(
    comitia_http_server *server, uint64_t exchange, uint16_t status, comitia_http_text fields, comitia_http_text body);

/// The start of an answer whose body comes in pieces: of `length` bytes together, or any number when it is negative. Goes out with the first piece.
void comitia_http_begin(comitia_http_server *server, uint64_t exchange, uint16_t status, comitia_http_text fields, int64_t length);
/// One piece; the next only after `written`.
void comitia_http_write(comitia_http_server *server, uint64_t exchange, comitia_http_text bytes, void *piece);
/// The end of the pieces; when the body is not `complete` the connection is cut.
void comitia_http_end(comitia_http_server *server, uint64_t exchange, bool complete);

/// Why the server itself turned something down. `comitia_http_refusal_code` says it in a word.
typedef enum {
  COMITIA_HTTP_MALFORMED,
  COMITIA_HTTP_VERSION,
  COMITIA_HTTP_TARGET_LENGTH,
  COMITIA_HTTP_HEADER_LENGTH,
  COMITIA_HTTP_BODY_LENGTH,
  COMITIA_HTTP_EXPECTATION,
  COMITIA_HTTP_HEADER_TIME,
  COMITIA_HTTP_BODY_TIME,
  COMITIA_HTTP_NO_WEBSOCKET,
  COMITIA_HTTP_BAD_ANSWER,
  COMITIA_HTTP_LONG_BODIES,
  // From here on nobody is told: the connection is closed.
  COMITIA_HTTP_CONNECTIONS,
  COMITIA_HTTP_ADDRESS_CONNECTIONS,
  COMITIA_HTTP_HANDSHAKE,
  COMITIA_HTTP_SLOW_READER,
  COMITIA_HTTP_SLOW_SOCKET,
  COMITIA_HTTP_REFUSAL_COUNT,
} comitia_http_refusal;

const char *comitia_http_refusal_code(comitia_http_refusal refusal);

/// Answers with the refusal's problem document.
void comitia_http_refuse(comitia_http_server *server, uint64_t exchange, comitia_http_refusal refusal);

/// Makes a WebSocket of an exchange whose request was an `upgrade`; its number stays. `socket_closed` follows at once when the client is gone.
void comitia_http_upgrade(comitia_http_server *server, uint64_t exchange, void *socket);
/// Asks for the next message. The first comes without being asked for.
void comitia_http_socket_next(comitia_http_server *server, uint64_t socket);
/// Queues one text to many sockets; a socket whose queue exceeds its bound is cut.
void comitia_http_socket_send(comitia_http_server *server, const uint64_t *sockets, size_t count, comitia_http_text text);
/// Closes after what is queued.
void comitia_http_socket_close(comitia_http_server *server, uint64_t socket, uint16_t code, comitia_http_text reason);

typedef struct {
  uint64_t connections, sockets, accepted, requests;
  uint64_t refused[COMITIA_HTTP_REFUSAL_COUNT];
} comitia_http_statistics;

comitia_http_statistics comitia_http_count(const comitia_http_server *server);

/// SHA-256 by OpenSSL, for the entity tags of static files.
void comitia_http_sha256(const void *bytes, size_t count, uint8_t digest[32]);

/// Writes `count` bytes compressed (gzip, RFC 1952) to `out`. Returns how many bytes that are; 0 when they do not fit into `capacity`.
size_t comitia_http_gzip(const uint8_t *bytes, size_t count, uint8_t *out, size_t capacity);

#ifdef __cplusplus
}
#endif
