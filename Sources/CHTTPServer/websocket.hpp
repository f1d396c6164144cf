#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <memory>
#include <string>

#include "loop.hpp"

namespace comitia {

/// A text that many sockets send.
using SharedText = std::shared_ptr<const std::string>;

/// A connection that has become a WebSocket (RFC 6455).
class WebSocket final : public Connection {
 public:
  WebSocket(Loop &loop, Stream stream, std::unique_ptr<Place> place, std::uint64_t number, void *handler);
  ~WebSocket() override;

  void accept(boost::beast::http::request<boost::beast::http::string_body> request, std::string id);
  /// Reads the next message.
  void next();
  void send(const SharedText &text);
  void close(std::uint16_t code, std::string_view reason);

  void tick(Clock::time_point now) override;
  void drain() override;
  void abort() override;

 private:
  void has_read(error_code error);
  void write();
  void say_goodbye();
  void gone();
  std::shared_ptr<WebSocket> self() { return std::static_pointer_cast<WebSocket>(shared_from_this()); }

  Loop &loop_;
  // Without compression: it would cost memory a connection, and a length that depends on secrets tells them.
  boost::beast::websocket::stream<Stream, false> stream_;
  std::unique_ptr<Place> place_;
  std::uint64_t number_;
  void *handler_;  // null when it knows that the socket is gone
  beast::flat_buffer in_;
  std::deque<SharedText> queue_;
  std::size_t queued_bytes_ = 0;
  Clock::time_point write_deadline_ = Clock::time_point::max();
  boost::beast::websocket::close_reason goodbye_;
  bool open_ = false, reading_ = false, writing_ = false, closing_ = false;
};

}  // namespace comitia
