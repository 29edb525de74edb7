package dev.sluice.schemas.avro;

import org.apache.avro.util.ClassSecurityValidator;

/** Avro makes no class of a schema's name unless it is told to trust it: ours alone. */
public final class TrustedClasses {
  static {
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(),
            type -> type.getPackageName().equals("dev.sluice.v1")));
  }

  private TrustedClasses() {}

  /** To be called before a record of ours is made or read. */
  public static void trust() {
    // The class has been initialised by the call.
  }
}
