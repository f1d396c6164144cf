#pragma once

#include <atomic>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "comitia_http_server.h"
#include "stream.hpp"

namespace comitia {

using Clock = std::chrono::steady_clock;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;

class Session;
class WebSocket;

/// What all loops of a server share.
struct Shared {
  comitia_http_configuration configuration;
  comitia_http_callbacks callbacks;
  std::atomic<std::uint64_t> connections{0}, sockets{0}, accepted{0}, requests{0};
  std::atomic<std::uint64_t> long_bodies_bytes{0};
  std::atomic<std::uint64_t> refused[COMITIA_HTTP_REFUSAL_COUNT] = {};
  /// Loops that have not yet closed all since draining began, and what is told when there are none.
  std::atomic<int> draining_loops{0};
  void *drain_waiter = nullptr;

  std::mutex address_lock;
  std::map<std::string, std::uint32_t> per_address;

  void count(comitia_http_refusal refusal) { refused[refusal].fetch_add(1, std::memory_order_relaxed); }
};

/// A client's place among the connections, given back when it goes.
class Place {
 public:
  /// Null when there is none left; the refusal is counted.
  static std::unique_ptr<Place> take(Shared &shared, std::string address);
  ~Place();
  const std::string &address() const { return address_; }

 private:
  Place(Shared &shared, std::string address) : shared_(shared), address_(std::move(address)) {}
  Shared &shared_;
  std::string address_;
};

/// What a loop keeps: a request's connection or a WebSocket.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  virtual ~Connection() = default;
  /// Cuts the connection if its time is over.
  virtual void tick(Clock::time_point now) = 0;
  /// Closes as soon as may be without losing an answer.
  virtual void drain() = 0;
  /// Cuts the connection at once.
  virtual void abort() = 0;
};

/// One thread with its acceptor and its connections. Everything but `post` is called on that thread.
class Loop {
 public:
  Loop(Shared &shared, unsigned index, std::uint64_t random);
  ~Loop();

  /// Binds and listens; throws `boost::system::system_error`.
  void listen(const asio::ip::tcp::endpoint &endpoint);
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void run();
  void join() { thread_.join(); }
  bool is_this_thread() const { return thread_.get_id() == std::this_thread::get_id(); }

  template <class Work>
  void post(Work &&work) {
    asio::post(context_, std::forward<Work>(work));
  }

  void use_tls(std::shared_ptr<asio::ssl::context> tls) { tls_ = std::move(tls); }
  void drain();
  void abort();
  /// Cuts everything and ends the thread.
  void stop();

  Shared &shared() { return shared_; }
  const comitia_http_configuration &configuration() const { return shared_.configuration; }
  const comitia_http_callbacks &callbacks() const { return shared_.callbacks; }
  bool draining() const { return draining_; }
  /// For the `Date` of answers; renewed every second.
  const std::string &date() const { return date_; }

  /// Numbers of exchanges and sockets begin with the loop's index, so that every thread finds the loop of a number.
  std::uint64_t next_number() { return (std::uint64_t(index_) << 56) | (++last_number_ & 0x00ff'ffff'ffff'ffff); }
  static unsigned index_of(std::uint64_t number) { return static_cast<unsigned>(number >> 56); }

  void add(const std::shared_ptr<Connection> &connection) { connections_.insert(connection); }
  void remove(const std::shared_ptr<Connection> &connection);

  std::unordered_map<std::uint64_t, Session *> exchanges;
  std::unordered_map<std::uint64_t, WebSocket *> sockets;

 private:
  void accept();
  void accepted(TCPSocket socket, const asio::ip::tcp::endpoint &peer);
  void tick();
  void renew_date();
  void tell_if_drained();
  std::vector<std::shared_ptr<Connection>> all() const { return {connections_.begin(), connections_.end()}; }

  Shared &shared_;
  unsigned index_;
  std::uint64_t last_number_;
  asio::io_context context_{1};
  asio::executor_work_guard<Executor> work_{context_.get_executor()};
  Acceptor acceptor_{context_};
  asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor> ticker_{context_};
  std::shared_ptr<asio::ssl::context> tls_;
  std::unordered_set<std::shared_ptr<Connection>> connections_;
  std::string date_;
  std::time_t date_second_ = 0;
  bool draining_ = false, accepting_ = false, told_drained_ = false;
  std::thread thread_;
};

}  // namespace comitia
