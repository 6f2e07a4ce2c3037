import { Provenance } from './provenance.js';

describe('Provenance', () => {
  const [stored, copied, assumed] = [{ of: 'the store' }, { of: 'a copy' }, { of: 'the defaults' }];
  let provenance: Provenance;

  beforeEach(() => {
    provenance = new Provenance();
    provenance.mark(copied, 'last-known-good');
    provenance.mark(assumed, 'defaults');
  });

  it('returns the worst origin of several values', () => {
    expect(provenance.worstOf([stored, stored])).toBeNull();
    expect(provenance.worstOf([stored, copied])).toBe('last-known-good');
    expect(provenance.worstOf([copied, assumed, stored])).toBe('defaults');
    expect(provenance.worstOf([])).toBeNull();
  });

  it('identifies a value by object identity, not by content', () => {
    expect(provenance.worstOf([{ ...copied }])).toBeNull();
  });

  it('passes the origin of a value on to a value derived from it', () => {
    const [good, bad] = [{}, {}];
    provenance.inheritOrigin(good, stored);
    provenance.inheritOrigin(bad, assumed);
    expect([provenance.worstOf([good]), provenance.worstOf([bad])]).toEqual([null, 'defaults']);
  });

  it('ignores values that are not objects', () => {
    for (const value of [null, 'text', 7, undefined]) provenance.mark(value, 'defaults');
    expect(provenance.worstOf([stored])).toBeNull();
  });
});
