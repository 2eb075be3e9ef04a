#include "http/server.h"

#include "http/connection.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <future>
#include <stdexcept>
#include <thread>
#include <utility> // Boost 1.74 needs it before its own headers.

namespace http {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using std::chrono::milliseconds;

namespace {

std::optional<Address> address_of(const Tcp::socket& socket) {
    IoError error;
    const auto endpoint = socket.remote_endpoint(error);
    return error ? std::nullopt : parse_address(endpoint.address().to_string());
}

Tcp::acceptor bind_to(asio::io_context& context, const Endpoint& endpoint) {
    IoError error;
    const auto address = asio::ip::make_address(endpoint.address, error);
    if (error)
        throw std::runtime_error(fmt::format("no address to listen on: {}", endpoint.address));
    try {
        return Tcp::acceptor(context, {address, endpoint.port});
    } catch (const std::exception& exception) {
        throw std::runtime_error(fmt::format(
            "cannot listen on {} port {}: {}", endpoint.address, endpoint.port, exception.what()));
    }
}

std::unique_ptr<asio::ssl::context> load_tls(const std::optional<TlsFiles>& files) {
    if (!files) return nullptr;
    using Context = asio::ssl::context;
    auto context = std::make_unique<Context>(Context::tls_server);
    context->set_options(Context::default_workarounds | Context::no_sslv2 | Context::no_sslv3 |
                         Context::no_tlsv1 | Context::no_tlsv1_1);
    try {
        context->use_certificate_chain_file(files->certificate_chain);
        context->use_private_key_file(files->private_key, Context::pem);
    } catch (const std::exception& exception) {
        throw std::runtime_error(fmt::format("cannot read the TLS certificate {} or its key: {}",
                                             files->certificate_chain,
                                             exception.what()));
    }
    return context;
}

} // namespace

struct Server::Impl {
    Shared shared;
    std::unique_ptr<asio::ssl::context> tls;
    std::vector<std::unique_ptr<Io>> ios;
    std::vector<Tcp::acceptor> acceptors; ///< On the first io thread.
    std::optional<asio::steady_timer> retry;
    std::size_t next_io = 0;

    Impl(ServerOptions options, Answer answer)
        : shared{.options = std::move(options), .answer = std::move(answer)},
          tls(load_tls(shared.options.tls)) {
        for (std::size_t i = 0; i < std::max<std::size_t>(1, shared.options.io_threads); ++i) {
            ios.push_back(std::make_unique<Io>());
        }
        for (const auto& endpoint : shared.options.listen) {
            acceptors.push_back(bind_to(ios.front()->context, endpoint));
        }
        retry.emplace(ios.front()->context);
    }

    void accept(Tcp::acceptor& acceptor) {
        auto& io = *ios[next_io++ % ios.size()];
        acceptor.async_accept(
            io.context, [this, &acceptor, &io](const IoError& error, Tcp::socket socket) {
                if (!acceptor.is_open()) return;
                if (error) return accept_later(acceptor, error);
                asio::post(io.context, [this, &io, socket = std::move(socket)]() mutable {
                    begin(io, std::move(socket));
                });
                accept(acceptor);
            });
    }

    // Out of file descriptors, as a rule: asking again at once would only burn the processor.
    void accept_later(Tcp::acceptor& acceptor, const IoError& error) {
        spdlog::warn("http: cannot accept a connection: {}", error.message());
        retry->expires_after(milliseconds(100));
        retry->async_wait([this, &acceptor](const IoError& cancelled) {
            if (!cancelled && acceptor.is_open()) accept(acceptor);
        });
    }

    void begin(Io& io, Tcp::socket socket) {
        const auto peer = address_of(socket);
        if (!peer || io.is_stopping) return;
        auto place = Place::take(shared, *peer);
        if (!place) return;
        IoError ignored;
        socket.set_option(Tcp::no_delay(true), ignored);
        serve_connection(
            io, shared, *peer, std::move(*place), PlainSocket(std::move(socket)), tls.get());
    }

    void stop_accepting() {
        asio::post(ios.front()->context, [this] {
            retry->cancel();
            IoError ignored;
            for (auto& acceptor : acceptors)
                acceptor.close(ignored);
        });
        for (auto& io : ios) {
            asio::post(io->context, [&one = *io] { stop_connections(one); });
        }
    }
};

Server::Server(ServerOptions options, Answer answer)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(answer))) {}

Server::~Server() = default;

std::vector<std::uint16_t> Server::ports() const {
    std::vector<std::uint16_t> ports;
    for (const auto& acceptor : impl_->acceptors)
        ports.push_back(acceptor.local_endpoint().port());
    return ports;
}

void Server::run(const std::stop_token& stop) {
    auto& [shared, tls, ios, acceptors, retry, next_io] = *impl_;
    shared.pool.emplace(shared.options.handler_threads, shared.options.max_queued);
    for (auto& acceptor : acceptors)
        impl_->accept(acceptor);

    using Guard = asio::executor_work_guard<asio::io_context::executor_type>;
    std::vector<Guard> guards;
    std::vector<std::future<void>> ended;
    std::vector<std::jthread> threads;
    for (auto& io : ios) {
        guards.emplace_back(io->context.get_executor());
        std::packaged_task<void()> task([&context = io->context] { context.run(); });
        ended.push_back(task.get_future());
        threads.emplace_back(std::move(task));
    }
    std::promise<void> stopped;
    const std::stop_callback on_stop(stop, [&] { stopped.set_value(); });
    stopped.get_future().wait();

    const auto latest = std::chrono::steady_clock::now() + shared.options.stop_time;
    impl_->stop_accepting();
    for (auto& guard : guards)
        guard.reset();
    for (auto& one : ended)
        one.wait_until(latest);
    for (auto& io : ios)
        io->context.stop();
    threads.clear();
    shared.pool.reset();
}

} // namespace http
