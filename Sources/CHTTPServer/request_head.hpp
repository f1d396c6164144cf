#pragma once

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "comitia_http_server.h"

namespace comitia {

using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
using Header = boost::beast::http::request_header<>;

/// Finds the end of a request's head in the bytes as they come, and refuses lines that others might read otherwise than Beast does:
/// ended by a bare LF, with a CR or NUL inside, folded (RFC 9112, 2.2 and 5.2).
class HeadScan {
 public:
  struct Result {
    /// Of the whole head, when it is there.
    std::optional<std::size_t> length;
    std::optional<comitia_http_refusal> refusal;
  };

  /// Looks at what has come so far, from where the last call stopped. `seen` begins with the request line.
  Result look(std::string_view seen, std::size_t target_bytes, std::size_t header_bytes);

 private:
  Result too_long(std::string_view seen, std::size_t target_bytes, std::size_t header_bytes) const;
  std::size_t line_start_ = 0;
};

/// What Beast's parser lets through and we do not: repeated or conflicting lengths, codings other than chunked, Host missing, repeated or
/// strange, targets in other forms, expectations, too many fields.
std::optional<comitia_http_refusal> screen(const Header &header, const comitia_http_configuration &configuration);

/// Whether the request line ends in a version, be it one that is not spoken here.
bool names_version(std::string_view head);

/// The target from its path on, without scheme and authority; the path is not empty.
std::string origin_form(std::string_view target);

/// The target's part before `?`.
std::string_view path_of(std::string_view target);

}  // namespace comitia
