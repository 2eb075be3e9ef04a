#include "base/crypto.h"
#include "db/leases.h"
#include "jobs/periodic.h"
#include "jobs/queue.h"
#include "tests/support/database.h"

#include <atomic>

namespace {

TEST(Periodic, OfTwoProcessesOneRunsATaskAndOnlyWhenItsTimeHasCome) {
    const std::string name = "test " + crypto::random_token();
    std::atomic<int> runs{0};
    Time now = system_now();
    const std::vector<jobs::PeriodicTask> tasks{
        {name, std::chrono::minutes{3}, [&](const std::stop_token&) { ++runs; }}};
    jobs::Periodic one(test_pool(), tasks, [&] { return now; });
    jobs::Periodic two(test_pool(), tasks, [&] { return now; });
    EXPECT_EQ(one.run_due() + two.run_due(), 1);
    EXPECT_EQ(one.run_due() + two.run_due(), 0);
    now += std::chrono::minutes{3};
    EXPECT_EQ(two.run_due() + one.run_due(), 1);
    EXPECT_EQ(runs, 2);
}

TEST(Periodic, GoesOnAfterATaskThatThrows) {
    const std::string name = "test " + crypto::random_token();
    int runs = 0;
    jobs::Periodic tasks(
        test_pool(),
        {{name + "a",
          std::chrono::minutes{3},
          [](const std::stop_token&) { throw std::runtime_error("boom"); }},
         {name + "b", std::chrono::minutes{3}, [&](const std::stop_token&) { ++runs; }}});
    EXPECT_EQ(tasks.run_due(), 2);
    EXPECT_EQ(runs, 1);
}

} // namespace
