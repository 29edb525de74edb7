package dev.sluice.runner.health;

/** What each part of a worker shows of itself: that its threads live, and what it did. */
public record Watch(LifeSigns life, WorkerMeasures measures) {}
