import { readDraft, withSetting, writeDraft } from './draft-store.js';

/** As much of a browser's storage and events as the store uses. */
function installBrowser(): Map<string, string> {
  const stored = new Map<string, string>();
  const events = new EventTarget();
  Object.assign(globalThis, {
    sessionStorage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => stored.set(key, value),
      removeItem: (key: string) => stored.delete(key),
    },
    dispatchEvent: events.dispatchEvent.bind(events),
  });
  return stored;
}

describe('draft store', () => {
  let stored: Map<string, string>;
  beforeEach(() => (stored = installBrowser()));

  it('a written draft is read again, for its own tenant only, and is the same object each time', () => {
    writeDraft('acme', { baseVersion: 7, patch: { temperature: 0.2, max_tokens: null } });
    expect(readDraft('acme')).toEqual({ baseVersion: 7, patch: { temperature: 0.2, max_tokens: null } });
    expect(readDraft('acme')).toBe(readDraft('acme'));
    expect(readDraft('other')).toBeNull();
  });

  it('a draft without settings is forgotten', () => {
    writeDraft('acme', { baseVersion: 7, patch: { temperature: 0.2 } });
    writeDraft('acme', withSetting(readDraft('acme'), 7, 'temperature', undefined));
    expect(stored.size).toBe(0);
  });

  it('a later setting keeps the version that the draft began with', () => {
    const draft = withSetting({ baseVersion: 7, patch: { temperature: 0.2 } }, 9, 'max_tokens', null);
    expect(draft).toEqual({ baseVersion: 7, patch: { temperature: 0.2, max_tokens: null } });
  });

  it.each(['{', '[]', '{"patch":{}}', 'null', '{"baseVersion":1,"patch":null}'])(
    'storage with %s has no draft',
    (text) => {
      stored.set('attune-draft:broken', text);
      expect(readDraft('broken')).toBeNull();
    },
  );
});
