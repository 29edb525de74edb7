package dev.sluice.local.isolation;

import java.util.function.BooleanSupplier;

/**
 * Something that others do, over and over until they are told to stop, from one thread.
 *
 * @param name what it is, for the table
 * @param fear what one would expect of it
 * @param rule where it is written why that does not happen
 */
record Attack(String name, String fear, String rule, Body body) {
  /** What is done. */
  interface Body {
    /** Goes on until {@code over}. */
    void run(Attacker with, BooleanSupplier over) throws Exception;
  }

  /** What is done again and again without an end of its own. */
  static Attack repeated(String name, String fear, String rule, Round round) {
    return new Attack(
        name,
        fear,
        rule,
        (with, over) -> {
          while (!over.getAsBoolean()) {
            round.run(with, with.nextNumber());
          }
        });
  }

  /** One time of many, with a number that no other time has: what is sent twice is a duplicate. */
  interface Round {
    void run(Attacker with, int number) throws Exception;
  }
}
