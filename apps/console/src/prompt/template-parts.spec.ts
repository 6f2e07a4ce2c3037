import { splitTemplate } from './template-parts.js';

const describeParts = (...parts: Parameters<typeof splitTemplate>): string[] =>
  splitTemplate(...parts).map(
    ({ text, isPlaceholder, isFault }) => `${text}${isPlaceholder ? ' name' : ''}${isFault ? ' fault' : ''}`,
  );

describe('The parts of a template', () => {
  it('a template is split at its placeholders, and nothing of the text is lost', () => {
    const template = 'Be {tone}. {{"a": 1}} {context}';
    expect(describeParts(template, [])).toEqual(['Be ', '{tone} name', '. {{"a": 1}} ', '{context} name']);
    expect(
      splitTemplate(template, [], [3, 7])
        .map(({ text }) => text)
        .join(''),
    ).toBe(template);
  });

  it('an error is marked at the word of its offset, and one without an offset at the beginning', () => {
    expect(describeParts('Be {tone}.', [{ offset: 3 }])).toEqual(['Be ', '{tone} name fault', '.']);
    expect(describeParts('Be calm', [{}])).toEqual(['Be fault', ' calm']);
  });

  it('an error behind the end is marked at the last character', () => {
    expect(describeParts('Be', [{ offset: 90 }])).toEqual(['B', 'e fault']);
    expect(describeParts('', [{ offset: 90 }])).toEqual([]);
  });

  it('a part begins where a cut asks for it', () => {
    expect(describeParts('Be {to', [], [3])).toEqual(['Be ', '{to']);
  });
});
