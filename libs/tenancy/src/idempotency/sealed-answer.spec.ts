import { openAnswer, sealAnswer } from './sealed-answer.js';

const answer = { status: 201, headers: { location: '/v1/x' }, body: { key: 'atn_0000_secret' } };

describe('a sealed answer', () => {
  it('opens with the secret it was sealed with', () => {
    expect(openAnswer(sealAnswer(answer, 'secret'), 'secret')).toEqual(answer);
  });

  it('shows nothing of the answer', () => {
    expect(sealAnswer(answer, 'secret').toString('latin1')).not.toContain('atn_');
  });

  it('never looks the same twice', () => {
    expect(sealAnswer(answer, 'secret').equals(sealAnswer(answer, 'secret'))).toBe(false);
  });

  it('does not open with another secret', () => {
    expect(() => openAnswer(sealAnswer(answer, 'secret'), 'other')).toThrow('authenticate');
  });

  it('does not open when a bit was changed', () => {
    const sealed = sealAnswer(answer, 'secret');
    sealed[sealed.length - 1]! ^= 1;
    expect(() => openAnswer(sealed, 'secret')).toThrow('authenticate');
  });
});
