#include "heapdiff/internal/background_task.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

using heapdiff::internal::BackgroundTask;

TEST_CASE("what a task wrote is there after get, task after task") {
  std::vector<int> values(1000);
  for (int i = 0; i < 1000; ++i) {
    BackgroundTask task([&] { values[static_cast<std::size_t>(i)] = i * i; });
    task.get();
    CHECK(values[static_cast<std::size_t>(i)] == i * i);
  }
}

TEST_CASE("the second thread wakes when it has slept") {
  for (int i = 0; i < 3; ++i) {
    int value = 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));  // long enough for it to sleep
    BackgroundTask task([&] { value = 1; });
    task.get();
    CHECK(value == 1);
  }
}

TEST_CASE("a task that takes long is waited for") {
  int value = 0;
  {
    BackgroundTask task([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      value = 1;
    });
  }
  CHECK(value == 1);
}

TEST_CASE("what a task throws comes out of get, once") {
  BackgroundTask task([] { throw std::runtime_error("no"); });
  CHECK_THROWS_WITH_AS(task.get(), "no", std::runtime_error);
  CHECK_NOTHROW(task.get());
  BackgroundTask dropped([] { throw std::runtime_error("nobody asks"); });
}

TEST_CASE("tasks that wait for each other run at once, inside each other too") {
  std::atomic<int> arrived = 0;
  const auto meet = [&] {
    arrived.fetch_add(1);
    while (arrived.load() < 4) {
      std::this_thread::yield();
    }
  };
  BackgroundTask first([&] {
    BackgroundTask inner(meet);
    meet();
    inner.get();
  });
  BackgroundTask second(meet);
  meet();
  first.get();
  second.get();
  CHECK(arrived.load() == 4);
}

TEST_CASE("many threads may ask for the second one") {
  std::atomic<int> sum = 0;
  std::vector<std::unique_ptr<BackgroundTask>> askers;
  for (int t = 0; t < 4; ++t) {
    askers.push_back(std::make_unique<BackgroundTask>([&] {
      for (int i = 0; i < 200; ++i) {
        BackgroundTask task([&] { sum.fetch_add(1); });
        task.get();
      }
    }));
  }
  for (const auto& asker : askers) {
    asker->get();
  }
  CHECK(sum.load() == 800);
}

}  // namespace
