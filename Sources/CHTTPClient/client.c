#include "comitia_http_client.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct comitia_http_handle {
  CURLM *multi;
  CURL *easy;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void initialise(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

comitia_http_handle *comitia_http_handle_create(void) {
  pthread_once(&once, initialise);
  comitia_http_handle *handle = calloc(1, sizeof *handle);
  if (!handle) return NULL;
  handle->multi = curl_multi_init();
  handle->easy = curl_easy_init();
  if (handle->multi && handle->easy) return handle;
  comitia_http_handle_destroy(handle);
  return NULL;
}

void comitia_http_handle_destroy(comitia_http_handle *handle) {
  if (!handle) return;
  if (handle->easy) curl_easy_cleanup(handle->easy);
  if (handle->multi) curl_multi_cleanup(handle->multi);
  free(handle);
}

void comitia_http_wake(comitia_http_handle *handle) { curl_multi_wakeup(handle->multi); }

static size_t header_arrived(char *bytes, size_t size, size_t count, void *user) {
  const comitia_http_request *request = user;
  size_t total = size * count, length = total;
  while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r')) length -= 1;
  return request->on_header(request->context, (const uint8_t *)bytes, length) ? total : 0;
}

static size_t body_arrived(char *bytes, size_t size, size_t count, void *user) {
  const comitia_http_request *request = user;
  return request->on_body(request->context, (const uint8_t *)bytes, size * count) ? size * count : 0;
}

/// The request's header lines; NULL when there is no memory.
static struct curl_slist *header_list(const comitia_http_request *request) {
  // Without waiting for `100 Continue`: nobody's server is asked before it is told.
  struct curl_slist *list = curl_slist_append(NULL, "Expect:");
  for (size_t index = 0; list && index < request->header_count; index += 1) {
    struct curl_slist *longer = curl_slist_append(list, request->headers[index]);
    if (!longer) curl_slist_free_all(list);
    list = longer;
  }
  return list;
}

static CURLcode trust(CURL *easy, const char *ca_file) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  if (!code) code = curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!code && ca_file) code = curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
  return code;
}

static CURLcode prepare(CURL *easy, const comitia_http_request *request, struct curl_slist *headers, char *reason) {
  CURLcode code = CURLE_OK;
#define SET(option, value) if (!code) code = curl_easy_setopt(easy, option, value)
  SET(CURLOPT_ERRORBUFFER, reason);
  SET(CURLOPT_URL, request->url);
  SET(CURLOPT_PROTOCOLS_STR, request->may_be_plain ? "http,https" : "https");
  SET(CURLOPT_PATH_AS_IS, 1L);
  SET(CURLOPT_FOLLOWLOCATION, 0L);
  SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  SET(CURLOPT_HTTP09_ALLOWED, 0L);
  SET(CURLOPT_NOSIGNAL, 1L);
  SET(CURLOPT_CONNECTTIMEOUT_MS, request->connect_timeout_milliseconds);
  SET(CURLOPT_TIMEOUT_MS, request->total_timeout_milliseconds);
  SET(CURLOPT_FRESH_CONNECT, request->may_reuse_connection ? 0L : 1L);
  SET(CURLOPT_HTTPHEADER, headers);
  SET(CURLOPT_HEADERFUNCTION, header_arrived);
  SET(CURLOPT_HEADERDATA, (void *)request);
  SET(CURLOPT_WRITEFUNCTION, body_arrived);
  SET(CURLOPT_WRITEDATA, (void *)request);
  if (request->may_be_plain && strncmp(request->url, "http:", 5) == 0) SET(CURLOPT_PROXY, "");
  if (request->body) {
    SET(CURLOPT_POST, 1L);
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
    SET(CURLOPT_POSTFIELDS, (const char *)request->body);
  } else if (strcmp(request->method, "HEAD") == 0) {
    SET(CURLOPT_NOBODY, 1L);
  }
  SET(CURLOPT_CUSTOMREQUEST, request->method);
#undef SET
  return code ? code : trust(easy, request->ca_file);
}

/// Runs the transfer on this thread until it ends or is cancelled.
static CURLcode run(comitia_http_handle *handle, const comitia_http_request *request) {
  CURLMcode code = curl_multi_add_handle(handle->multi, handle->easy);
  CURLcode result = CURLE_FAILED_INIT;
  int running = 1;
  while (!code && running) {
    if (request->is_cancelled(request->context)) {
      result = CURLE_ABORTED_BY_CALLBACK;
      break;
    }
    code = curl_multi_perform(handle->multi, &running);
    if (!code && running) code = curl_multi_poll(handle->multi, NULL, 0, 1000, NULL);
  }
  int left = 0;
  for (CURLMsg *message; (message = curl_multi_info_read(handle->multi, &left));) {
    if (message->msg == CURLMSG_DONE) result = message->data.result;
  }
  curl_multi_remove_handle(handle->multi, handle->easy);
  return result;
}

static comitia_http_outcome outcome(CURLcode code) {
  switch (code) {
    case CURLE_OK: return COMITIA_HTTP_DONE;
    case CURLE_WRITE_ERROR:
    case CURLE_ABORTED_BY_CALLBACK: return COMITIA_HTTP_STOPPED;
    case CURLE_OPERATION_TIMEDOUT: return COMITIA_HTTP_TIMED_OUT;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CACERT_BADFILE: return COMITIA_HTTP_UNTRUSTED;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return COMITIA_HTTP_INVALID;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_WEIRD_SERVER_REPLY: return COMITIA_HTTP_CUT_OFF;
    default: return COMITIA_HTTP_UNREACHABLE;
  }
}

comitia_http_outcome comitia_http_perform(
    comitia_http_handle *handle, const comitia_http_request *request, long *status, char *message, size_t message_size) {
  char reason[CURL_ERROR_SIZE] = "";
  *status = 0;
  struct curl_slist *headers = header_list(request);
  CURLcode code = headers ? prepare(handle->easy, request, headers, reason) : CURLE_OUT_OF_MEMORY;
  if (!code) code = run(handle, request);
  curl_easy_getinfo(handle->easy, CURLINFO_RESPONSE_CODE, status);
  // Nothing of this request is left for the next but its connection.
  curl_easy_reset(handle->easy);
  curl_slist_free_all(headers);
  snprintf(message, message_size, "%s", reason[0] ? reason : curl_easy_strerror(code));
  return outcome(code);
}

// MARK: Addresses

static bool is_loopback(const char *host) {
  unsigned first, second, third, fourth;
  char rest;
  if (strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0) return true;
  return sscanf(host, "%3u.%3u.%3u.%3u%c", &first, &second, &third, &fourth, &rest) == 4 && first == 127;
}

comitia_http_address comitia_http_address_of(const char *text) {
  pthread_once(&once, initialise);
  comitia_http_address address = COMITIA_HTTP_NO_ADDRESS;
  char *scheme = NULL, *host = NULL, *user = NULL;
  CURLU *url = curl_url();
  if (url && !curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) && !curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) &&
      !curl_url_get(url, CURLUPART_HOST, &host, 0) && curl_url_get(url, CURLUPART_USER, &user, 0) == CURLUE_NO_USER) {
    if (strcmp(scheme, "https") == 0) address = COMITIA_HTTP_SECURE;
    if (strcmp(scheme, "http") == 0) address = is_loopback(host) ? COMITIA_HTTP_PLAIN_LOOPBACK : COMITIA_HTTP_PLAIN;
  }
  curl_free(scheme);
  curl_free(host);
  curl_free(user);
  curl_url_cleanup(url);
  return address;
}
