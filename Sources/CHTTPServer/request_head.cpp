#include "request_head.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <cctype>

namespace comitia {

namespace http = boost::beast::http;
using boost::beast::iequals;

HeadScan::Result HeadScan::look(std::string_view seen, std::size_t target_bytes, std::size_t header_bytes) {
  while (true) {
    auto end = seen.find('\n', line_start_);
    if (end == seen.npos) return too_long(seen, target_bytes, header_bytes);
    auto line = seen.substr(line_start_, end - line_start_);
    if (line.empty() || line.back() != '\r') return {std::nullopt, COMITIA_HTTP_MALFORMED};
    line.remove_suffix(1);
    if (line.find_first_of(std::string_view("\r\0", 2)) != line.npos) return {std::nullopt, COMITIA_HTTP_MALFORMED};
    if (!line.empty() && (line.front() == ' ' || line.front() == '\t')) return {std::nullopt, COMITIA_HTTP_MALFORMED};
    if (end >= header_bytes) return {std::nullopt, COMITIA_HTTP_HEADER_LENGTH};
    line_start_ = end + 1;
    if (line.empty()) return {line_start_, std::nullopt};
  }
}

HeadScan::Result HeadScan::too_long(std::string_view seen, std::size_t target_bytes, std::size_t header_bytes) const {
  // A request line has a method and a version beside the target.
  constexpr std::size_t around = 64;
  if (line_start_ == 0 && seen.size() > target_bytes + around) return {std::nullopt, COMITIA_HTTP_TARGET_LENGTH};
  if (seen.size() >= header_bytes) return {std::nullopt, COMITIA_HTTP_HEADER_LENGTH};
  return {};
}

namespace {

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

/// A name or address, perhaps with a port: nothing that another reader might split elsewhere.
bool is_authority(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](unsigned char c) {
    return std::isalnum(c) || std::string_view("-._~%:[]!$&'()*+;=").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

/// The authority of `http://authority/path`, empty for another form.
std::string_view authority_of(std::string_view target) {
  auto scheme = target.find("://");
  if (scheme == target.npos) return {};
  auto name = target.substr(0, scheme);
  if (!iequals(name, "http") && !iequals(name, "https")) return {};
  auto rest = target.substr(scheme + 3);
  return rest.substr(0, rest.find_first_of("/?"));
}

bool is_good_target(const Header &header, std::string_view host) {
  auto target = view(header.target());
  bool visible = std::all_of(target.begin(), target.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f && c != '#'; });
  if (target.empty() || !visible) return false;
  if (target.front() == '/') return true;
  if (target == "*") return header.method() == http::verb::options;
  auto authority = authority_of(target);
  return !authority.empty() && iequals(authority, host);
}

/// At most one length, or chunked once; never both (RFC 9112, 6.3).
bool has_clear_length(const Header &header) {
  auto lengths = header.count(http::field::content_length);
  auto codings = header.count(http::field::transfer_encoding);
  if (lengths + codings > 1) return false;
  // Beast takes `5, 5` for 5.
  auto length = view(header[http::field::content_length]);
  if (length.find_first_not_of("0123456789") != length.npos) return false;
  if (codings == 0) return true;
  return header.version() >= 11 && iequals(header[http::field::transfer_encoding], "chunked");
}

}  // namespace

std::optional<comitia_http_refusal> screen(const Header &header, const comitia_http_configuration &configuration) {
  if (header.target().size() > configuration.target_bytes) return COMITIA_HTTP_TARGET_LENGTH;
  auto fields = static_cast<std::size_t>(std::distance(header.begin(), header.end()));
  if (fields > configuration.header_fields) return COMITIA_HTTP_HEADER_LENGTH;

  auto hosts = header.count(http::field::host);
  auto host = view(header[http::field::host]);
  if (hosts > 1 || (hosts == 0 && header.version() >= 11) || (hosts == 1 && !is_authority(host))) return COMITIA_HTTP_MALFORMED;
  if (!is_good_target(header, host) || !has_clear_length(header)) return COMITIA_HTTP_MALFORMED;

  auto expectations = header.count(http::field::expect);
  if (expectations > 1 || (expectations == 1 && !iequals(header[http::field::expect], "100-continue"))) {
    return COMITIA_HTTP_EXPECTATION;
  }
  return std::nullopt;
}

bool names_version(std::string_view head) {
  auto line = head.substr(0, head.find('\r'));
  if (std::count(line.begin(), line.end(), ' ') != 2) return false;
  auto version = line.substr(line.rfind(' ') + 1);
  return version.size() == 8 && version.substr(0, 5) == "HTTP/" && std::isdigit(version[5]) && version[6] == '.' &&
         std::isdigit(version[7]);
}

std::string origin_form(std::string_view target) {
  auto authority = authority_of(target);
  if (authority.empty() || target.front() == '/') return std::string(target);
  auto rest = target.substr(static_cast<std::size_t>(authority.data() - target.data()) + authority.size());
  return (rest.substr(0, 1) == "/" ? "" : "/") + std::string(rest);
}

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

}  // namespace comitia
