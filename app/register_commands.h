#pragma once

#include "app/context.h"
#include "moderation/advisory_lists.h"

#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace app {

/// What was typed after `register …`.
struct RegisterWords {
    std::string name{};
    std::string url{};
    std::string key{};
    std::string host{};
    std::string word{};
    std::string kind = "domain";
    std::string issuer{};
    std::string say{};
    std::string reason{};
    std::string as{};
    bool takes_effect = false;
    int days = 31;
};

/// The subcommands of `register` for the register that this house keeps: publish, close, own, add,
/// retract, tombstone, new-key.
void add_own_register(CLI::App& registers,
                      const Start& start,
                      const std::shared_ptr<RegisterWords>& given);

moderation::Act act_of(const RegisterWords& given);
/// Ends the command with what the error shows.
[[noreturn]] void fail_with(const Error& error);

} // namespace app
