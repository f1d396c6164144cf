#include <algorithm>
#include <boost/asio/ip/v6_only.hpp>
#include <cstring>
#include <random>
#include <vector>

#include "loop.hpp"
#include "refusal.hpp"
#include "session.hpp"
#include "tls.hpp"
#include "websocket.hpp"

using namespace comitia;

struct comitia_http_server {
  Shared shared;
  std::string address, certificate_chain, private_key;
  std::vector<std::unique_ptr<Loop>> loops;
  std::uint16_t port = 0;
  std::atomic<bool> draining{false};

  /// The loop of an exchange or socket; null for a number that was never given out.
  Loop *loop_of(std::uint64_t number) {
    auto index = Loop::index_of(number);
    return index < loops.size() ? loops[index].get() : nullptr;
  }

  /// Does something with a connection on its loop, or something else when it is gone.
  template <class Table, class Action, class Otherwise>
  void with(Table Loop::*table, std::uint64_t number, Action action, Otherwise otherwise) {
    auto *loop = loop_of(number);
    if (!loop) return otherwise();
    loop->post([loop, table, number, action = std::move(action), otherwise = std::move(otherwise)]() mutable {
      auto found = (loop->*table).find(number);
      if (found == (loop->*table).end()) return otherwise();
      auto keep = found->second->shared_from_this();
      action(*found->second);
    });
  }
  template <class Table, class Action>
  void with(Table Loop::*table, std::uint64_t number, Action action) {
    with(table, number, std::move(action), [] {});
  }
};

namespace {

std::string string_of(comitia_http_text text) { return std::string(text.bytes ? text.bytes : "", text.count); }

comitia_http_failure_code code_of(error_code error) {
  if (error == asio::error::address_in_use) return COMITIA_HTTP_PORT_IN_USE;
  if (error == asio::error::access_denied) return COMITIA_HTTP_PORT_FORBIDDEN;
  if (error == boost::system::errc::address_not_available) return COMITIA_HTTP_BAD_ADDRESS;
  return COMITIA_HTTP_SYSTEM;
}

/// Fails when another server has the port. The loops share theirs (SO_REUSEPORT), and would share it with another server too.
void probe(const asio::ip::tcp::endpoint &endpoint) {
  asio::io_context context;
  asio::ip::tcp::acceptor acceptor(context);
  acceptor.open(endpoint.protocol());
  acceptor.set_option(asio::socket_base::reuse_address(true));
  if (endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(false));
  acceptor.bind(endpoint);
}

std::shared_ptr<asio::ssl::context> tls_of(const comitia_http_server &server) {
  if (server.certificate_chain.empty()) return nullptr;
  return make_tls(server.certificate_chain.c_str(), server.private_key.c_str());
}

void start(comitia_http_server &server) {
  auto &configuration = server.shared.configuration;
  error_code error;
  auto address = asio::ip::make_address(server.address, error);
  if (error) throw Failure{COMITIA_HTTP_BAD_ADDRESS, error.message()};
  auto tls = tls_of(server);
  asio::ip::tcp::endpoint endpoint(address, configuration.port);
  if (configuration.port != 0) probe(endpoint);
  std::random_device random;
  auto threads = std::clamp(configuration.threads, 1u, 200u);
  for (unsigned index = 0; index < threads; index++) {
    auto first_number = (std::uint64_t(random()) << 32) | random();
    server.loops.push_back(std::make_unique<Loop>(server.shared, index, first_number));
    auto &loop = *server.loops.back();
    loop.use_tls(tls);
    loop.listen(endpoint);
    endpoint.port(loop.port());
  }
  server.port = endpoint.port();
  for (auto &loop : server.loops) loop->run();
}

void report(comitia_http_failure *failure, comitia_http_failure_code code, const std::string &reason) {
  failure->code = code;
  auto count = reason.copy(failure->reason, sizeof failure->reason - 1);
  failure->reason[count] = 0;
}

template <class Attempt>
bool succeeds(comitia_http_failure *failure, Attempt attempt) {
  try {
    attempt();
    return true;
  } catch (const Failure &known) {
    report(failure, known.code, known.reason);
  } catch (const boost::system::system_error &error) {
    report(failure, code_of(error.code()), error.code().message());
  } catch (const std::exception &error) {
    report(failure, COMITIA_HTTP_SYSTEM, error.what());
  }
  return false;
}

void join_and_free(comitia_http_server *server) {
  for (auto &loop : server->loops) loop->join();
  auto callbacks = server->shared.callbacks;
  delete server;
  callbacks.released(callbacks.context);
}

}  // namespace

comitia_http_server *comitia_http_start(
    const comitia_http_configuration *configuration, const comitia_http_callbacks *callbacks, comitia_http_failure *failure) {
  auto server = std::make_unique<comitia_http_server>();
  server->shared.configuration = *configuration;
  server->shared.callbacks = *callbacks;
  server->address = configuration->address;
  if (configuration->certificate_chain) server->certificate_chain = configuration->certificate_chain;
  if (configuration->private_key) server->private_key = configuration->private_key;
  if (!succeeds(failure, [&] { start(*server); })) return nullptr;
  return server.release();
}

uint16_t comitia_http_port(const comitia_http_server *server) { return server->port; }

bool comitia_http_reload(comitia_http_server *server, comitia_http_failure *failure) {
  return succeeds(failure, [&] {
    auto tls = tls_of(*server);
    for (auto &loop : server->loops) loop->post([loop = loop.get(), tls] { loop->use_tls(tls); });
  });
}

void comitia_http_drain(comitia_http_server *server, void *waiter) {
  if (server->draining.exchange(true)) return;
  server->shared.drain_waiter = waiter;
  server->shared.draining_loops = static_cast<int>(server->loops.size());
  for (auto &loop : server->loops) loop->post([loop = loop.get()] { loop->drain(); });
}

void comitia_http_abort(comitia_http_server *server) {
  for (auto &loop : server->loops) loop->post([loop = loop.get()] { loop->abort(); });
}

void comitia_http_destroy(comitia_http_server *server) {
  for (auto &loop : server->loops) loop->post([loop = loop.get()] { loop->stop(); });
  bool on_loop = std::any_of(
      server->loops.begin(), server->loops.end(), [](const auto &loop) { return loop->is_this_thread(); });
  // A loop cannot wait for its own end.
  if (on_loop) {
    std::thread(join_and_free, server).detach();
  } else {
    join_and_free(server);
  }
}

void comitia_http_answer(
    comitia_http_server *server, uint64_t exchange, uint16_t status, comitia_http_text fields, comitia_http_text body) {
  server->with(&Loop::exchanges, exchange, [status, fields = string_of(fields), body = string_of(body)](Session &session) {
    session.answer(status, fields, body);
  });
}

void comitia_http_begin(
    comitia_http_server *server, uint64_t exchange, uint16_t status, comitia_http_text fields, int64_t length) {
  server->with(&Loop::exchanges, exchange, [status, fields = string_of(fields), length](Session &session) {
    session.begin(status, fields, length);
  });
}

void comitia_http_write(comitia_http_server *server, uint64_t exchange, comitia_http_text bytes, void *piece) {
  auto never = [server, piece] { server->shared.callbacks.written(server->shared.callbacks.context, piece, false); };
  server->with(
      &Loop::exchanges, exchange,
      [bytes = string_of(bytes), piece](Session &session) { session.write(bytes, piece); }, never);
}

void comitia_http_end(comitia_http_server *server, uint64_t exchange, bool complete) {
  server->with(&Loop::exchanges, exchange, [complete](Session &session) { session.end(complete); });
}

const char *comitia_http_refusal_code(comitia_http_refusal refusal) { return text(refusal).code; }

void comitia_http_refuse(comitia_http_server *server, uint64_t exchange, comitia_http_refusal refusal) {
  server->with(&Loop::exchanges, exchange, [refusal](Session &session) { session.refuse(refusal); });
}

void comitia_http_upgrade(comitia_http_server *server, uint64_t exchange, void *socket) {
  auto gone = [server, socket] { server->shared.callbacks.socket_closed(server->shared.callbacks.context, socket); };
  server->with(&Loop::exchanges, exchange, [socket](Session &session) { session.upgrade(socket); }, gone);
}

void comitia_http_socket_next(comitia_http_server *server, uint64_t socket) {
  server->with(&Loop::sockets, socket, [](WebSocket &connection) { connection.next(); });
}

void comitia_http_socket_send(comitia_http_server *server, const uint64_t *sockets, size_t count, comitia_http_text text) {
  auto shared_text = std::make_shared<const std::string>(string_of(text));
  std::vector<std::vector<std::uint64_t>> numbers(server->loops.size());
  for (size_t i = 0; i < count; i++) {
    auto index = Loop::index_of(sockets[i]);
    if (index < numbers.size()) numbers[index].push_back(sockets[i]);
  }
  for (size_t index = 0; index < numbers.size(); index++) {
    if (numbers[index].empty()) continue;
    auto *loop = server->loops[index].get();
    loop->post([loop, shared_text, numbers = std::move(numbers[index])] {
      for (auto number : numbers) {
        auto found = loop->sockets.find(number);
        if (found != loop->sockets.end()) found->second->send(shared_text);
      }
    });
  }
}

void comitia_http_socket_close(comitia_http_server *server, uint64_t socket, uint16_t code, comitia_http_text reason) {
  server->with(&Loop::sockets, socket, [code, reason = string_of(reason)](WebSocket &connection) {
    connection.close(code, reason);
  });
}

comitia_http_statistics comitia_http_count(const comitia_http_server *server) {
  auto &shared = server->shared;
  comitia_http_statistics statistics = {};
  statistics.connections = shared.connections;
  statistics.sockets = shared.sockets;
  statistics.accepted = shared.accepted;
  statistics.requests = shared.requests;
  for (int i = 0; i < COMITIA_HTTP_REFUSAL_COUNT; i++) statistics.refused[i] = shared.refused[i];
  return statistics;
}
