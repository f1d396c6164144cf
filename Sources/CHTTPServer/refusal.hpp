#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "comitia_http_server.h"

namespace comitia {

/// What the server says when it turns something down.
struct RefusalText {
  std::uint16_t status;
  const char *code;
  const char *title;
};

const RefusalText &text(comitia_http_refusal refusal);

/// The refusal as a problem document (RFC 9457).
std::string problem(comitia_http_refusal refusal, std::string_view id);

/// Of a status code; a general word for codes that have none.
const char *reason_phrase(std::uint16_t status);

}  // namespace comitia
