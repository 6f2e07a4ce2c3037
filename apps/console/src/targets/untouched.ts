import type { Patch } from '../platform-settings/patch-editor.js';

/** The settings of a patch that still have the value with which the form added them, after an edit. Nobody has chosen that value. */
export function untouchedAfter(untouched: readonly string[], before: Patch, after: Patch): string[] {
  return Object.keys(after).filter(
    (name) => !(name in before) || (untouched.includes(name) && before[name] === after[name]),
  );
}

/** The part of a patch whose values were chosen. */
export function chosenPart(patch: Patch, untouched: readonly string[]): Patch {
  return Object.fromEntries(Object.entries(patch).filter(([name]) => !untouched.includes(name)));
}
