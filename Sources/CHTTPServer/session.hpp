#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "loop.hpp"
#include "request_head.hpp"

namespace comitia {

/// A connection that speaks HTTP/1.1: one request after the other, each answered before the next is looked at.
class Session final : public Connection {
 public:
  Session(Loop &loop, Stream stream, std::unique_ptr<Place> place);
  void start();

  // Answers to the request that is being handled.
  void answer(std::uint16_t status, std::string_view fields, std::string_view body);
  void begin(std::uint16_t status, std::string_view fields, std::int64_t length);
  void write(std::string_view bytes, void *piece);
  void end(bool complete);
  /// Also answers to what is not yet a request.
  void refuse(comitia_http_refusal refusal);
  void upgrade(void *socket);

  void tick(Clock::time_point now) override;
  void drain() override;
  void abort() override;

 private:
  enum class Phase {
    handshake,  // of TLS
    head,       // waiting for a request's head, or reading it
    body,       // reading its body
    handling,   // the handler has it
    streaming,  // the answer goes out in pieces; between two of them nothing is written
    answering,  // the last of the answer goes out
    closing,    // nothing more is said; what comes is thrown away for a moment, lest a reset destroys the answer on its way
    closed,
  };

  // Reading. One read is outstanding at most, and while it is, `in_` is not consumed.
  void read();
  void has_read(error_code error, std::size_t count);
  void next_request();
  void look_for_head();
  void has_head(std::size_t length);
  void read_body();
  bool continue_first();
  bool takes_long_body(std::uint64_t length);
  void feed_body();
  void dispatch();
  void input_ended(error_code error);

  // Writing. One write is outstanding at most.
  void put_status(std::uint16_t status, std::string_view fields);
  void put_length(std::uint16_t status, std::size_t length);
  void write_out();
  void has_written(error_code error, std::size_t count);
  void went_out();

  void answered();
  void record();
  void close_gently();
  void discard();
  void close();
  void begin_exchange();
  void end_exchange();
  bool takes_answer() const { return phase_ == Phase::handling; }
  void allow(std::uint32_t milliseconds) { deadline_ = Clock::now() + std::chrono::milliseconds(milliseconds); }
  void allow_any_time() { deadline_ = Clock::time_point::max(); }

  std::shared_ptr<Session> self() { return std::static_pointer_cast<Session>(shared_from_this()); }

  Loop &loop_;
  Stream stream_;
  std::unique_ptr<Place> place_;
  Phase phase_ = Phase::handshake;
  Clock::time_point deadline_;

  beast::flat_buffer in_;
  bool reading_ = false, input_ended_ = false;
  HeadScan scan_;
  std::optional<Parser> parser_;
  std::size_t field_count_ = 0;  // of the head, without a trailer
  std::size_t discarded_ = 0;

  // Of the exchange.
  std::uint64_t exchange_ = 0;  // 0: none
  void *handler_ = nullptr;     // what the request callback returned
  Clock::time_point began_;
  std::chrono::system_clock::time_point began_at_;
  std::uint64_t bytes_in_ = 0, bytes_out_ = 0;
  std::uint64_t long_body_ = 0;  // counted among those of all connections
  std::string method_, target_, path_;
  bool keep_ = false, head_only_ = false, modern_ = true, upgradable_ = false;

  // Of the answer.
  std::uint16_t status_ = 0;
  std::string out_;
  std::size_t written_ = 0;
  bool chunked_ = false, head_sent_ = false;
  std::int64_t remaining_ = 0;  // of a body of known length
  void *piece_ = nullptr;       // is told when `out_` is written
};

}  // namespace comitia
