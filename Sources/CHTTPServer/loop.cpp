#include "loop.hpp"

#include <fcntl.h>

#include <algorithm>
#include <boost/asio/ip/v6_only.hpp>
#include <ctime>

#include "session.hpp"

namespace comitia {

namespace {

/// How many connections wait to be accepted.
constexpr int backlog = 4096;

using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

/// Deadlines are looked at this often: a quarter of the shortest, at most four times a second.
Clock::duration tick_time(const comitia_http_configuration &configuration) {
  auto shortest =
      std::min({configuration.header_time, configuration.body_time, configuration.idle_time, configuration.write_time});
  return std::chrono::milliseconds(std::clamp<std::uint32_t>(shortest / 4, 10, 250));
}

/// A program started meanwhile must not hold connections open.
void keep_from_children(int descriptor) { fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

std::string text(asio::ip::address address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

}  // namespace

std::unique_ptr<Place> Place::take(Shared &shared, std::string address) {
  auto &configuration = shared.configuration;
  auto open = shared.connections.fetch_add(1) + 1;
  std::unique_ptr<Place> place(new Place(shared, std::move(address)));
  std::uint32_t same = 1;
  if (configuration.connections_per_address > 0) {
    std::lock_guard lock(shared.address_lock);
    same = ++shared.per_address[place->address_];
  }
  if (configuration.connections > 0 && open > configuration.connections) {
    shared.count(COMITIA_HTTP_CONNECTIONS);
    return nullptr;
  }
  if (configuration.connections_per_address > 0 && same > configuration.connections_per_address) {
    shared.count(COMITIA_HTTP_ADDRESS_CONNECTIONS);
    return nullptr;
  }
  return place;
}

Place::~Place() {
  shared_.connections.fetch_sub(1);
  if (shared_.configuration.connections_per_address == 0) return;
  std::lock_guard lock(shared_.address_lock);
  auto entry = shared_.per_address.find(address_);
  if (--entry->second == 0) shared_.per_address.erase(entry);
}

Loop::Loop(Shared &shared, unsigned index, std::uint64_t random) : shared_(shared), index_(index), last_number_(random) {
  renew_date();
}

Loop::~Loop() = default;

void Loop::listen(const asio::ip::tcp::endpoint &endpoint) {
  acceptor_.open(endpoint.protocol());
  keep_from_children(acceptor_.native_handle());
  acceptor_.set_option(asio::socket_base::reuse_address(true));
  acceptor_.set_option(ReusePort(true));
  if (endpoint.address().is_v6()) acceptor_.set_option(asio::ip::v6_only(false));
  acceptor_.bind(endpoint);
  acceptor_.listen(backlog);
}

void Loop::run() {
  accept();
  tick();
  thread_ = std::thread([this] { context_.run(); });
}

void Loop::accept() {
  if (!acceptor_.is_open()) return;
  accepting_ = true;
  // The endpoint lives as long as the handler.
  auto peer = std::make_shared<asio::ip::tcp::endpoint>();
  auto &end = *peer;
  acceptor_.async_accept(context_, end, [this, peer = std::move(peer)](error_code error, TCPSocket socket) {
    accepting_ = false;
    if (error == asio::error::operation_aborted) return;
    // Without descriptors there is no use in trying at once: the next tick does.
    if (error && error != asio::error::connection_aborted) return;
    if (!error) accepted(std::move(socket), *peer);
    accept();
  });
}

void Loop::accepted(TCPSocket socket, const asio::ip::tcp::endpoint &peer) {
  shared_.accepted.fetch_add(1, std::memory_order_relaxed);
  auto place = Place::take(shared_, text(peer.address()));
  if (!place) return;
  keep_from_children(socket.native_handle());
  error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  auto session = std::make_shared<Session>(*this, Stream(std::move(socket), tls_), std::move(place));
  add(session);
  session->start();
}

void Loop::tick() {
  if (std::time(nullptr) != date_second_) renew_date();
  if (!accepting_ && !draining_) accept();
  auto now = Clock::now();
  for (auto &connection : all()) connection->tick(now);
  ticker_.expires_after(tick_time(configuration()));
  ticker_.async_wait([this](error_code error) {
    if (!error) tick();
  });
}

void Loop::renew_date() {
  date_second_ = std::time(nullptr);
  std::tm parts;
  gmtime_r(&date_second_, &parts);
  char text[32];
  // The process keeps the C locale's names of days and months.
  auto count = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  date_.assign(text, count);
}

void Loop::remove(const std::shared_ptr<Connection> &connection) {
  connections_.erase(connection);
  tell_if_drained();
}

void Loop::drain() {
  error_code ignored;
  acceptor_.close(ignored);
  draining_ = true;
  for (auto &connection : all()) connection->drain();
  tell_if_drained();
}

void Loop::tell_if_drained() {
  if (!draining_ || told_drained_ || !connections_.empty()) return;
  told_drained_ = true;
  if (shared_.draining_loops.fetch_sub(1) == 1) callbacks().drained(callbacks().context, shared_.drain_waiter);
}

void Loop::abort() {
  error_code ignored;
  acceptor_.close(ignored);
  for (auto &connection : all()) connection->abort();
}

void Loop::stop() {
  abort();
  context_.stop();
}

}  // namespace comitia
