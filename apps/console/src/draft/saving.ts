import type { Problem } from '../api/problem.js';

/** Where the draft is on its way into a version. */
export type Saving = 'idle' | 'dirty' | 'saving' | 'conflict' | 'offline';

/** What happened to the draft. */
export type SavingEvent =
  | { readonly type: 'edited'; readonly isDirty: boolean }
  | { readonly type: 'sent' }
  | { readonly type: 'saved' }
  | { readonly type: 'refused'; readonly problem: Problem };

const conflicts = new Set(['version-mismatch', 'concurrent-update']);

/** The next state. An edit never ends a save that is on its way, and a refusal never loses the draft. */
export function nextSaving(state: Saving, event: SavingEvent): Saving {
  switch (event.type) {
    case 'edited':
      return afterEdit(state, event.isDirty);
    case 'sent':
      return 'saving';
    case 'saved':
      return 'idle';
    case 'refused':
      return afterRefusal(event.problem);
  }
}

function afterEdit(state: Saving, isDirty: boolean): Saving {
  if (state === 'saving') return 'saving';
  if (!isDirty) return 'idle';
  return state === 'conflict' ? 'conflict' : 'dirty';
}

function afterRefusal({ slug, status }: Problem): Saving {
  if (conflicts.has(slug)) return 'conflict';
  return status === 0 || status === 503 ? 'offline' : 'dirty';
}
