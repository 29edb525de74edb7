package dev.sluice.schemas.avro;

/** Which branch of a union, or symbol of an enum, a value is. */
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
