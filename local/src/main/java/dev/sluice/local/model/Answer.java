package dev.sluice.local.model;

/**
 * A model's answer.
 *
 * @param tokens what it cost, question and answer together
 */
public record Answer(String text, long tokens) {}
