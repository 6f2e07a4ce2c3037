import { formatMs } from '../numbers/format.js';
import type { Replica } from './replicas.js';
import { texts } from './replicas.texts.js';

/** How far a saved version has come. */
export interface Propagation {
  /** Replicas that certainly know it. */
  readonly reached: number;
  /** Replicas that report. */
  readonly all: number;
  /** No replica that knows it learnt it later than this after the save. */
  readonly withinMs: number;
}

/**
 * Which replicas certainly know a version: those that have read the change feed to its end since it was saved. `sentMs` is the time from
 * the answer to the save until the replicas were asked for; what passed after that only makes the true time shorter.
 */
export function propagationOf(
  replicas: readonly Pick<Replica, 'state' | 'watermark_age_ms'>[],
  sentMs: number,
): Propagation {
  const reporting = replicas.filter(({ state }) => state !== 'lost');
  const readAfterMs = reporting.flatMap(({ watermark_age_ms: age }) =>
    age !== null && age <= sentMs ? [sentMs - age] : [],
  );
  return { reached: readAfterMs.length, all: reporting.length, withinMs: Math.max(0, ...readAfterMs) };
}

export const isEverywhere = ({ reached, all }: Propagation): boolean => all > 0 && reached === all;

/** "Version 8 on 3 of 3 replicas, within 41 ms". */
export function propagationText(version: number, propagation: Propagation): string {
  const { reached, all, withinMs } = propagation;
  const text = texts.propagation.reached(version, reached, all);
  return isEverywhere(propagation) ? texts.propagation.within(text, formatMs(withinMs)) : `${text} …`;
}

/** What a replica answered after a save, and how long after it. Another person may have saved a later version by then. */
export interface ServedVersion {
  readonly version: number;
  readonly afterMs: number;
}

/** "Version 8 is what this replica serves, 41 ms after the save". */
export function servedText({ version, afterMs }: ServedVersion): string {
  return texts.propagation.served(version, formatMs(afterMs));
}
