package dev.sluice.contract;

import java.util.Optional;

/**
 * The characters and lengths that a kind of name allows. Names are checked for every record, so
 * this is a table instead of a regular expression.
 *
 * @param shown the rule as a regular expression, for people
 */
record Alphabet(String shown, boolean[] allowed, int most) {
  /**
   * Letters, digits and some more.
   *
   * @param letters whether capitals are among them
   * @param more other characters, none of which a regular expression would take for a range
   */
  static Alphabet of(boolean letters, String more, int most) {
    var allowed = new boolean[128];
    for (char c = 0; c < allowed.length; c++) {
      boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      allowed[c] = plain || (letters && c >= 'A' && c <= 'Z') || more.indexOf(c) >= 0;
    }
    return new Alphabet(
        "[" + (letters ? "A-Z" : "") + "a-z0-9" + more + "]{1," + most + "}", allowed, most);
  }

  boolean fits(String value) {
    if (value.isEmpty() || value.length() > most) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c >= allowed.length || !allowed[c]) {
        return false;
      }
    }
    return true;
  }

  Optional<String> problem(String field, String value) {
    return fits(value)
        ? Optional.empty()
        : Optional.of(field + " must match " + shown + ", got '" + Texts.quoted(value) + "'");
  }
}
