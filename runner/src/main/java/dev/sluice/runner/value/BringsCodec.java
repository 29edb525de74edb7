package dev.sluice.runner.value;

/** A class loader whose classes are read and written by a codec of its own. */
public interface BringsCodec {
  /** That codec. */
  Codec codec();

  /** The codec for the values of what a class loader has loaded. */
  static Codec of(ClassLoader loader) {
    return loader instanceof BringsCodec own ? own.codec() : new JsonCodec();
  }
}
