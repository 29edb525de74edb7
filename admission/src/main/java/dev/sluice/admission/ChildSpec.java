package dev.sluice.admission;

/**
 * A child that a run asks for.
 *
 * @param number among its parent's children, from 1
 * @param spec what is asked for; priority and trace context are the parent's
 * @param detached whether it goes on when its parent ends
 */
public record ChildSpec(int number, RunSpec spec, boolean detached) {
  /** Stands between a parent's id and the child's number; no submission may use it. */
  public static final char SEPARATOR = '~';

  /** The most characters of a child's id. */
  public static final int MAX_ID = 512;

  /** Tells the child's id. */
  public String idBelow(String parent) {
    return parent + SEPARATOR + number;
  }
}
