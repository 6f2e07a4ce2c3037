import type { Problem } from '../api/problem.js';
import { texts } from './states.texts.js';

const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

/** What a person in the console does about each problem of the API; `/problems/<slug>` says the same to those who call the API. */
export const remedies: Readonly<Record<string, string>> = texts.remedies;

/** The remedy for a problem, with the time from which it may be tried again where the API says so. */
export function remedyOf({ slug, retryAfterS, resets_at: resetsAt }: Problem): string {
  const remedy = remedies[slug] ?? texts.giveRequestId;
  if (typeof resetsAt === 'string')
    return `${remedy} ${texts.startsAgainAt(time.format(new Date(resetsAt)))}`;
  return retryAfterS === undefined ? remedy : `${remedy} ${texts.tryAgainIn(Math.ceil(retryAfterS))}`;
}
