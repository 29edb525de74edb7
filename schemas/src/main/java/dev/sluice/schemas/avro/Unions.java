package dev.sluice.schemas.avro;

/** Finds the branch of a union, or the symbol of an enum, that a value belongs to. */
final class Unions {
  private Unions() {}

  static int branch(AvroBytes in, int branches) {
    int index = in.readInt();
    if (index < 0 || index >= branches) {
      throw new UnreadableException("branch or symbol " + index + " of " + branches);
    }
    return index;
  }
}
