import { Fragment, type ReactNode, createElement } from 'react';

/**
 * A sentence with a link, a date or code in place of each `{name}`. The sentence stays one text, so a translator can move its parts.
 * @example fillIn('It was last used {date}.', { date: <DateText at={at} /> })
 */
export function fillIn(sentence: string, parts: Readonly<Record<string, ReactNode>>): ReactNode {
  const pieces = sentence.split(/\{(\w+)\}/);
  return createElement(
    Fragment,
    null,
    ...pieces.map((piece, index) => (index % 2 === 0 ? piece : parts[piece])),
  );
}
