import { splitTemplate } from './template-parts.js';

const shown = (...parts: Parameters<typeof splitTemplate>): string[] =>
  splitTemplate(...parts).map(
    ({ text, isPlaceholder, isFault }) => `${text}${isPlaceholder ? ' name' : ''}${isFault ? ' fault' : ''}`,
  );

describe('The parts of a template', () => {
  it('are its placeholders and the text between them, and nothing of the text is lost', () => {
    const template = 'Be {tone}. {{"a": 1}} {context}';
    expect(shown(template, [])).toEqual(['Be ', '{tone} name', '. {{"a": 1}} ', '{context} name']);
    expect(
      splitTemplate(template, [], [3, 7])
        .map(({ text }) => text)
        .join(''),
    ).toBe(template);
  });

  it('show an error at the word of its offset, and one without an offset at the beginning', () => {
    expect(shown('Be {tone}.', [{ offset: 3 }])).toEqual(['Be ', '{tone} name fault', '.']);
    expect(shown('Be calm', [{}])).toEqual(['Be fault', ' calm']);
  });

  it('show an error behind the end at the last character', () => {
    expect(shown('Be', [{ offset: 90 }])).toEqual(['B', 'e fault']);
    expect(shown('', [{ offset: 90 }])).toEqual([]);
  });

  it('begin where a cut asks for it', () => {
    expect(shown('Be {to', [], [3])).toEqual(['Be ', '{to']);
  });
});
