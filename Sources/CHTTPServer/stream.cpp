#include "stream.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <cstring>

namespace comitia {

struct Stream::State {
  TCPSocket socket;
  std::unique_ptr<asio::ssl::stream<TCPSocket &>> tls;
  std::string unread;
};

Stream::Stream(TCPSocket socket, const std::shared_ptr<asio::ssl::context> &tls)
    : state_(new State{std::move(socket), nullptr, {}}) {
  if (tls) state_->tls = std::make_unique<asio::ssl::stream<TCPSocket &>>(state_->socket, *tls);
}
Stream::Stream(Stream &&) noexcept = default;
Stream &Stream::operator=(Stream &&) noexcept = default;
Stream::~Stream() = default;

Executor Stream::get_executor() noexcept { return state_->socket.get_executor(); }
bool Stream::secure() const { return state_->tls != nullptr; }
void Stream::unread(std::string bytes) { state_->unread = std::move(bytes); }

void Stream::handshake(Completion done) {
  if (state_->tls) {
    state_->tls->async_handshake(asio::ssl::stream_base::server, std::move(done));
  } else {
    asio::post(get_executor(), [done = std::move(done)]() mutable { done({}); });
  }
}

void Stream::read(asio::mutable_buffer into, Completion done) {
  if (!state_->unread.empty()) {
    auto count = std::min(into.size(), state_->unread.size());
    std::memcpy(into.data(), state_->unread.data(), count);
    state_->unread.erase(0, count);
    asio::post(get_executor(), [done = std::move(done), count]() mutable { done({}, count); });
  } else if (state_->tls) {
    state_->tls->async_read_some(into, std::move(done));
  } else {
    state_->socket.async_read_some(into, std::move(done));
  }
}

void Stream::write(const Pieces &pieces, Completion done) {
  if (state_->tls) {
    state_->tls->async_write_some(pieces, std::move(done));
  } else {
    state_->socket.async_write_some(pieces, std::move(done));
  }
}

void Stream::finish(Completion done) {
  if (state_->tls) {
    state_->tls->async_shutdown(std::move(done));
  } else {
    error_code error;
    state_->socket.shutdown(asio::socket_base::shutdown_send, error);
    asio::post(get_executor(), [done = std::move(done), error]() mutable { done(error); });
  }
}

void Stream::close() {
  error_code ignored;
  state_->socket.close(ignored);
}

void beast_close_socket(Stream &stream) { stream.close(); }
void teardown(beast::role_type, Stream &stream, error_code &error) {
  error = {};
  stream.close();
}
void async_teardown(beast::role_type, Stream &stream, Completion done) { stream.finish(std::move(done)); }

}  // namespace comitia
