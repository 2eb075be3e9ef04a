#include "base/json.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace {

/// Builds the document from parse events, with a stack of its own, and stops at the first fault.
class Builder : public nlohmann::json_sax<Json> {
  public:
    explicit Builder(const JsonLimits& limits) : limits_(limits) {}

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    bool number_float(number_float_t value, const string_t&) override {
        if (!std::isfinite(value)) return fail("number out of range");
        return add(value);
    }
    bool string(string_t& value) override {
        if (value.find('\0') != string_t::npos) return fail("U+0000 in a string");
        return add(std::move(value));
    }
    bool binary(binary_t&) override { return fail("binary value"); }

    bool start_object(std::size_t) override { return open(Json::object()); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_array() override { return close(); }

    bool key(string_t& name) override {
        if (name.find('\0') != string_t::npos) return fail("U+0000 in a key");
        if (stack_.back()->contains(name)) return fail("duplicate key");
        key_ = std::move(name);
        return true;
    }

    bool parse_error(std::size_t position,
                     const std::string&,
                     const nlohmann::json::exception&) override {
        if (!error_) {
            error_ = Error{.kind = Error::Kind::Invalid,
                           .detail = fmt::format("JSON: syntax error at byte {}", position)};
        }
        return false;
    }

    Result<Json> finish() && {
        if (error_) return *error_;
        return std::move(root_);
    }

  private:
    bool fail(const char* why, Error::Kind kind = Error::Kind::Invalid) {
        error_ = Error{.kind = kind, .detail = fmt::format("JSON: {}", why)};
        return false;
    }

    bool add(Json value) { return place(std::move(value)) != nullptr; }

    Json* place(Json value) {
        if (stack_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        if (++members_ > limits_.max_members) {
            fail("too many members", Error::Kind::TooLarge);
            return nullptr;
        }
        Json& parent = *stack_.back();
        // Only the innermost open container grows, so pointers to the outer ones stay valid.
        if (parent.is_array()) return &parent.emplace_back(std::move(value));
        return &(parent[key_] = std::move(value));
    }

    bool open(Json container) {
        if (stack_.size() >= limits_.max_depth) return fail("too deep", Error::Kind::TooLarge);
        Json* placed = place(std::move(container));
        if (placed == nullptr) return false;
        stack_.push_back(placed);
        return true;
    }

    bool close() {
        stack_.pop_back();
        return true;
    }

    const JsonLimits& limits_;
    Json root_;
    std::vector<Json*> stack_;
    std::string key_;
    std::size_t members_ = 0;
    std::optional<Error> error_;
};

} // namespace

Result<Json> parse_json(std::string_view text, const JsonLimits& limits) {
    Builder builder(limits);
    Json::sax_parse(text.begin(), text.end(), &builder);
    return std::move(builder).finish();
}

std::string dump_json(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}
