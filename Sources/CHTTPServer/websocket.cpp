#include "websocket.hpp"

#include <boost/beast/core/buffers_to_string.hpp>

namespace comitia {

namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

WebSocket::WebSocket(Loop &loop, Stream stream, std::unique_ptr<Place> place, std::uint64_t number, void *handler)
    : loop_(loop), stream_(std::move(stream)), place_(std::move(place)), number_(number), handler_(handler) {
  loop_.shared().sockets.fetch_add(1);
  loop_.sockets[number_] = this;
}

WebSocket::~WebSocket() { loop_.shared().sockets.fetch_sub(1); }

void WebSocket::accept(http::request<http::string_body> request, std::string id) {
  auto &configuration = loop_.configuration();
  websocket::stream_base::timeout times;
  times.handshake_timeout = std::chrono::milliseconds(configuration.header_time);
  // Beast sends a ping after half of the idle time, and gives up after all of it.
  times.idle_timeout = std::chrono::milliseconds(2 * configuration.ping_time);
  times.keep_alive_pings = true;
  stream_.set_option(times);
  stream_.set_option(websocket::stream_base::decorator([id = std::move(id)](websocket::response_type &response) {
    // Beast would write its own name and version.
    response.set(http::field::server, "comitia");
    response.set("X-Request-Id", id);
  }));
  stream_.read_message_max(configuration.message_bytes);
  stream_.text(true);
  stream_.auto_fragment(false);
  stream_.async_accept(request, [self = self()](error_code error) {
    if (error || !self->handler_) return self->gone();
    self->open_ = true;
    self->loop_.callbacks().socket_opened(self->loop_.callbacks().context, self->handler_);
    self->next();
    if (self->loop_.draining()) self->drain();
    self->write();
  });
}

void WebSocket::next() {
  if (!open_ || reading_ || closing_) return;
  reading_ = true;
  stream_.async_read(in_, [self = self()](error_code error, std::size_t) { self->has_read(error); });
}

void WebSocket::has_read(error_code error) {
  reading_ = false;
  // While we say goodbye that operation has the last word.
  if (error) return closing_ && error != websocket::error::closed ? void() : gone();
  if (!handler_) return;
  if (!stream_.got_text()) return close(websocket::close_code::unknown_data, "text only");
  auto message = in_.data();
  auto &callbacks = loop_.callbacks();
  callbacks.socket_message(callbacks.context, handler_, {static_cast<const char *>(message.data()), message.size()});
  in_.consume(in_.size());
  in_.shrink_to_fit();
}

void WebSocket::send(const SharedText &text) {
  if (!handler_ || closing_) return;
  queued_bytes_ += text->size();
  if (queued_bytes_ > loop_.configuration().queue_bytes) {
    loop_.shared().count(COMITIA_HTTP_SLOW_SOCKET);
    return abort();
  }
  queue_.push_back(text);
  write();
}

void WebSocket::write() {
  if (!open_ || writing_) return;
  if (queue_.empty()) {
    write_deadline_ = Clock::time_point::max();
    if (closing_) say_goodbye();
    return;
  }
  writing_ = true;
  write_deadline_ = Clock::now() + std::chrono::milliseconds(loop_.configuration().write_time);
  stream_.async_write(asio::buffer(*queue_.front()), [self = self()](error_code error, std::size_t) {
    self->writing_ = false;
    if (error || !self->handler_) return self->gone();
    self->queued_bytes_ -= self->queue_.front()->size();
    self->queue_.pop_front();
    self->write();
  });
}

void WebSocket::close(std::uint16_t code, std::string_view reason) {
  if (!handler_ || closing_) return;
  closing_ = true;
  goodbye_ = websocket::close_reason(websocket::close_code(code), boost::beast::string_view(reason.data(), reason.size()));
  write();
}

void WebSocket::say_goodbye() {
  // Nothing may be written after it; the time for the other side's answer is Beast's.
  writing_ = true;
  stream_.async_close(goodbye_, [self = self()](error_code) { self->gone(); });
}

void WebSocket::gone() {
  if (!handler_) return;
  auto self = this->self();
  stream_.next_layer().close();
  auto &callbacks = loop_.callbacks();
  callbacks.socket_closed(callbacks.context, std::exchange(handler_, nullptr));
  loop_.sockets.erase(number_);
  place_.reset();
  loop_.remove(self);
}

void WebSocket::tick(Clock::time_point now) {
  if (now < write_deadline_) return;
  loop_.shared().count(COMITIA_HTTP_SLOW_SOCKET);
  abort();
}

void WebSocket::drain() { close(websocket::close_code::going_away, "the server stops"); }

void WebSocket::abort() { gone(); }

}  // namespace comitia
