import { isRestored, readDraft, subscribe, writeDraft } from './draft-store.js';

const stored = new Map<string, string>();
let isFull = false;

beforeAll(() => {
  Object.assign(globalThis, {
    sessionStorage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, text: string) => {
        if (isFull) throw new Error('QuotaExceededError');
        stored.set(key, text);
      },
      removeItem: (key: string) => void stored.delete(key),
    },
  });
});

const draft = { baseVersion: 7, patch: { temperature: 0.2, max_tokens: null } };

describe('draft store', () => {
  it('a written draft is read again, for its own tenant only, and is the same object each time', () => {
    writeDraft('acme', draft);
    expect(readDraft('acme')).toEqual(draft);
    expect(readDraft('acme')).toBe(readDraft('acme'));
    expect(readDraft('other')).toBeNull();
    expect(JSON.parse(stored.get('attune-draft:acme')!)).toEqual(draft);
  });

  it('a draft that was there when the page was loaded is restored, until it is written', () => {
    stored.set('attune-draft:reloaded', JSON.stringify(draft));
    expect(readDraft('reloaded')).toEqual(draft);
    expect(isRestored('reloaded')).toBe(true);
    writeDraft('reloaded', draft);
    expect(isRestored('reloaded')).toBe(false);
    expect(isRestored('never-written')).toBe(false);
  });

  it('a draft without settings is forgotten', () => {
    writeDraft('emptied', draft);
    writeDraft('emptied', { baseVersion: 7, patch: {} });
    expect(readDraft('emptied')).toBeNull();
    expect(stored.has('attune-draft:emptied')).toBe(false);
  });

  it('a full storage keeps the draft in memory', () => {
    isFull = true;
    writeDraft('full', draft);
    isFull = false;
    expect(readDraft('full')).toEqual(draft);
  });

  it('listeners are called after every change until they unsubscribe', () => {
    let calls = 0;
    const stop = subscribe(() => (calls += 1));
    writeDraft('watched', draft);
    stop();
    writeDraft('watched', null);
    expect(calls).toBe(1);
  });

  it.each([
    '{',
    '[]',
    'null',
    '{"patch":{}}',
    '{"baseVersion":"7","patch":{}}',
    '{"baseVersion":7,"patch":[]}',
  ])('storage with %s has no draft', (text) => {
    stored.set(`attune-draft:${text}`, text);
    expect(readDraft(text)).toBeNull();
  });
});
