#include "refusal.hpp"

#include <boost/beast/http/status.hpp>
#include <ostream>

namespace comitia {

const RefusalText &text(comitia_http_refusal refusal) {
  // In the order of the enumeration.
  static const RefusalText table[COMITIA_HTTP_REFUSAL_COUNT] = {
      {400, "malformed-request", "The request is malformed or ambiguous"},
      {505, "version-not-supported", "Only HTTP/1.1 and 1.0 are spoken here"},
      {414, "target-too-long", "The request's target is too long"},
      {431, "header-too-large", "The request's header is too large"},
      {413, "body-too-large", "The request's body is too large"},
      {417, "expectation-failed", "Only 100-continue can be expected"},
      {408, "header-timeout", "The request's header took too long"},
      {408, "body-timeout", "The request's body took too long"},
      {426, "upgrade-required", "This is a WebSocket (version 13)"},
      {500, "internal-error", "The answer could not be made"},
      {503, "unavailable", "Too many long bodies come at once"},
      {0, "connections", ""},
      {0, "address-connections", ""},
      {0, "handshake", ""},
      {0, "slow-reader", ""},
      {0, "slow-socket", ""},
  };
  return table[refusal];
}

std::string problem(comitia_http_refusal refusal, std::string_view id) {
  const RefusalText &about = text(refusal);
  std::string document;
  document.append("{\"type\":\"/problems/").append(about.code);
  document.append("\",\"title\":\"").append(about.title);
  document.append("\",\"status\":").append(std::to_string(about.status));
  document.append(",\"instance\":\"").append(id).append("\"}");
  return document;
}

const char *reason_phrase(std::uint16_t status) {
  auto known = boost::beast::http::int_to_status(status);
  return known == boost::beast::http::status::unknown ? "Other" : boost::beast::http::obsolete_reason(known).data();
}

}  // namespace comitia
