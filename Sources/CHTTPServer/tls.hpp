#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "comitia_http_server.h"

namespace comitia {

/// What went wrong at the start.
struct Failure {
  comitia_http_failure_code code;
  std::string reason;
};

/// TLS 1.2 or newer with the certificate of the files. Throws `Failure`.
std::shared_ptr<boost::asio::ssl::context> make_tls(const char *certificate_chain, const char *private_key);

}  // namespace comitia
