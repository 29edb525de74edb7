package dev.sluice.admission.worker;

/** Why a worker cannot take a run; the later one is, the less is missing. */
public enum Lack {
  AGENT,
  FORMAT,
  VERSION
}
