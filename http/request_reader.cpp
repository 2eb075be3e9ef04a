#include "http/request_reader.h"

#include "base/text.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility> // Boost 1.74 needs it before its own headers.

namespace http {

namespace {

namespace beast = boost::beast;
using ErrorCode = beast::error_code;

// Beyond this an unfinished chunk header or trailer is no honest one.
constexpr std::size_t max_chunk_header_bytes = 8UL * 1024;
// A claimed length is no reason to take memory before bytes come.
constexpr std::size_t first_reserve_bytes = 64UL * 1024;

/// Beast's parser, writing straight into our Request.
class BeastParser : public beast::http::basic_parser<true> {
  public:
    Request request;
    int version = 11;
    bool is_head_done = false;
    bool is_disk_full = false;
    const ReadLimits* limits = nullptr;

  private:
    using Text = beast::string_view;
    using Verb = beast::http::verb;
    using Field = beast::http::field;

    void on_request_impl(Verb, Text method, Text target, int spoken, ErrorCode&) override {
        version = spoken;
        request.method.assign(method.data(), method.size());
        request.target.assign(target.data(), target.size());
    }
    void on_field_impl(Field, Text name, Text value, ErrorCode&) override {
        // Trailers come after the checks of the head; nothing may rest on them.
        if (is_head_done) return;
        request.headers.add(std::string(name.data(), name.size()),
                            std::string(value.data(), value.size()));
    }
    void on_header_impl(ErrorCode&) override { is_head_done = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode&) override {
        request.body.reserve(static_cast<std::size_t>(
            std::min<std::uint64_t>(length.value_or(0), first_reserve_bytes)));
    }
    std::size_t on_body_impl(Text bytes, ErrorCode&) override {
        take({bytes.data(), bytes.size()});
        return bytes.size();
    }
    std::size_t on_chunk_body_impl(std::uint64_t, Text bytes, ErrorCode&) override {
        take({bytes.data(), bytes.size()});
        return bytes.size();
    }
    void take(std::string_view bytes) {
        const bool is_long = request.body.size() + bytes.size() > limits->spool_above;
        if (!request.spooled && (limits->spool_folder.empty() || !is_long)) {
            request.body.append(bytes);
            return;
        }
        if (!request.spooled) {
            request.spooled = SpooledBody::make(limits->spool_folder);
            is_disk_full = !request.spooled || !request.spooled->append(request.body);
            request.body = {};
        }
        is_disk_full = is_disk_full || !request.spooled->append(bytes);
    }
    void on_chunk_header_impl(std::uint64_t, Text, ErrorCode&) override {}
    void on_response_impl(int, Text, int, ErrorCode&) override {}
    void on_finish_impl(ErrorCode&) override {}
};

bool has_only_visible(std::string_view line) {
    return std::ranges::all_of(
        line, [](unsigned char c) { return (c >= 0x20 && c != 0x7f) || c == '\t'; });
}

} // namespace

struct RequestReader::Parser {
    BeastParser beast;

    explicit Parser(const ReadLimits& limits) {
        beast.limits = &limits;
        beast.header_limit(static_cast<std::uint32_t>(limits.max_head_bytes + 4));
        // The limit depends on the path; it is set when the head is read. Beast 1.74 takes "none"
        // for less than any length.
        beast.body_limit(std::numeric_limits<std::uint64_t>::max());
    }
};

RequestReader::RequestReader(const ReadLimits& limits) : limits_(limits) {
    reset();
}
RequestReader::~RequestReader() = default;

void RequestReader::reset() {
    parser_ = std::make_unique<Parser>(limits_);
    refusal_ = {};
    scanned_ = 0;
    max_body_ = 0;
}

const RequestReader::Refusal& RequestReader::refusal() const {
    return refusal_;
}
Request& RequestReader::request() {
    return parser_->beast.request;
}
std::size_t RequestReader::max_body_bytes() const {
    return max_body_;
}
bool RequestReader::keeps_alive() const {
    return parser_->beast.keep_alive();
}
bool RequestReader::expects_continue() const {
    return parser_->beast.request.headers.find("Expect").has_value();
}

RequestReader::Progress RequestReader::refuse(int status, std::string_view why) {
    refusal_ = {.status = status, .why = why};
    return Progress::Refused;
}

RequestReader::Progress RequestReader::read(std::string_view bytes, std::size_t& consumed) {
    consumed = 0;
    return parser_->beast.is_head_done ? read_body(bytes, consumed) : read_head(bytes, consumed);
}

RequestReader::Progress RequestReader::read_head(std::string_view bytes, std::size_t& consumed) {
    constexpr std::string_view end_of_head = "\r\n\r\n";
    // RFC 9112 section 2.2: an empty line before the request is skipped.
    if (scanned_ == 0 && bytes.starts_with("\r\n")) {
        consumed = 2;
        bytes.remove_prefix(2);
    }
    const auto end = bytes.find(end_of_head, scanned_);
    const auto size = end == std::string_view::npos ? bytes.size() : end + end_of_head.size();
    const auto line_end = std::min(bytes.find("\r\n"), size);
    // The method and the version are what the line has beside its target.
    if (line_end > limits_.max_target_bytes + 32) return refuse(414, "Request line too long");
    if (size > limits_.max_head_bytes) return refuse(431, "Header too long");
    if (end == std::string_view::npos) {
        scanned_ = bytes.size() < end_of_head.size() ? 0 : bytes.size() - end_of_head.size() + 1;
        return Progress::NeedsMore;
    }
    const auto head = bytes.substr(0, size);
    if (!check_head(head)) return Progress::Refused;
    ErrorCode error;
    consumed += parser_->beast.put(boost::asio::buffer(head.data(), head.size()), error);
    if (error || !parser_->beast.is_head_done) return refuse(400, "Malformed request");
    if (!check_framing() || !check_request()) return Progress::Refused;
    return parser_->beast.is_done() ? Progress::Complete : Progress::HeadRead;
}

// What Beast would accept or mend: folded lines become blanks there, and their number is unbounded.
bool RequestReader::check_head(std::string_view head) {
    std::size_t lines = 0;
    for (auto rest = head; !rest.empty();) {
        const auto line = rest.substr(0, rest.find("\r\n"));
        rest.remove_prefix(line.size() + 2);
        if (!has_only_visible(line) || line.starts_with(' ') || line.starts_with('\t')) {
            refuse(400, "Malformed header");
            return false;
        }
        if (lines++ > limits_.max_headers + 1) {
            refuse(431, "Too many headers");
            return false;
        }
    }
    return true;
}

// One length, said once, in one way; Beast takes a coding that it does not know for no body at all.
bool RequestReader::check_framing() {
    const auto& headers = parser_->beast.request.headers;
    const auto lengths = headers.all("Content-Length");
    const auto codings = headers.all("Transfer-Encoding");
    if (lengths.size() + codings.size() > 1) {
        refuse(400, "More than one body length");
        return false;
    }
    if (!lengths.empty() &&
        lengths.front().find_first_not_of("0123456789") != std::string_view::npos) {
        refuse(400, "Malformed body length");
        return false;
    }
    if (!codings.empty() && (!iequals(codings.front(), "chunked") || parser_->beast.version < 11)) {
        refuse(400, "Unknown transfer coding");
        return false;
    }
    const auto hosts = headers.count("Host");
    if (hosts > 1 || (hosts == 0 && parser_->beast.version >= 11)) {
        refuse(400, "One Host is needed");
        return false;
    }
    return true;
}

bool RequestReader::check_request() {
    auto& request = parser_->beast.request;
    const auto fail = [&](int status, std::string_view why) {
        refuse(status, why);
        return false;
    };
    constexpr std::array<std::string_view, 7> methods{
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    if (std::ranges::find(methods, request.method) == methods.end()) {
        return fail(501, "Unknown method");
    }
    const auto target = request.target;
    if (target.size() > limits_.max_target_bytes) return fail(414, "Request line too long");
    if (const auto set = set_target(request, target); !set) {
        return set.error().kind == Error::Kind::NotFound ? fail(404, "Not found")
                                                         : fail(400, "Malformed target");
    }
    if (parser_->beast.is_done()) return true;

    if (request.method == "GET" || request.method == "HEAD") return fail(400, "Unexpected body");
    const auto coding = request.headers.find("Content-Encoding");
    if (coding && !iequals(*coding, "identity"))
        return fail(415, "Compressed bodies are not taken");
    const auto expected = request.headers.find("Expect");
    if (expected && !iequals(*expected, "100-continue")) return fail(417, "Unknown expectation");

    max_body_ = limits_.max_body_bytes ? limits_.max_body_bytes(request) : 1024UL * 1024;
    const auto length = parser_->beast.content_length();
    if (length && *length > max_body_) return fail(413, "Body too large");
    if (!length) parser_->beast.body_limit(max_body_);
    parser_->beast.eager(true);
    return true;
}

RequestReader::Progress RequestReader::read_body(std::string_view bytes, std::size_t& consumed) {
    // The end of a chunked body, "0\r\n\r\n", is put as a whole: Beast 1.74 asserts that it has
    // five bytes when it looks at it for the second time.
    constexpr std::size_t least_end = 5;
    if (bytes.empty() || (parser_->beast.chunked() && bytes.size() < least_end))
        return Progress::NeedsMore;
    ErrorCode error;
    consumed = parser_->beast.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
    if (error == beast::http::error::body_limit) return refuse(413, "Body too large");
    if (error && error != beast::http::error::need_more) return refuse(400, "Malformed body");
    if (parser_->beast.is_disk_full) return refuse(507, "No room for the body");
    if (parser_->beast.is_done()) return Progress::Complete;
    if (bytes.size() - consumed > max_chunk_header_bytes) return refuse(400, "Malformed body");
    return Progress::NeedsMore;
}

} // namespace http
