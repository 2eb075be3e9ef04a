#include "bench/listener.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <stdexcept>

namespace bench {
namespace {

constexpr auto hanging_time = std::chrono::seconds(10);
constexpr std::string_view taken = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

int listen_at(const std::string& address, std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(port);
    ::inet_pton(AF_INET, address.c_str(), &name.sin_addr);
    if (::bind(socket, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 ||
        ::listen(socket, 64) != 0) {
        throw std::runtime_error(fmt::format("cannot listen at {}:{}", address, port));
    }
    return socket;
}

void watch(int poll, int socket) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = socket;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event);
}

std::size_t content_length(std::string_view head) {
    for (std::size_t at = 0; at < head.size();) {
        const auto end = std::min(head.find("\r\n", at), head.size());
        const auto line = head.substr(at, end - at);
        at = end + 2;
        constexpr std::string_view name = "content-length:";
        if (line.size() < name.size() || !iequals(line.substr(0, name.size()), name)) continue;
        const auto digits = line.find_first_not_of(' ', name.size());
        std::size_t length = 0;
        if (digits != std::string_view::npos)
            std::from_chars(line.data() + digits, line.data() + line.size(), length);
        return length;
    }
    return 0;
}

} // namespace

Listener::Listener(const std::vector<Peer>& peers, std::uint16_t port, const TlsServer* tls)
    : peers_(peers), tls_(tls), poll_(::epoll_create1(EPOLL_CLOEXEC)), moods_(peers.size()) {
    for (const Peer& peer : peers) {
        const int socket = listen_at(peer.address, port);
        peer_of_.emplace(socket, sockets_.size());
        sockets_.push_back(socket);
        watch(poll_, socket);
    }
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Listener::~Listener() {
    thread_.request_stop();
    thread_.join();
    for (const auto& [socket, connection] : connections_)
        ::close(socket);
    for (const int socket : sockets_)
        if (socket >= 0) ::close(socket);
    ::close(poll_);
}

void Listener::expect(std::string text) {
    expected_.with([&](Expected& expected) {
        expected = {.text = std::move(text)};
        expected.arrivals.first.resize(peers_.size());
    });
}

Listener::Arrivals Listener::arrivals() {
    return expected_.with([](const Expected& expected) { return expected.arrivals; });
}

void Listener::set_mood(std::size_t peer, Mood mood) {
    moods_[peer] = mood;
    // Shut, not closed: the number must not be given to a connection while it is in our tables.
    if (mood == Mood::Refuses) ::shutdown(sockets_[peer], SHUT_RDWR);
}

void Listener::run(const std::stop_token& stop) {
    std::array<epoll_event, 256> events{};
    while (!stop.stop_requested()) {
        const int count = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()), 50);
        for (int i = 0; i < count; ++i) {
            const int socket = events[static_cast<std::size_t>(i)].data.fd;
            if (peer_of_.contains(socket))
                accept_from(socket);
            else
                read_from(socket);
        }
        answer_late();
    }
}

void Listener::accept_from(int socket) {
    const auto peer = peer_of_.at(socket);
    if (moods_[peer] == Mood::Refuses) {
        ::epoll_ctl(poll_, EPOLL_CTL_DEL, socket, nullptr);
        return;
    }
    const int connection = ::accept4(socket, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (connection < 0) return;
    const int on = 1;
    ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connections_[connection] = {
        .peer = peer, .serial = ++next_serial_, .tls = tls_ ? tls_->accept(connection) : nullptr};
    watch(poll_, connection);
}

void Listener::read_from(int socket) {
    const auto found = connections_.find(socket);
    if (found == connections_.end()) return;
    std::array<char, 16384> bytes{};
    auto& tls = found->second.tls;
    const auto count =
        tls ? tls->read(bytes) : ::recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count < 0 && (tls || errno == EAGAIN)) return;
    if (count <= 0) return hang_up(socket);
    found->second.received.append(bytes.data(), static_cast<std::size_t>(count));
    while (answer_next(socket, found->second)) {
        if (!connections_.contains(socket)) return;
    }
}

// True when there was a whole request; the connection may be gone after it.
bool Listener::answer_next(int socket, Connection& connection) {
    const auto end = connection.received.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const auto head = std::string_view(connection.received).substr(0, end);
    const auto length = end + 4 + content_length(head);
    if (connection.received.size() < length) return false;

    const auto mood = moods_[connection.peer].load();
    bool is_well = mood != Mood::Refuses;
    if (is_well && head.starts_with("POST ")) {
        const auto body = std::string_view(connection.received).substr(end + 4, length - end - 4);
        note_delivery(connection.peer, body);
        if (mood == Mood::Hangs)
            late_.emplace(Steady::now() + hanging_time,
                          Late{.socket = socket, .serial = connection.serial});
        else
            is_well = send_all(socket, connection, taken);
    } else if (is_well) {
        is_well = send_all(socket, connection, answer_to(connection.peer, head));
    }
    connection.received.erase(0, length);
    if (!is_well) hang_up(socket);
    return true;
}

std::string Listener::answer_to(std::size_t peer, std::string_view head) const {
    const auto target = head.substr(4, head.find(' ', 4) - 4);
    constexpr std::string_view webfinger = "/.well-known/webfinger?resource=";
    constexpr std::string_view users = "/users/";
    std::string body;
    if (target.starts_with(webfinger))
        body = webfinger_document(peers_[peer], target.substr(webfinger.size()));
    else if (target.starts_with(users) && target.find('/', users.size()) == std::string_view::npos)
        body = actor_document(peers_[peer], target.substr(users.size()));
    return fmt::format("HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}",
                       body.empty() ? "404 Not Found" : "200 OK",
                       target.starts_with(webfinger) ? "application/jrd+json"
                                                     : "application/activity+json",
                       body.size(),
                       body);
}

void Listener::note_delivery(std::size_t peer, std::string_view body) {
    const auto now = Steady::now();
    expected_.with([&](Expected& expected) {
        if (expected.text.empty() || body.find(expected.text) == std::string_view::npos) return;
        auto& arrivals = expected.arrivals;
        if (!arrivals.first[peer]) arrivals.first[peer] = now;
        ++arrivals.count;
        arrivals.last = now;
    });
}

void Listener::answer_late() {
    while (!late_.empty() && late_.begin()->first <= Steady::now()) {
        const Late late = late_.begin()->second;
        late_.erase(late_.begin());
        const auto found = connections_.find(late.socket);
        if (found == connections_.end() || found->second.serial != late.serial) continue;
        if (!send_all(late.socket, found->second, taken)) hang_up(late.socket);
    }
}

// Answers are far smaller than a socket's buffer: what does not fit at once is a lost connection.
bool Listener::send_all(int socket, Connection& connection, std::string_view bytes) {
    if (connection.tls) return connection.tls->write(bytes);
    return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
           static_cast<ssize_t>(bytes.size());
}

void Listener::hang_up(int socket) {
    ::close(socket);
    connections_.erase(socket);
}

} // namespace bench
