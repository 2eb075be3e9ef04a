#pragma once

#include "db/tx.h"

#include <string_view>

namespace actors {

/// [A-Za-z0-9_]+, at most 30.
bool is_account_name(std::string_view name);
/// Names that a person could be taken in by, or that our own URIs use (ATTACKS O18).
bool is_reserved_name(std::string_view name);

/// Whether a stranger may join under this name. Taken and Reserved are also names that only look
/// like one (adm1n); an administrator who makes an account may choose those.
enum class NameVerdict { Fine, Malformed, Reserved, Taken };
NameVerdict judge_name(db::Tx& tx, std::string_view name);

} // namespace actors
