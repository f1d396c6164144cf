#include "comitia_mail.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct comitia_mail_handle {
  CURL *easy;
};

/// A message on its way.
typedef struct transfer {
  const comitia_mail_message *message;
  size_t sent;
  /// What was said last; beyond the steps that matter, nothing is listened to.
  comitia_mail_step step;
  bool is_over;
  comitia_mail_answer *answer;
} transfer;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void initialise(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

comitia_mail_handle *comitia_mail_handle_create(void) {
  pthread_once(&once, initialise);
  comitia_mail_handle *handle = calloc(1, sizeof *handle);
  if (handle) handle->easy = curl_easy_init();
  if (handle && handle->easy) return handle;
  free(handle);
  return NULL;
}

void comitia_mail_handle_destroy(comitia_mail_handle *handle) {
  if (!handle) return;
  curl_easy_cleanup(handle->easy);
  free(handle);
}

static size_t hand_out(char *space, size_t size, size_t count, void *user) {
  transfer *transfer = user;
  size_t room = size * count, left = transfer->message->length - transfer->sent;
  size_t piece = left < room ? left : room;
  memcpy(space, transfer->message->bytes + transfer->sent, piece);
  transfer->sent += piece;
  return piece;
}

static bool begins(const char *line, size_t length, const char *word) {
  return length >= strlen(word) && memcmp(line, word, strlen(word)) == 0;
}

/// Hears what the library says to the server, to know what an answer is about. Looks at the first letters only: a password may follow.
static int command_sent(CURL *easy, curl_infotype type, char *line, size_t length, void *user) {
  (void)easy;
  transfer *transfer = user;
  if (type != CURLINFO_HEADER_OUT) return 0;
  if (begins(line, length, "MAIL FROM")) transfer->step = COMITIA_MAIL_SENDER;
  if (begins(line, length, "RCPT TO")) transfer->step = COMITIA_MAIL_RECIPIENT;
  if (begins(line, length, "DATA\r\n")) transfer->step = COMITIA_MAIL_DATA;
  if (begins(line, length, "QUIT\r\n")) transfer->is_over = true;
  return 0;
}

/// Keeps the last line of the last answer that matters.
static size_t answer_arrived(char *line, size_t size, size_t count, void *user) {
  transfer *transfer = user;
  comitia_mail_answer *answer = transfer->answer;
  size_t total = size * count, length = total;
  if (transfer->is_over) return total;
  while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r')) length -= 1;
  int code = 0;
  for (size_t index = 0; index < 3 && index < length && line[index] >= '0' && line[index] <= '9'; index += 1) {
    code = code * 10 + (line[index] - '0');
  }
  if (code < 200 || code > 599) return total;
  answer->step = transfer->step;
  answer->code = code;
  size_t start = length > 4 ? 4 : length, kept = length - start;
  if (kept >= sizeof answer->words) kept = sizeof answer->words - 1;
  memcpy(answer->words, line + start, kept);
  answer->words[kept] = 0;
  return total;
}

static int asked(void *user, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
  (void)a, (void)b, (void)c, (void)d;
  const transfer *transfer = user;
  return transfer->message->is_cancelled(transfer->message->context) ? 1 : 0;
}

static CURLcode prepare(
    CURL *easy, const comitia_mail_server *server, transfer *transfer, struct curl_slist *recipients, char *reason) {
  CURLcode code = CURLE_OK;
#define SET(option, value) if (!code) code = curl_easy_setopt(easy, option, value)
  SET(CURLOPT_ERRORBUFFER, reason);
  SET(CURLOPT_URL, server->url);
  SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  SET(CURLOPT_PROXY, "");
  SET(CURLOPT_NOSIGNAL, 1L);
  SET(CURLOPT_CONNECTTIMEOUT_MS, server->connect_timeout_milliseconds);
  SET(CURLOPT_TIMEOUT_MS, server->total_timeout_milliseconds);
  SET(CURLOPT_USE_SSL, (long)(server->requires_starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  SET(CURLOPT_SSL_VERIFYPEER, 1L);
  SET(CURLOPT_SSL_VERIFYHOST, 2L);
  if (server->ca_file) {
    SET(CURLOPT_CAINFO, server->ca_file);
    SET(CURLOPT_CAPATH, NULL);
  }
  if (server->user) {
    SET(CURLOPT_USERNAME, server->user);
    SET(CURLOPT_PASSWORD, server->password);
  }
  SET(CURLOPT_MAIL_FROM, transfer->message->sender);
  SET(CURLOPT_MAIL_RCPT, recipients);
  SET(CURLOPT_UPLOAD, 1L);
  SET(CURLOPT_READFUNCTION, hand_out);
  SET(CURLOPT_READDATA, transfer);
  SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)transfer->message->length);
  SET(CURLOPT_HEADERFUNCTION, answer_arrived);
  SET(CURLOPT_HEADERDATA, transfer);
  SET(CURLOPT_WRITEFUNCTION, answer_arrived);
  SET(CURLOPT_WRITEDATA, transfer);
  SET(CURLOPT_DEBUGFUNCTION, command_sent);
  SET(CURLOPT_DEBUGDATA, transfer);
  SET(CURLOPT_VERBOSE, 1L);
  SET(CURLOPT_NOPROGRESS, 0L);
  SET(CURLOPT_XFERINFOFUNCTION, asked);
  SET(CURLOPT_XFERINFODATA, transfer);
#undef SET
  return code;
}

void comitia_mail_send(
    comitia_mail_handle *handle, const comitia_mail_server *server, const comitia_mail_message *message, comitia_mail_answer *answer) {
  memset(answer, 0, sizeof *answer);
  char reason[CURL_ERROR_SIZE] = "";
  transfer transfer = {.message = message, .step = COMITIA_MAIL_GREETING, .answer = answer};
  struct curl_slist *recipients = curl_slist_append(NULL, message->recipient);
  CURLcode code = recipients ? prepare(handle->easy, server, &transfer, recipients, reason) : CURLE_OUT_OF_MEMORY;
  if (!code) code = curl_easy_perform(handle->easy);
  // Nothing of this message is left for the next but its connection.
  curl_easy_reset(handle->easy);
  curl_slist_free_all(recipients);
  answer->is_accepted = code == CURLE_OK;
  answer->is_cancelled = code == CURLE_ABORTED_BY_CALLBACK;
  answer->is_timed_out = code == CURLE_OPERATION_TIMEDOUT;
  answer->is_untrusted =
      code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_CACERT_BADFILE || code == CURLE_USE_SSL_FAILED;
  snprintf(answer->reason, sizeof answer->reason, "%s", reason[0] ? reason : curl_easy_strerror(code));
}
