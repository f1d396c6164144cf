#include "session.hpp"

#include <boost/beast/websocket/rfc6455.hpp>
#include <utility>

#include "refusal.hpp"

namespace comitia {

namespace http = boost::beast::http;

namespace {

/// Read at once: little while nothing may come for long, for thousands wait so.
constexpr std::size_t idle_room = 1024, body_room = 16 * 1024;
/// A connection's buffer that has grown beyond is given back after the request.
constexpr std::size_t kept_capacity = 4096;

}  // namespace

Session::Session(Loop &loop, Stream stream, std::unique_ptr<Place> place)
    : loop_(loop), stream_(std::move(stream)), place_(std::move(place)) {}

void Session::start() {
  // Handshake and first head together have the time of one head.
  allow(loop_.configuration().header_time);
  if (!stream_.secure()) {
    phase_ = Phase::head;
    return read();
  }
  stream_.handshake(Completion([self = self()](error_code error, std::size_t) {
    if (self->phase_ != Phase::handshake) return;
    if (error) {
      self->loop_.shared().count(COMITIA_HTTP_HANDSHAKE);
      return self->close();
    }
    self->phase_ = Phase::head;
    self->read();
  }));
}

void Session::read() {
  if (reading_ || input_ended_) return;
  reading_ = true;
  auto room = in_.prepare(phase_ == Phase::body || in_.size() > 0 ? body_room : idle_room);
  stream_.read(room, Completion([self = self()](error_code error, std::size_t count) { self->has_read(error, count); }));
}

void Session::has_read(error_code error, std::size_t count) {
  reading_ = false;
  if (phase_ == Phase::closed) return;
  if (error) return input_ended(error);
  in_.commit(count);
  switch (phase_) {
    case Phase::head: return look_for_head();
    case Phase::body: return feed_body();
    case Phase::closing: return discard();
    default: return;  // of the next request; looked at when its turn comes
  }
}

void Session::input_ended(error_code error) {
  input_ended_ = true;
  bool answer_pending = phase_ == Phase::handling || phase_ == Phase::streaming || phase_ == Phase::answering;
  // A client may have closed its side only, and still read.
  if (!answer_pending || error != asio::error::eof) return close();
  keep_ = false;
  if (handler_ && phase_ != Phase::answering) loop_.callbacks().cancelled(loop_.callbacks().context, handler_);
}

void Session::next_request() {
  phase_ = Phase::head;
  scan_ = HeadScan();
  allow(loop_.configuration().idle_time);
  if (in_.size() > 0) {
    look_for_head();
  } else if (loop_.draining() || input_ended_) {
    close();
  } else {
    if (!reading_ && in_.capacity() > kept_capacity) in_.shrink_to_fit();
    read();
  }
}

void Session::look_for_head() {
  auto seen = std::string_view(static_cast<const char *>(in_.data().data()), in_.size());
  if (exchange_ == 0) {
    // An empty line before a request is allowed, and only there (RFC 9112, 2.2).
    if (seen.substr(0, 2) == "\r\n") {
      in_.consume(2);
      seen.remove_prefix(2);
    }
    if (seen.empty() || seen == "\r") return read();
    begin_exchange();
    // The first head's time has been running since the connection came.
    auto until = began_ + std::chrono::milliseconds(loop_.configuration().header_time);
    deadline_ = std::min(deadline_, until);
  }
  auto found = scan_.look(seen, loop_.configuration().target_bytes, loop_.configuration().header_bytes);
  if (found.refusal) return refuse(*found.refusal);
  if (!found.length) return read();
  has_head(*found.length);
}

void Session::begin_exchange() {
  exchange_ = loop_.next_number();
  began_ = Clock::now();
  began_at_ = std::chrono::system_clock::now();
  bytes_in_ = bytes_out_ = 0;
  status_ = 0;
  method_.clear();
  path_.clear();
  keep_ = head_only_ = upgradable_ = false;
  modern_ = true;
}

void Session::has_head(std::size_t length) {
  loop_.shared().requests.fetch_add(1, std::memory_order_relaxed);
  bytes_in_ += length;
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(length + 1));
  parser_->body_limit(boost::none);
  error_code error;
  auto parsed = parser_->put(asio::buffer(in_.data(), length), error);
  auto head = std::string_view(static_cast<const char *>(in_.data().data()), length);
  if (error == http::error::bad_version && names_version(head)) return refuse(COMITIA_HTTP_VERSION);
  if (error || !parser_->is_header_done() || parsed != length) return refuse(COMITIA_HTTP_MALFORMED);
  in_.consume(length);

  const auto &header = parser_->get();
  method_.assign(header.method_string().data(), header.method_string().size());
  target_ = origin_form(std::string_view(header.target().data(), header.target().size()));
  path_ = path_of(target_);
  head_only_ = header.method() == http::verb::head;
  modern_ = header.version() >= 11;
  if (auto refusal = screen(header, loop_.configuration())) return refuse(*refusal);
  field_count_ = static_cast<std::size_t>(std::distance(header.begin(), header.end()));
  keep_ = modern_ && header.keep_alive() && !loop_.draining();
  upgradable_ = parser_->is_done() && boost::beast::websocket::is_upgrade(header) && header["Sec-WebSocket-Version"] == "13";
  if (parser_->is_done()) return dispatch();
  read_body();
}

void Session::read_body() {
  auto &callbacks = loop_.callbacks();
  const auto &header = parser_->get();
  bool credentials = header.count(http::field::authorization) > 0 || header.count(http::field::cookie) > 0;
  auto limit = callbacks.body_limit(callbacks.context, {method_.data(), method_.size()}, {path_.data(), path_.size()}, credentials);
  auto length = parser_->content_length();
  if (length && *length > limit) return refuse(COMITIA_HTTP_BODY_LENGTH);
  // A body whose end is not known may become as long as is allowed.
  if (!takes_long_body(length ? *length : limit)) return refuse(COMITIA_HTTP_LONG_BODIES);
  parser_->body_limit(limit);
  parser_->eager(true);
  phase_ = Phase::body;
  allow(loop_.configuration().body_time);
  if (!continue_first()) feed_body();
}

/// Counts a body that needs much memory, so that many at once cannot use up all there is; false when too many come.
bool Session::takes_long_body(std::uint64_t length) {
  constexpr std::uint64_t short_body = 1 << 20;
  if (length <= short_body) return true;
  auto &all = loop_.shared().long_bodies_bytes;
  long_body_ = length;
  if (all.fetch_add(length) + length <= loop_.configuration().long_bodies_bytes) return true;
  all.fetch_sub(std::exchange(long_body_, 0));
  return false;
}

/// Whether the client waits to be told that it may send the body. It is read when that has gone out.
bool Session::continue_first() {
  bool expected = modern_ && parser_->get().count(http::field::expect) > 0;
  if (!expected || in_.size() > 0) return false;
  out_ = "HTTP/1.1 100 Continue\r\n\r\n";
  written_ = 0;
  write_out();
  return true;
}

void Session::feed_body() {
  while (!parser_->is_done()) {
    error_code error;
    auto taken = in_.size() > 0 ? parser_->put(in_.data(), error) : 0;
    in_.consume(taken);
    bytes_in_ += taken;
    if (error == http::error::body_limit) return refuse(COMITIA_HTTP_BODY_LENGTH);
    if (error && error != http::error::need_more) return refuse(COMITIA_HTTP_MALFORMED);
    if (error == http::error::need_more || in_.size() == 0) {
      // What cannot be used yet is the line before a chunk, or the trailer.
      if (in_.size() > loop_.configuration().header_bytes) return refuse(COMITIA_HTTP_HEADER_LENGTH);
      if (parser_->is_done()) break;
      return read();
    }
  }
  dispatch();
}

void Session::dispatch() {
  phase_ = Phase::handling;
  allow_any_time();
  auto &message = parser_->get();
  std::vector<comitia_http_field> fields;
  fields.reserve(16);
  // A trailer's fields come after the header's in Beast's list, and are not wanted: they were not there when the request was screened.
  auto wanted = field_count_;
  for (const auto &field : message) {
    if (fields.size() == wanted) break;
    auto name = field.name_string(), value = field.value();
    fields.push_back({{name.data(), name.size()}, {value.data(), value.size()}});
  }
  auto &peer = place_->address();
  comitia_http_request request = {
      exchange_,
      {method_.data(), method_.size()},
      {target_.data(), target_.size()},
      {peer.data(), peer.size()},
      fields.data(),
      fields.size(),
      {message.body().data(), message.body().size()},
      stream_.secure(),
      upgradable_,
  };
  loop_.exchanges[exchange_] = this;
  handler_ = loop_.callbacks().request(loop_.callbacks().context, &request);
  if (upgradable_) return;  // the WebSocket will read
  parser_.reset();
  if (in_.size() == 0) read();  // tells when the client goes
}

}  // namespace comitia
