package dev.sluice.schemas.registry;

/** The registry's answer about a record's schema. */
public enum Lookup {
  /** It is known now, or will never be of use: the record can be looked at again. */
  DONE,
  /** There is no such id, at the moment. */
  NO_SUCH_ID,
  /** No registry answered. */
  NO_ANSWER
}
