#include "base/pattern.h"

#include <fmt/format.h>
#include <unicode/regex.h>

#include <stdexcept>
#include <utility>

namespace {

// Steps of the matcher, some 10 ms; an expression that needs more explodes.
constexpr std::int32_t max_steps = 5;
constexpr std::int32_t max_stack_bytes = 1 << 20;

icu::UnicodeString unicode_of(std::string_view text) {
    return icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

} // namespace

class Pattern::Compiled {
  public:
    explicit Compiled(std::unique_ptr<icu::RegexPattern> pattern) : pattern_(std::move(pattern)) {}

    bool is_in(std::string_view text) const {
        const auto input = unicode_of(text);
        auto error = U_ZERO_ERROR;
        const std::unique_ptr<icu::RegexMatcher> matcher(pattern_->matcher(input, error));
        if (U_FAILURE(error)) throw std::runtime_error("pattern: no matcher");
        matcher->setTimeLimit(max_steps, error);
        matcher->setStackLimit(max_stack_bytes, error);
        const bool found = matcher->find(error) != 0;
        if (U_FAILURE(error)) throw std::runtime_error("pattern: takes too long");
        return found;
    }

  private:
    std::unique_ptr<icu::RegexPattern> pattern_;
};

Pattern::Pattern(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

Result<Pattern> Pattern::compile(std::string_view expression) {
    if (expression.empty() || expression.size() > max_bytes) {
        return Error{Error::Kind::Invalid,
                     "pattern: length",
                     fmt::format("A pattern has 1 to {} bytes.", max_bytes)};
    }
    UParseError where{};
    auto error = U_ZERO_ERROR;
    std::unique_ptr<icu::RegexPattern> pattern(
        icu::RegexPattern::compile(unicode_of(expression), UREGEX_CASE_INSENSITIVE, where, error));
    if (U_FAILURE(error)) {
        return Error{
            Error::Kind::Invalid,
            "pattern: " + std::string(u_errorName(error)),
            fmt::format("The pattern is not a regular expression: character {}.", where.offset)};
    }
    return Pattern(std::make_shared<const Compiled>(std::move(pattern)));
}

bool Pattern::is_in(std::string_view text) const {
    return compiled_->is_in(text);
}
