#pragma once

#include "http/message.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace http {

struct ReadLimits {
    std::size_t max_target_bytes = 8UL * 1024;
    std::size_t max_head_bytes = 32UL * 1024; ///< Request line and header lines.
    std::size_t max_headers = 100;
    /// How many bytes of body a request may have, known its method and path.
    std::function<std::size_t(const Request&)> max_body_bytes{};
    /// Where bodies go that are longer than `spool_above`; empty: they stay in memory.
    std::string spool_folder{};
    std::size_t spool_above = 1024UL * 1024;
};

/// Turns the bytes of a connection into one request; no sockets, no clock.
///
/// Stricter than RFC 9112 asks where two readers could differ: no folded header lines, no bare CR
/// or LF, one length at most, no coding but chunked, no body on GET and HEAD, no compressed bodies.
/// Header values are handed over as received and in the received order (ATTACKS B13, E03 to E07,
/// E17).
class RequestReader {
  public:
    explicit RequestReader(const ReadLimits& limits);
    ~RequestReader();

    enum class Progress {
        NeedsMore, ///< All of `bytes` is needed again, with more behind it.
        HeadRead,  ///< The body is missing; said once.
        Complete,
        Refused, ///< See refusal(); the connection is to be closed after it is said.
    };
    /// Reads on. `bytes` begins with what was not consumed before; sets how many were consumed.
    Progress read(std::string_view bytes, std::size_t& consumed);

    struct Refusal {
        int status = 400;
        std::string_view why; ///< Safe to say.
    };
    const Refusal& refusal() const;

    Request& request();
    std::size_t max_body_bytes() const; ///< Of this request; from HeadRead on.
    bool keeps_alive() const;
    bool expects_continue() const;
    /// For the next request of the connection.
    void reset();

  private:
    struct Parser;

    Progress refuse(int status, std::string_view why);
    Progress read_head(std::string_view bytes, std::size_t& consumed);
    Progress read_body(std::string_view bytes, std::size_t& consumed);
    bool check_head(std::string_view head);
    bool check_framing();
    bool check_request();

    const ReadLimits& limits_;
    std::unique_ptr<Parser> parser_;
    Refusal refusal_;
    std::size_t scanned_ = 0;
    std::size_t max_body_ = 0;
};

} // namespace http
