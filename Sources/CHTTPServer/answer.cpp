// The half of `Session` that writes.
#include <boost/asio/write.hpp>
#include <cstdio>
#include <utility>

#include "refusal.hpp"
#include "session.hpp"
#include "websocket.hpp"

namespace comitia {

namespace {

/// What must be taken by the client within the time for writing.
constexpr std::size_t slice = 64 * 1024;
/// For a client to read the last answer before its connection ends, and what it may send meanwhile.
constexpr std::uint32_t closing_time = 2000;
constexpr std::size_t closing_bytes = 1 << 20;
/// The client was gone before there was an answer (nginx's number).
constexpr std::uint16_t client_gone = 499;

std::string text_of(std::uint64_t number) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(number));
  return digits;
}

bool has_no_body(std::uint16_t status) { return status < 200 || status == 204 || status == 304; }

}  // namespace

void Session::put_status(std::uint16_t status, std::string_view fields) {
  if (loop_.draining()) keep_ = false;
  status_ = status;
  written_ = 0;
  out_.clear();
  out_.reserve(256 + fields.size());
  out_.append("HTTP/1.1 ").append(std::to_string(status)).append(" ").append(reason_phrase(status));
  out_.append("\r\nDate: ").append(loop_.date());
  out_.append("\r\nX-Request-Id: ").append(text_of(exchange_)).append("\r\n").append(fields);
  if (!keep_) out_.append("Connection: close\r\n");
}

void Session::put_length(std::uint16_t status, std::size_t length) {
  if (!has_no_body(status)) out_.append("Content-Length: ").append(std::to_string(length)).append("\r\n");
}

void Session::answer(std::uint16_t status, std::string_view fields, std::string_view body) {
  if (!takes_answer()) return;
  put_status(status, fields);
  put_length(status, body.size());
  out_.append("\r\n");
  if (!head_only_ && !has_no_body(status)) out_.append(body);
  phase_ = Phase::answering;
  write_out();
}

void Session::refuse(comitia_http_refusal refusal) {
  loop_.shared().count(refusal);
  // Where the request ends is known only when it has been read whole.
  if (phase_ != Phase::handling) keep_ = false;
  auto body = problem(refusal, text_of(exchange_));
  std::string fields =
      "Content-Type: application/problem+json\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
      "Referrer-Policy: no-referrer\r\nContent-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";
  if (refusal == COMITIA_HTTP_LONG_BODIES) fields += "Retry-After: 10\r\n";
  if (refusal == COMITIA_HTTP_NO_WEBSOCKET) fields += "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
  phase_ = Phase::handling;
  answer(text(refusal).status, fields, body);
}

void Session::begin(std::uint16_t status, std::string_view fields, std::int64_t length) {
  if (!takes_answer()) return;
  chunked_ = length < 0 && modern_ && !has_no_body(status);
  if (length < 0 && !chunked_ && !has_no_body(status)) keep_ = false;  // HTTP/1.0: the body ends with the connection
  remaining_ = length;
  put_status(status, fields);
  if (chunked_) out_.append("Transfer-Encoding: chunked\r\n");
  if (length >= 0) put_length(status, static_cast<std::size_t>(length));
  out_.append("\r\n");
  head_only_ = head_only_ || has_no_body(status);
  phase_ = Phase::streaming;
  allow_any_time();
}

void Session::write(std::string_view bytes, void *piece) {
  bool fits = remaining_ < 0 || bytes.size() <= static_cast<std::uint64_t>(remaining_);
  if (phase_ != Phase::streaming || piece_ || !fits) {
    loop_.callbacks().written(loop_.callbacks().context, piece, false);
    return;
  }
  if (remaining_ >= 0) remaining_ -= static_cast<std::int64_t>(bytes.size());
  if (head_only_ || bytes.empty()) {
    loop_.callbacks().written(loop_.callbacks().context, piece, true);
    return;
  }
  piece_ = piece;
  if (chunked_) {
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
    out_.append(size);
  }
  out_.append(bytes);
  if (chunked_) out_.append("\r\n");
  write_out();
}

void Session::end(bool complete) {
  if (phase_ != Phase::streaming || piece_) return;
  if (!complete || (remaining_ > 0 && !head_only_)) return close();
  if (chunked_ && !head_only_) out_.append("0\r\n\r\n");
  phase_ = Phase::answering;
  if (out_.empty()) return answered();
  write_out();
}

void Session::write_out() {
  // While a body is awaited its own time runs.
  if (phase_ != Phase::body) allow(loop_.configuration().write_time);
  auto piece = asio::buffer(out_.data() + written_, std::min(out_.size() - written_, slice));
  asio::async_write(
      stream_, piece, Completion([self = self()](error_code error, std::size_t count) { self->has_written(error, count); }));
}

void Session::has_written(error_code error, std::size_t count) {
  if (phase_ == Phase::closed) return;
  if (error) return close();
  bytes_out_ += count;
  written_ += count;
  if (written_ < out_.size()) return write_out();
  written_ = 0;
  out_.clear();
  went_out();
}

void Session::went_out() {
  switch (phase_) {
    case Phase::body: return feed_body();
    case Phase::streaming: {
      allow_any_time();
      if (auto piece = std::exchange(piece_, nullptr)) loop_.callbacks().written(loop_.callbacks().context, piece, true);
      return;
    }
    case Phase::answering: return answered();
    default: return;
  }
}

void Session::answered() {
  end_exchange();
  parser_.reset();
  if (out_.capacity() > slice) std::string().swap(out_);
  if (keep_) return next_request();
  close_gently();
}

void Session::end_exchange() {
  if (exchange_ == 0) return;
  record();
  if (long_body_ > 0) loop_.shared().long_bodies_bytes.fetch_sub(std::exchange(long_body_, 0));
  loop_.exchanges.erase(exchange_);
  exchange_ = 0;
}

void Session::record() {
  using namespace std::chrono;
  auto &peer = place_->address();
  comitia_http_record record = {
      exchange_,
      {method_.data(), method_.size()},
      {path_.data(), path_.size()},
      {peer.data(), peer.size()},
      status_ == 0 ? client_gone : status_,
      bytes_in_,
      bytes_out_,
      duration_cast<milliseconds>(began_at_.time_since_epoch()).count(),
      static_cast<std::uint64_t>(duration_cast<microseconds>(Clock::now() - began_).count()),
  };
  loop_.callbacks().finished(loop_.callbacks().context, std::exchange(handler_, nullptr), &record);
}

void Session::upgrade(void *socket) {
  auto &callbacks = loop_.callbacks();
  if (!takes_answer() || !upgradable_ || loop_.draining()) {
    if (takes_answer()) refuse(COMITIA_HTTP_NO_WEBSOCKET);
    return callbacks.socket_closed(callbacks.context, socket);
  }
  auto self = this->self();
  status_ = 101;
  auto number = exchange_;
  end_exchange();
  stream_.unread(std::string(static_cast<const char *>(in_.data().data()), in_.size()));
  auto connection = std::make_shared<WebSocket>(loop_, std::move(stream_), std::move(place_), number, socket);
  phase_ = Phase::closed;
  loop_.add(connection);
  loop_.remove(self);
  connection->accept(parser_->release(), text_of(number));
}

void Session::close_gently() {
  phase_ = Phase::closing;
  allow(closing_time);
  stream_.finish(Completion([self = self()](error_code error, std::size_t) {
    if (self->phase_ != Phase::closing) return;
    if (error || self->input_ended_ || self->stream_.secure()) self->close();
  }));
  if (input_ended_) return;
  discard();
}

void Session::discard() {
  discarded_ += in_.size();
  in_.clear();
  if (discarded_ > closing_bytes) return close();
  // TLS reads by itself what ends it.
  if (!stream_.secure()) read();
}

void Session::close() {
  if (phase_ == Phase::closed) return;
  auto self = this->self();
  auto &callbacks = loop_.callbacks();
  bool being_answered = phase_ == Phase::handling || phase_ == Phase::streaming;
  phase_ = Phase::closed;
  stream_.close();
  if (auto piece = std::exchange(piece_, nullptr)) callbacks.written(callbacks.context, piece, false);
  if (handler_ && being_answered) callbacks.cancelled(callbacks.context, handler_);
  end_exchange();
  place_.reset();
  loop_.remove(self);
}

void Session::tick(Clock::time_point now) {
  if (now < deadline_) return;
  switch (phase_) {
    case Phase::handshake: loop_.shared().count(COMITIA_HTTP_HEADER_TIME); return close();
    case Phase::head: return exchange_ == 0 ? close() : refuse(COMITIA_HTTP_HEADER_TIME);
    case Phase::body: return out_.empty() ? refuse(COMITIA_HTTP_BODY_TIME) : close();
    case Phase::streaming:
    case Phase::answering: loop_.shared().count(COMITIA_HTTP_SLOW_READER); return close();
    default: return close();
  }
}

void Session::drain() {
  if (phase_ == Phase::handshake || (phase_ == Phase::head && exchange_ == 0)) return close();
  // Others see that the loop is draining when they answer.
}

void Session::abort() { close(); }

}  // namespace comitia
