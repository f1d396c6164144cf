#pragma once

#include <array>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/role.hpp>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace boost::asio::ssl {
class context;
}

namespace comitia {

namespace asio = boost::asio;
namespace beast = boost::beast;
using error_code = boost::system::error_code;
using Executor = asio::io_context::executor_type;
using TCPSocket = asio::basic_stream_socket<asio::ip::tcp, Executor>;

/// A handler of any type, called once. It makes one type of stream enough, so that Beast's templates are compiled once.
class Completion {
 public:
  template <class Handler, class = std::enable_if_t<!std::is_same_v<std::decay_t<Handler>, Completion>>>
  explicit Completion(Handler &&handler)
      : holder_(std::make_unique<Holder<std::decay_t<Handler>>>(std::forward<Handler>(handler))) {}
  Completion(Completion &&) = default;
  Completion &operator=(Completion &&) = default;

  void operator()(error_code error, std::size_t count = 0) {
    auto holder = std::move(holder_);
    holder->run(error, count);
  }

 private:
  struct Base {
    virtual ~Base() = default;
    virtual void run(error_code error, std::size_t count) = 0;
  };
  template <class Handler>
  struct Holder final : Base {
    explicit Holder(Handler &&handler) : handler(std::move(handler)) {}
    explicit Holder(const Handler &handler) : handler(handler) {}
    void run(error_code error, std::size_t count) override { handler(error, count); }
    Handler handler;
  };
  std::unique_ptr<Base> holder_;
};

/// Some buffers to be written together.
class Pieces {
 public:
  using value_type = asio::const_buffer;
  using const_iterator = const asio::const_buffer *;
  template <class Buffers>
  explicit Pieces(const Buffers &buffers) {
    auto end = asio::buffer_sequence_end(buffers);
    for (auto piece = asio::buffer_sequence_begin(buffers); piece != end && count_ < items_.size(); ++piece) {
      asio::const_buffer item(*piece);
      if (item.size() > 0) items_[count_++] = item;
    }
  }
  const_iterator begin() const { return items_.data(); }
  const_iterator end() const { return items_.data() + count_; }

 private:
  std::array<asio::const_buffer, 8> items_;
  std::size_t count_ = 0;
};

/// A connection, encrypted or not.
class Stream {
 public:
  using executor_type = Executor;

  /// `tls` is null for a connection in plain.
  Stream(TCPSocket socket, const std::shared_ptr<asio::ssl::context> &tls);
  Stream(Stream &&) noexcept;
  Stream &operator=(Stream &&) noexcept;
  ~Stream();

  executor_type get_executor() noexcept;
  bool secure() const;
  /// Of TLS; at once in plain.
  void handshake(Completion done);
  /// Bytes that were read too far come first in the next reads.
  void unread(std::string bytes);
  void read(asio::mutable_buffer into, Completion done);
  void write(const Pieces &pieces, Completion done);
  /// Tells the other side that nothing more comes.
  void finish(Completion done);
  void close();

  // What Asio and Beast ask of a stream.
  template <class Buffers, class Handler>
  auto async_read_some(const Buffers &buffers, Handler &&handler) {
    return asio::async_initiate<Handler, void(error_code, std::size_t)>(
        [this](auto &&done, asio::mutable_buffer into) { read(into, Completion(std::forward<decltype(done)>(done))); }, handler,
        first(buffers));
  }
  template <class Buffers, class Handler>
  auto async_write_some(const Buffers &buffers, Handler &&handler) {
    return asio::async_initiate<Handler, void(error_code, std::size_t)>(
        [this](auto &&done, Pieces pieces) { write(pieces, Completion(std::forward<decltype(done)>(done))); }, handler,
        Pieces(buffers));
  }

 private:
  template <class Buffers>
  static asio::mutable_buffer first(const Buffers &buffers) {
    auto end = asio::buffer_sequence_end(buffers);
    for (auto piece = asio::buffer_sequence_begin(buffers); piece != end; ++piece) {
      asio::mutable_buffer item(*piece);
      if (item.size() > 0) return item;
    }
    return {};
  }

  struct State;
  std::unique_ptr<State> state_;
};

// What Beast's WebSocket calls to end a connection.
void beast_close_socket(Stream &stream);
void teardown(beast::role_type role, Stream &stream, error_code &error);
void async_teardown(beast::role_type role, Stream &stream, Completion done);
template <class Handler>
void async_teardown(beast::role_type role, Stream &stream, Handler &&handler) {
  // Beast's handler of a teardown takes no count.
  async_teardown(
      role, stream,
      Completion([handler = std::forward<Handler>(handler)](error_code error, std::size_t) mutable { handler(error); }));
}

}  // namespace comitia
