#pragma once

#include "base/time.h"
#include "db/tx.h"

#include <string>
#include <vector>

/// Files of the media store that are to go. Triggers put in what rows no longer name.
namespace db::media_garbage {

/// Before files are written: they go at that time unless keep() is called.
void add(Tx& tx, const std::vector<std::string>& files, Time remove_after);
/// In the transaction whose rows name them.
void keep(Tx& tx, const std::vector<std::string>& files);
std::vector<std::string> list_due(Tx& tx, Time now, int most);
/// After the files are gone.
void remove(Tx& tx, const std::vector<std::string>& files);

} // namespace db::media_garbage
