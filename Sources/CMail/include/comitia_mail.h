#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// libcurl's SMTP as Swift needs it: its own functions take a variable number of arguments, which Swift cannot call.

#ifdef __cplusplus
extern "C" {
#endif

/// Where mail is handed in, and how. All pointers stay valid until `comitia_mail_send` returns.
typedef struct comitia_mail_server {
  /// `smtp://host:port/name` or, for TLS from the first byte, `smtps://…`; the name is what we greet with.
  const char *url;
  /// Whether `STARTTLS` must succeed before anything else is said.
  bool requires_starttls;
  /// NULL where there are none.
  const char *user;
  const char *password;
  /// Certificates trusted instead of the system's; NULL for the system's.
  const char *ca_file;
  long connect_timeout_milliseconds;
  long total_timeout_milliseconds;
} comitia_mail_server;

/// One message to one recipient.
typedef struct comitia_mail_message {
  const char *sender;
  const char *recipient;
  const uint8_t *bytes;
  size_t length;
  void *context;
  /// Whether nobody waits any more. Asked about once a second.
  bool (*is_cancelled)(void *context);
} comitia_mail_message;

/// What was said to the server last.
typedef enum comitia_mail_step {
  COMITIA_MAIL_GREETING = 0,
  COMITIA_MAIL_SENDER,
  COMITIA_MAIL_RECIPIENT,
  COMITIA_MAIL_DATA,
} comitia_mail_step;

typedef struct comitia_mail_answer {
  /// Whether the server has taken the message over.
  bool is_accepted;
  bool is_cancelled;
  bool is_timed_out;
  bool is_untrusted;
  /// Of the last answer, with `code` and `words`: what it answered.
  comitia_mail_step step;
  /// 0 where there was none.
  int code;
  /// The last line of the answer, zero-terminated.
  char words[512];
  /// What the library says of the failure, zero-terminated.
  char reason[256];
} comitia_mail_answer;

/// A connection that is kept for later messages. Used by one thread at a time.
typedef struct comitia_mail_handle comitia_mail_handle;

/// NULL when there is no memory.
comitia_mail_handle *comitia_mail_handle_create(void);
void comitia_mail_handle_destroy(comitia_mail_handle *handle);

/// Hands a message in and waits for the server's answer. The message is sent once, never repeated by the library.
void comitia_mail_send(
    comitia_mail_handle *handle, const comitia_mail_server *server, const comitia_mail_message *message, comitia_mail_answer *answer);

#ifdef __cplusplus
}
#endif
