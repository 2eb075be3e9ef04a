#include "federation/structured_field.h"

#include "base/crypto.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace federation::structured {

namespace {

constexpr std::size_t max_field_bytes = 16'384;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_alpha(char c) {
    return is_lower(c) || (c >= 'A' && c <= 'Z');
}
bool is_printable(char c) {
    return c >= 0x20 && c <= 0x7e;
}
bool is_one_of(char c, std::string_view choice) {
    return choice.find(c) != std::string_view::npos;
}
bool is_name_start(char c) {
    return is_lower(c) || c == '*';
}
bool is_name_part(char c) {
    return is_lower(c) || is_digit(c) || is_one_of(c, "_-.*");
}
bool is_token_part(char c) {
    return is_alpha(c) || is_digit(c) || is_one_of(c, "!#$%&'*+-.^_`|~:/");
}

/// Consumes the text from its front; nothing means that the text does not fit the grammar.
class Parser {
  public:
    explicit Parser(std::string_view text) : rest_(text) {}

    std::optional<Dictionary> dictionary() {
        Dictionary members;
        skip(" ");
        while (!rest_.empty()) {
            auto next = member();
            if (!next || contains(members, next->name)) return std::nullopt;
            members.push_back(std::move(*next));
            skip(" \t");
            if (rest_.empty()) return members;
            if (!take(',')) return std::nullopt;
            skip(" \t");
            if (rest_.empty()) return std::nullopt; // a comma at the end
        }
        return members;
    }

  private:
    template <typename Named>
    static bool contains(const std::vector<Named>& list, std::string_view name) {
        return std::ranges::find(list, name, &Named::name) != list.end();
    }

    void skip(std::string_view blanks) {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
    }
    bool at(char c) const { return !rest_.empty() && rest_.front() == c; }
    bool take(char c) {
        if (!at(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    template <typename Predicate>
    std::string_view take_while(Predicate fits) {
        const auto end = std::ranges::find_if_not(rest_, fits);
        const auto taken = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
        rest_.remove_prefix(taken.size());
        return taken;
    }

    std::optional<std::string> name() {
        if (rest_.empty() || !is_name_start(rest_.front())) return std::nullopt;
        return std::string(take_while(is_name_part));
    }

    std::optional<Member> member() {
        auto key = name();
        if (!key) return std::nullopt;
        Member out{.name = std::move(*key)};
        if (!take('=')) { // a name alone stands for true
            auto read = parameters();
            if (!read) return std::nullopt;
            out.items.push_back({.value = true, .parameters = std::move(*read)});
            return out;
        }
        if (at('(')) return inner_list(std::move(out));
        auto only = item();
        if (!only) return std::nullopt;
        out.items.push_back(std::move(*only));
        return out;
    }

    std::optional<Member> inner_list(Member out) {
        out.is_list = true;
        take('(');
        for (;;) {
            skip(" ");
            if (take(')')) break;
            auto next = item();
            if (!next || (!at(' ') && !at(')'))) return std::nullopt;
            out.items.push_back(std::move(*next));
        }
        auto read = parameters();
        if (!read) return std::nullopt;
        out.parameters = std::move(*read);
        return out;
    }

    std::optional<Item> item() {
        auto value = bare_item();
        if (!value) return std::nullopt;
        auto read = parameters();
        if (!read) return std::nullopt;
        return Item{.value = std::move(*value), .parameters = std::move(*read)};
    }

    std::optional<Parameters> parameters() {
        Parameters out;
        while (take(';')) {
            skip(" ");
            auto key = name();
            if (!key || contains(out, *key)) return std::nullopt;
            Parameter parameter{.name = std::move(*key), .value = true};
            if (take('=')) {
                auto value = bare_item();
                if (!value) return std::nullopt;
                parameter.value = std::move(*value);
            }
            out.push_back(std::move(parameter));
        }
        return out;
    }

    std::optional<Value> bare_item() {
        if (rest_.empty()) return std::nullopt;
        const char first = rest_.front();
        if (first == '"') return string();
        if (first == ':') return bytes();
        if (first == '?') return boolean();
        if (first == '-' || is_digit(first)) return number();
        if (is_alpha(first) || first == '*') return Token{std::string(take_while(is_token_part))};
        return std::nullopt;
    }

    std::optional<Value> string() {
        take('"');
        std::string out;
        while (!rest_.empty()) {
            char c = rest_.front();
            rest_.remove_prefix(1);
            if (c == '"') return out;
            if (c == '\\') {
                if (!at('"') && !at('\\')) return std::nullopt;
                c = rest_.front();
                rest_.remove_prefix(1);
            }
            if (!is_printable(c)) return std::nullopt;
            out += c;
        }
        return std::nullopt;
    }

    std::optional<Value> bytes() {
        take(':');
        const auto end = rest_.find(':');
        if (end == std::string_view::npos) return std::nullopt;
        auto decoded = crypto::base64_decode(rest_.substr(0, end));
        if (!decoded) return std::nullopt;
        rest_.remove_prefix(end + 1);
        return Bytes{std::move(*decoded)};
    }

    std::optional<Value> boolean() {
        take('?');
        if (take('1')) return true;
        if (take('0')) return false;
        return std::nullopt;
    }

    std::optional<Value> number() {
        constexpr std::size_t max_integer_digits = 15;
        constexpr std::size_t max_whole_digits = 12;
        const std::int64_t sign = take('-') ? -1 : 1;
        const auto whole = take_while(is_digit);
        const bool is_decimal = take('.');
        if (whole.empty() || whole.size() > (is_decimal ? max_whole_digits : max_integer_digits)) {
            return std::nullopt;
        }
        std::int64_t value = 0;
        std::from_chars(whole.data(), whole.data() + whole.size(), value);
        if (!is_decimal) return sign * value;
        const auto fraction = take_while(is_digit);
        if (fraction.empty() || fraction.size() > 3) return std::nullopt;
        std::int64_t thousandths = 0;
        std::from_chars(fraction.data(), fraction.data() + fraction.size(), thousandths);
        for (auto digits = fraction.size(); digits < 3; ++digits)
            thousandths *= 10;
        return Decimal{sign * (value * 1000 + thousandths)};
    }

    std::string_view rest_;
};

struct ValueWriter {
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(const Decimal& decimal) const {
        const auto size = decimal.thousandths < 0 ? -decimal.thousandths : decimal.thousandths;
        std::string fraction = fmt::format("{:03}", size % 1000);
        while (fraction.size() > 1 && fraction.ends_with('0'))
            fraction.pop_back();
        return fmt::format("{}{}.{}", decimal.thousandths < 0 ? "-" : "", size / 1000, fraction);
    }
    std::string operator()(const std::string& text) const {
        std::string out = "\"";
        for (const char c : text) {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
        return out + '"';
    }
    std::string operator()(const Token& token) const { return token.text; }
    std::string operator()(const Bytes& bytes) const {
        return fmt::format(":{}:", crypto::base64(bytes.value));
    }
    std::string operator()(bool flag) const { return flag ? "?1" : "?0"; }
};

bool is_true(const Value& value) {
    const bool* flag = std::get_if<bool>(&value);
    return flag != nullptr && *flag;
}

std::string serialize(const Parameters& parameters) {
    std::string out;
    for (const auto& parameter : parameters) {
        out += fmt::format(";{}", parameter.name);
        if (!is_true(parameter.value)) {
            out += fmt::format("={}", std::visit(ValueWriter{}, parameter.value));
        }
    }
    return out;
}

} // namespace

Result<Dictionary> parse_dictionary(std::string_view text) {
    if (text.size() > max_field_bytes) {
        return Error{.kind = Error::Kind::TooLarge, .detail = "structured field: too long"};
    }
    auto members = Parser(text).dictionary();
    if (!members) {
        return Error{.kind = Error::Kind::Invalid, .detail = "structured field: syntax error"};
    }
    return std::move(*members);
}

bool has(const Parameters& parameters, std::string_view name) {
    return std::ranges::find(parameters, name, &Parameter::name) != parameters.end();
}

std::string serialize(const Item& item) {
    return std::visit(ValueWriter{}, item.value) + serialize(item.parameters);
}

std::string serialize_list(const std::vector<Item>& items, const Parameters& parameters) {
    std::string out = "(";
    for (const auto& item : items) {
        if (out.size() > 1) out += ' ';
        out += serialize(item);
    }
    return out + ')' + serialize(parameters);
}

std::string serialize(const Dictionary& dictionary) {
    std::string out;
    for (const auto& member : dictionary) {
        if (!out.empty()) out += ", ";
        out += member.name;
        if (member.is_list) {
            out += '=' + serialize_list(member.items, member.parameters);
        } else if (is_true(member.items.front().value)) {
            out += serialize(member.items.front().parameters);
        } else {
            out += '=' + serialize(member.items.front());
        }
    }
    return out;
}

} // namespace federation::structured
