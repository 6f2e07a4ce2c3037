import { texts } from './dates.texts.js';

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A time in the reader's zone, for places that take no focus of their own: rows of a grid, and inside buttons. UTC is its title. */
export function PlainDate({ at }: { at: string }) {
  return (
    <time dateTime={at} title={texts.inUtc(at)}>
      {local.format(new Date(at))}
    </time>
  );
}
