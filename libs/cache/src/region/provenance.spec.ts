import { Provenance } from './provenance.js';

describe('Provenance', () => {
  const [stored, copied, assumed] = [{ of: 'the store' }, { of: 'a copy' }, { of: 'nobody' }];
  let provenance: Provenance;

  beforeEach(() => {
    provenance = new Provenance();
    provenance.mark(copied, 'last-known-good');
    provenance.mark(assumed, 'defaults');
  });

  it('calls a whole the worst of its values', () => {
    expect(provenance.worstOf([stored, stored])).toBeNull();
    expect(provenance.worstOf([stored, copied])).toBe('last-known-good');
    expect(provenance.worstOf([copied, assumed, stored])).toBe('defaults');
    expect(provenance.worstOf([])).toBeNull();
  });

  it('knows a value by itself, not by what is in it', () => {
    expect(provenance.worstOf([{ ...copied }])).toBeNull();
  });

  it('follows what was made of one value alone', () => {
    const [good, bad] = [{}, {}];
    provenance.inheritOrigin(good, stored);
    provenance.inheritOrigin(bad, assumed);
    expect([provenance.worstOf([good]), provenance.worstOf([bad])]).toEqual([null, 'defaults']);
  });

  it('takes what is no object without complaint', () => {
    for (const value of [null, 'text', 7, undefined]) provenance.mark(value, 'defaults');
    expect(provenance.worstOf([stored])).toBeNull();
  });
});
