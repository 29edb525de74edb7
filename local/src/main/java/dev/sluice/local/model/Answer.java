package dev.sluice.local.model;

/**
 * What a model answered.
 *
 * @param tokens what it cost, question and answer together
 */
public record Answer(String text, long tokens) {}
