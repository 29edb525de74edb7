package dev.sluice.runner.worker;

/** What each part of a worker shows of itself: that its threads live, and what it did. */
record Watch(LifeSigns life, WorkerMeasures measures) {}
