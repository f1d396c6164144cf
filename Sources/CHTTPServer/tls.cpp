#include "tls.hpp"

#include <openssl/sha.h>
#include <openssl/ssl.h>

#include <cstring>

namespace comitia {

namespace {

namespace ssl = boost::asio::ssl;

/// Of the protocols that the client offers, HTTP/1.1 (RFC 7301). A client that offers none of ours is served all the same.
int choose_protocol(
    SSL *, const unsigned char **chosen, unsigned char *length, const unsigned char *offered, unsigned offered_length, void *) {
  static const unsigned char ours[] = "\x08http/1.1";
  auto outcome = SSL_select_next_proto(
      const_cast<unsigned char **>(chosen), length, ours, sizeof ours - 1, offered, offered_length);
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

std::shared_ptr<ssl::context> make_tls(const char *certificate_chain, const char *private_key) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  auto *native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Thousands of connections are idle most of the time.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
  // A key that asks for a passphrase is refused instead of asking at the terminal.
  context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); });
  boost::system::error_code error;
  context->use_certificate_chain_file(certificate_chain, error);
  if (error) throw Failure{COMITIA_HTTP_BAD_CERTIFICATE, error.message()};
  context->use_private_key_file(private_key, ssl::context::pem, error);
  if (error) throw Failure{COMITIA_HTTP_BAD_KEY, error.message()};
  if (SSL_CTX_check_private_key(native) != 1) throw Failure{COMITIA_HTTP_BAD_KEY, "it is not the key of the certificate"};
  return context;
}

}  // namespace comitia

void comitia_http_sha256(const void *bytes, size_t count, uint8_t digest[32]) {
  SHA256(static_cast<const unsigned char *>(bytes), count, digest);
}
