#include "base/log.h"

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

namespace {

bool is_control(unsigned char byte) {
    return byte < 0x20 || byte == 0x7f;
}

/// U+0080 to U+009F in UTF-8: some terminals obey them like ESC sequences.
bool is_c1(std::string_view text) {
    return text.size() >= 2 && text[0] == '\xc2' && static_cast<unsigned char>(text[1]) <= 0x9f;
}

/// Escapes what was logged, then lets the pattern write the line.
class EscapingFormatter : public spdlog::formatter {
  public:
    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override {
        const std::string safe = escape_controls({message.payload.data(), message.payload.size()});
        spdlog::details::log_msg copy(message);
        copy.payload = safe;
        pattern_.format(copy, line);
    }
    std::unique_ptr<spdlog::formatter> clone() const override {
        return std::make_unique<EscapingFormatter>();
    }

  private:
    spdlog::pattern_formatter pattern_{"%Y-%m-%dT%H:%M:%S.%eZ %l %v",
                                       spdlog::pattern_time_type::utc};
};

} // namespace

std::string escape_controls(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (is_c1(text.substr(i))) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[++i]));
        } else if (is_control(byte)) {
            out += fmt::format("\\x{:02x}", byte);
        } else {
            out += text[i];
        }
    }
    return out;
}

void set_up_log(std::string_view level) {
    auto logger = std::make_shared<spdlog::logger>(
        "staffroom", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_formatter(std::make_unique<EscapingFormatter>());
    const auto parsed = spdlog::level::from_str(std::string(level));
    logger->set_level(parsed == spdlog::level::off ? spdlog::level::info : parsed);
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
}
