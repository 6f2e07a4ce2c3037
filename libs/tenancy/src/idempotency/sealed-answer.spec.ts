import { openAnswer, sealAnswer } from './sealed-answer.js';

const answer = { status: 201, headers: { location: '/v1/x' }, body: { key: 'atn_0000_secret' } };

describe('sealAnswer and openAnswer', () => {
  it('openAnswer returns the answer with the secret that sealed it', () => {
    expect(openAnswer(sealAnswer(answer, 'secret'), 'secret')).toEqual(answer);
  });

  it('sealAnswer hides the text of the answer', () => {
    expect(sealAnswer(answer, 'secret').toString('latin1')).not.toContain('atn_');
  });

  it('sealAnswer gives different bytes for the same answer each time', () => {
    expect(sealAnswer(answer, 'secret').equals(sealAnswer(answer, 'secret'))).toBe(false);
  });

  it('openAnswer fails with another secret', () => {
    expect(() => openAnswer(sealAnswer(answer, 'secret'), 'other')).toThrow('authenticate');
  });

  it('openAnswer fails when a bit was changed', () => {
    const sealed = sealAnswer(answer, 'secret');
    sealed[sealed.length - 1]! ^= 1;
    expect(() => openAnswer(sealed, 'secret')).toThrow('authenticate');
  });
});
