#include "base/crypto.h"
#include "db/leases.h"
#include "db/listener.h"
#include "jobs/queue.h"
#include "jobs/worker.h"
#include "tests/support/database.h"

#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace {

using std::chrono::milliseconds;

// These tests need commits, so each has kinds and lanes of its own.
class WorkerTest : public testing::Test {
  protected:
    const std::string kind = "test " + crypto::random_token();
    jobs::Wake wake;

    void put(const std::string& lane, const std::string& payload) {
        db::Tx tx(test_pool());
        jobs::enqueue(
            tx, {.kind = kind, .lane = lane.empty() ? lane : kind + lane, .payload = payload});
        tx.commit();
    }

    jobs::WorkerOptions options(std::function<Result<jobs::Apply>(const jobs::Claimed&)> one,
                                int max_failures = 10) {
        return {.kinds = {{.name = kind,
                           .prepare =
                               [one](std::span<const jobs::Claimed> batch) {
                                   std::vector<Result<jobs::Apply>> steps;
                                   for (const auto& job : batch)
                                       steps.push_back(one(job));
                                   return steps;
                               },
                           .max_failures = max_failures}}};
    }

    // Claims as a process does that then dies; its lease is over already.
    std::size_t die_with(int most = 1) {
        db::Tx tx(test_pool());
        db::jobs::lock_claims(tx);
        const auto held = db::jobs::claim(tx, {kind}, most, milliseconds{-1});
        tx.commit();
        return held.size();
    }

    static std::int64_t failed() {
        db::Tx tx(test_pool());
        return db::jobs::size(tx).failed;
    }
};

TEST_F(WorkerTest, RunsTheJobsOfALaneInTheirOrder) {
    for (int i = 0; i < 20; ++i)
        put("alice", std::to_string(i));
    std::vector<std::string> ran;
    jobs::Worker worker(test_pool(), wake, options([&](const jobs::Claimed& job) {
                            return jobs::Apply(
                                [&ran, text = job.payload](db::Tx&) { ran.push_back(text); });
                        }));
    EXPECT_EQ(worker.run_once(), 20U);
    ASSERT_EQ(ran.size(), 20U);
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(ran[static_cast<std::size_t>(i)], std::to_string(i));
    EXPECT_EQ(worker.run_once(), 0U);
}

// A batch that spans all lanes would leave nothing to the other workers, here or in another
// process.
TEST_F(WorkerTest, LeavesHalfOfTheLanesToOthersWhereThereAreOthers) {
    constexpr int lanes = 6;
    for (int i = 0; i < lanes * 5; ++i)
        put("lane " + std::to_string(i % lanes), std::to_string(i));
    const auto claim = [&](int most) {
        db::Tx tx(test_pool());
        db::jobs::lock_claims(tx);
        const auto held = db::jobs::claim(tx, {kind}, most, milliseconds{60'000}, 2);
        tx.commit();
        return held;
    };
    const auto lanes_of = [](const std::vector<db::Job>& jobs) {
        std::set<std::string> names;
        for (const auto& job : jobs)
            names.insert(job.lane);
        return names.size();
    };
    const auto first = claim(64);
    EXPECT_EQ(first.size(), 15U);
    EXPECT_EQ(lanes_of(first), 3U);
    for (std::size_t i = 0; i < first.size(); ++i)
        EXPECT_EQ(first[i].payload, std::to_string(i / 3 * lanes + i % 3)) << "the oldest lanes";
    EXPECT_EQ(lanes_of(claim(64)), 2U);
    EXPECT_EQ(lanes_of(claim(3)), 1U) << "a single lane is taken whole";
    EXPECT_EQ(claim(64).size(), 0U);
}

TEST_F(WorkerTest, TakesItsShareUntilNothingIsLeft) {
    db::Listener one(test_pool().options().url);
    db::Listener two(test_pool().options().url);
    std::jthread first([&](const std::stop_token& token) { one.run(token); });
    std::jthread second([&](const std::stop_token& token) { two.run(token); });
    const auto servers = [] {
        db::Tx tx(test_pool());
        return db::leases::count_servers(tx);
    };
    while (servers() < 2)
        std::this_thread::yield();
    for (int i = 0; i < 20; ++i)
        put(i % 2 == 0 ? "" : "lane " + std::to_string(i), std::to_string(i));
    std::set<std::string> ran;
    std::size_t batches = 0;
    std::stop_source stop;
    auto settings = options([&](const jobs::Claimed& job) {
        ran.insert(job.payload);
        if (ran.size() == 20) stop.request_stop();
        return jobs::Apply{};
    });
    settings.kinds[0].prepare =
        [&, all = settings.kinds[0].prepare](std::span<const jobs::Claimed> batch) {
            ++batches;
            return all(batch);
        };
    settings.shares = true;
    settings.poll = std::chrono::hours{1};
    jobs::Worker worker(test_pool(), wake, settings);
    worker.run(stop.get_token());
    EXPECT_EQ(ran.size(), 20U) << "without another wake-up";
    EXPECT_GT(batches, 1U);
}

TEST_F(WorkerTest, NeverLetsTwoWorkersHoldOneLane) {
    for (int i = 0; i < 60; ++i)
        put("lane " + std::to_string(i % 3), std::to_string(i));
    std::mutex mutex;
    std::set<std::string> running;
    std::map<std::string, std::vector<int>> ran;
    std::atomic<bool> met{false};
    auto settings = options([&](const jobs::Claimed& job) {
        {
            const std::lock_guard lock(mutex);
            // Jobs of one lane in one batch are one worker's; the first of them marks the lane.
            if (running.contains(job.lane) && job.lane != "") met = true;
        }
        return jobs::Apply([&, job](db::Tx&) {
            const std::lock_guard lock(mutex);
            ran[job.lane].push_back(std::stoi(job.payload));
        });
    });
    settings.kinds[0].prepare =
        [&, one = settings.kinds[0].prepare](std::span<const jobs::Claimed> batch) {
            auto steps = one(batch);
            std::set<std::string> lanes;
            for (const auto& job : batch)
                lanes.insert(job.lane);
            {
                const std::lock_guard lock(mutex);
                running.insert(lanes.begin(), lanes.end());
            }
            std::this_thread::yield();
            {
                const std::lock_guard lock(mutex);
                for (const auto& lane : lanes)
                    running.erase(lane);
            }
            return steps;
        };
    settings.batch = 4;
    jobs::Worker worker(test_pool(), wake, settings);
    const auto drain = [&] {
        for (int idle = 0; idle < 20;) {
            if (worker.run_once() == 0) ++idle;
            std::this_thread::yield();
        }
    };
    std::jthread one(drain);
    std::jthread two(drain);
    std::jthread three(drain);
    one.join();
    two.join();
    three.join();
    while (worker.run_once() > 0) {
    }
    EXPECT_FALSE(met);
    for (const auto& [lane, numbers] : ran) {
        EXPECT_EQ(numbers.size(), 20U) << lane;
        EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end())) << lane;
    }
}

TEST_F(WorkerTest, RunsAJobAgainWhenItsWorkerDiedHalfWay) {
    put("alice", "x");
    ASSERT_EQ(die_with(10), 1U);
    int runs = 0;
    jobs::Worker worker(test_pool(), wake, options([&](const jobs::Claimed& job) {
                            EXPECT_EQ(job.attempts, 2);
                            EXPECT_EQ(job.interruptions, 1);
                            EXPECT_EQ(job.failures, 0);
                            return jobs::Apply([&](db::Tx&) { ++runs; });
                        }));
    EXPECT_EQ(worker.run_once(), 1U);
    EXPECT_EQ(runs, 1);
}

TEST_F(WorkerTest, LeavesAJobToWhoeverHoldsIt) {
    put("alice", "first");
    db::Tx tx(test_pool());
    db::jobs::lock_claims(tx);
    const auto held = db::jobs::claim(tx, {kind}, 1, milliseconds{60'000});
    ASSERT_EQ(held.size(), 1U);
    tx.commit();
    put("alice", "second");
    int runs = 0;
    jobs::Worker worker(test_pool(), wake, options([&](const jobs::Claimed&) {
                            return jobs::Apply([&](db::Tx&) { ++runs; });
                        }));
    EXPECT_EQ(worker.run_once(), 0U) << "the lane is held";
    db::Tx end(test_pool());
    db::jobs::finish(end, held);
    end.commit();
    EXPECT_EQ(worker.run_once(), 1U);
    EXPECT_EQ(runs, 1);
}

TEST_F(WorkerTest, HasNoEffectWhenItsLeaseWentToAnother) {
    put("alice", "x");
    int effects = 0;
    jobs::Worker worker(test_pool(), wake, options([&](const jobs::Claimed& job) {
                            // While we prepared, the lease ended and another worker did the job.
                            db::Tx other(test_pool());
                            EXPECT_EQ(db::jobs::finish(other, {job}).size(), 1U);
                            other.commit();
                            return jobs::Apply([&](db::Tx&) { ++effects; });
                        }));
    EXPECT_EQ(worker.run_once(), 1U);
    EXPECT_EQ(effects, 0);
}

TEST_F(WorkerTest, FallsBackToOneByOneSoThatABadJobHoldsUpNobody) {
    for (const char* payload : {"good", "bad", "also good"})
        put("", payload);
    std::vector<std::string> ran;
    jobs::Worker worker(test_pool(), wake, options([&](const jobs::Claimed& job) {
                            return jobs::Apply([&ran, this, text = job.payload](db::Tx& tx) {
                                if (text == "bad") throw std::runtime_error("boom");
                                db::Account account{.uri = "https://x.example/" + kind + text,
                                                    .username = kind + text,
                                                    .domain = "x.example",
                                                    .host = "x.example"};
                                db::accounts::insert(tx, account);
                                ran.push_back(text);
                            });
                        }));
    EXPECT_EQ(worker.run_once(), 3U);
    // "good" ran twice: the first time was rolled back with the batch.
    EXPECT_EQ(ran, (std::vector<std::string>{"good", "good", "also good"}));
    EXPECT_EQ(worker.run_once(), 0U) << "the bad one waits";
}

TEST_F(WorkerTest, GivesAJobUpAfterItsAttempts) {
    put("", "x");
    const auto before = failed();
    int tries = 0;
    jobs::Worker worker(test_pool(),
                        wake,
                        options(
                            [&](const jobs::Claimed&) -> Result<jobs::Apply> {
                                ++tries;
                                return Error{Error::Kind::Unavailable, "the peer is away"};
                            },
                            3),
                        // Back-off is counted from this clock: every retry is due at once.
                        [] { return system_now() - std::chrono::hours{24}; });
    for (int i = 0; i < 5; ++i)
        worker.run_once();
    EXPECT_EQ(tries, 3);
    EXPECT_EQ(failed(), before + 1);
}

TEST_F(WorkerTest, DoesNotCountWhatWasCutShortAsAFailure) {
    put("", "x");
    for (int i = 0; i < 8; ++i)
        ASSERT_EQ(die_with(), 1U);
    std::vector<int> failures;
    jobs::Worker worker(test_pool(),
                        wake,
                        options(
                            [&](const jobs::Claimed& job) -> Result<jobs::Apply> {
                                EXPECT_EQ(job.interruptions, 8);
                                failures.push_back(job.failures);
                                if (job.failures == 0)
                                    return Error{Error::Kind::Unavailable, "the peer is away"};
                                return jobs::Apply{};
                            },
                            2),
                        [] { return system_now() - std::chrono::hours{24}; });
    const auto before = failed();
    for (int i = 0; i < 4; ++i)
        worker.run_once();
    EXPECT_EQ(failures, (std::vector<int>{0, 1}));
    EXPECT_EQ(failed(), before);
}

TEST_F(WorkerTest, GivesUpAJobThatTakesTheProcessDownEachTime) {
    put("", "x");
    const auto before = failed();
    for (int i = 0; i < jobs::max_interruptions; ++i)
        ASSERT_EQ(die_with(), 1U);
    jobs::Worker worker(test_pool(), wake, options([](const jobs::Claimed&) {
                            ADD_FAILURE() << "it is run once more";
                            return jobs::Apply{};
                        }));
    EXPECT_EQ(worker.run_once(), 1U);
    EXPECT_EQ(failed(), before + 1);
    EXPECT_EQ(worker.run_once(), 0U);
}

TEST_F(WorkerTest, ClaimsASuspectAloneSoThatItTakesNoOthersWithIt) {
    for (const char* payload : {"first", "suspect", "third"})
        put("", payload);
    for (int i = 0; i < db::jobs::suspect_after; ++i)
        ASSERT_EQ(die_with(3), 3U);
    // All three are suspects now: nobody knows which one it was.
    std::vector<std::string> ran;
    jobs::Worker worker(test_pool(), wake, options([&](const jobs::Claimed& job) {
                            return jobs::Apply(
                                [&ran, text = job.payload](db::Tx&) { ran.push_back(text); });
                        }));
    EXPECT_EQ(worker.run_once(), 1U);
    EXPECT_EQ(ran, (std::vector<std::string>{"first"}));
    put("", "honest");
    EXPECT_EQ(die_with(10), 1U) << "the suspect dies alone";
    EXPECT_EQ(worker.run_once(), 1U);
    EXPECT_EQ(worker.run_once(), 1U);
    EXPECT_EQ(worker.run_once(), 1U);
    EXPECT_EQ(ran, (std::vector<std::string>{"first", "suspect", "third", "honest"}));
}

TEST_F(WorkerTest, ABatchEndsBeforeASuspectSoThatALaneKeepsItsOrder) {
    put("alice", "suspect");
    for (int i = 0; i < db::jobs::suspect_after; ++i)
        ASSERT_EQ(die_with(), 1U);
    put("alice", "after it");
    {
        db::Tx tx(test_pool());
        jobs::enqueue(
            tx,
            {.kind = kind, .payload = "older", .run_at = system_now() - std::chrono::minutes{1}});
        tx.commit();
    }
    std::vector<std::string> ran;
    jobs::Worker worker(test_pool(), wake, options([&](const jobs::Claimed& job) {
                            return jobs::Apply(
                                [&ran, text = job.payload](db::Tx&) { ran.push_back(text); });
                        }));
    EXPECT_EQ(worker.run_once(), 1U);
    EXPECT_EQ(worker.run_once(), 1U);
    EXPECT_EQ(worker.run_once(), 1U);
    EXPECT_EQ(ran, (std::vector<std::string>{"older", "suspect", "after it"}));
}

TEST_F(WorkerTest, GivesAMalformedJobUpAtOnce) {
    put("", "x");
    const auto before = failed();
    jobs::Worker worker(test_pool(), wake, options([](const jobs::Claimed&) -> Result<jobs::Apply> {
                            return Error{Error::Kind::Invalid, "not JSON"};
                        }));
    EXPECT_EQ(worker.run_once(), 1U);
    EXPECT_EQ(failed(), before + 1);
}

TEST_F(WorkerTest, WakesForANewJobAndStopsWhenAsked) {
    std::atomic<int> ran{0};
    auto settings = options([&](const jobs::Claimed&) {
        return jobs::Apply([&](db::Tx&) {
            ++ran;
            ran.notify_all();
        });
    });
    settings.poll = std::chrono::minutes{1};
    jobs::Worker worker(test_pool(), wake, settings);
    std::jthread thread([&](const std::stop_token& stop) { worker.run(stop); });
    put("", "x");
    wake.all();
    ran.wait(0);
    EXPECT_EQ(ran, 1);
}

TEST_F(WorkerTest, FreesWhatAKilledServerHeldOnlyWhenNoOtherServerLives) {
    put("alice", "x");
    {
        db::Tx tx(test_pool());
        db::jobs::lock_claims(tx);
        ASSERT_EQ(db::jobs::claim(tx, {kind}, 1, std::chrono::minutes{5}).size(), 1U);
        tx.commit();
    }
    const auto claimable = [&] {
        db::Tx tx(test_pool());
        db::leases::release_if_alone(tx);
        db::jobs::lock_claims(tx);
        return db::jobs::claim(tx, {kind}, 1, std::chrono::minutes{5}).size();
    };
    {
        std::promise<void> heard;
        db::Listener other(test_pool().options().url);
        bool first = true;
        other.on("staffroom_jobs", [&](std::string_view) {
            if (std::exchange(first, false)) heard.set_value();
        });
        std::jthread thread([&](const std::stop_token& stop) { other.run(stop); });
        heard.get_future().wait();
        EXPECT_EQ(claimable(), 0U) << "the other server may be at it";
    }
    // PostgreSQL lets go of a lock only when it has noticed that the other one hung up.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    std::size_t claimed = claimable();
    while (claimed == 0 && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::yield();
        claimed = claimable();
    }
    EXPECT_EQ(claimed, 1U);
}

TEST_F(WorkerTest, AListenerHearsWhatOtherProcessesPutIn) {
    std::atomic<int> heard{0};
    db::Listener listener(test_pool().options().url);
    listener.on("staffroom_jobs", [&](std::string_view) {
        ++heard;
        heard.notify_all();
    });
    std::jthread thread([&](const std::stop_token& stop) { listener.run(stop); });
    heard.wait(0); // Once after it connected, since it may have missed something.
    put("", "x");
    heard.wait(1);
    EXPECT_GE(heard, 2);
}

TEST(Backoff, GrowsAndNeverLeavesItsBounds) {
    for (int attempts = 1; attempts < 12; ++attempts) {
        const auto least = jobs::backoff(attempts, 0.0);
        const auto most = jobs::backoff(attempts, 0.999);
        EXPECT_LE(least, most);
        EXPECT_LE(most, least + least / 4 + milliseconds{1});
        EXPECT_LE(least, jobs::backoff(attempts + 1, 0.0));
    }
    EXPECT_EQ(jobs::backoff(1, 0.0), std::chrono::seconds{10});
    EXPECT_EQ(jobs::backoff(50, 0.0), std::chrono::hours{8});
}

} // namespace
