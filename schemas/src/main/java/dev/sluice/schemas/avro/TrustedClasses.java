package dev.sluice.schemas.avro;

import org.apache.avro.util.ClassSecurityValidator;

/** The only classes that Avro may load by a schema's name: our own. */
public final class TrustedClasses {
  static {
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(),
            type -> type.getPackageName().equals("dev.sluice.v1")));
  }

  private TrustedClasses() {}

  /** Call this before a record of ours is created or read. */
  public static void trust() {
    // The class has been initialised by the call.
  }
}
