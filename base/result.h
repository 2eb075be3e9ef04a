#pragma once

#include <string>
#include <utility>
#include <variant>

/// Why an operation has no result, and whether trying again can help.
struct Error {
    enum class Kind {
        Invalid,       ///< The input is malformed; the same input will fail again.
        Unauthorized,  ///< No valid signature or token.
        Forbidden,     ///< The sender is known and may not do this.
        NotFound,      ///< The thing does not exist here, or is hidden from the caller.
        Gone,          ///< The thing existed and was deleted.
        TooLarge,      ///< More bytes, members or parts than we take.
        WrongType,     ///< A media type that we do not take here.
        Unprocessable, ///< Well-formed, but a value breaks a rule that we can name.
        RateLimited,   ///< Too many; later the same will be taken.
        Unavailable,   ///< A peer or the network failed; a later try may succeed.
    };

    Kind kind = Kind::Invalid;
    std::string detail;    ///< For the log. Never shown to a client or a peer.
    std::string shown{};   ///< Safe text for whoever asked; empty: the kind's usual text.
    std::string reason{};  ///< Reason code for peers (POLICY section 2), "actor-not-authorized".
    int retry_after_s = 0; ///< With RateLimited and Unavailable; 0: not said.
};

/// A value, or the Error that explains its absence.
///
/// The members are named after std::expected, so that moving to C++23 is a rename.
template <typename T>
class [[nodiscard]] Result {
  public:
    // Implicit on purpose: `return value;` and `return Error{...};` both read well.
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return state_.index() == 0; }

    T& operator*() { return std::get<0>(state_); }
    const T& operator*() const { return std::get<0>(state_); }
    T* operator->() { return &std::get<0>(state_); }
    const T* operator->() const { return &std::get<0>(state_); }

    const Error& error() const { return std::get<1>(state_); }

  private:
    std::variant<T, Error> state_;
};

/// Success without a value. `return Done{};`
struct Done {};
