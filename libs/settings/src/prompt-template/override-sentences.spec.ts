import { disguises, honestSentences, hostileSentences } from '../../testing/override-sentences.js';
import { PromptTemplate } from './prompt-template.js';

function suspiciousParts(template: string): string[] {
  return PromptTemplate.compile(template, {})
    .errors.filter(({ rule }) => rule === 'suspicious')
    .map(({ offset }) => template.slice(offset, offset + 30));
}

function escapeBraces(text: string): string {
  return text.replaceAll(/[{}]/g, '$&$&').replaceAll('{{context}}', '{context}');
}

describe('PromptTemplate.compile with sentences about ignoring instructions', () => {
  it.each(honestSentences)('accepts the honest sentence in $language: $text', ({ text }) => {
    expect(suspiciousParts(text)).toEqual([]);
  });

  it.each(hostileSentences)('refuses the hostile sentence in $language: $text', ({ text }) => {
    expect(suspiciousParts(escapeBraces(text))).not.toEqual([]);
  });

  it.each(Object.keys(disguises))('refuses every hostile sentence that is disguised by %s', (disguise) => {
    const accepted = hostileSentences
      .map(({ text }) => disguises[disguise]!(text.replaceAll(/[{}]/g, '')))
      .filter((text) => suspiciousParts(text).length === 0);
    expect(accepted).toEqual([]);
  });
});

describe('PromptTemplate.compile with the word "disregard"', () => {
  it('accepts an ordinary object only if the word is written plainly and in one piece', () => {
    expect(suspiciousParts('Disregard typos.')).toEqual([]);
    expect(suspiciousParts('Dіsregard typos.')).not.toEqual([]);
    expect(suspiciousParts('Dis\u200bregard typos.')).not.toEqual([]);
    expect(suspiciousParts('D i s r e g a r d typos.')).not.toEqual([]);
    const { errors } = PromptTemplate.compile('{x}regard typos.', { x: 'Dis' });
    expect(errors.map(({ rule }) => rule)).toEqual(['suspicious']);
  });

  it('accepts a closing tag of its own tag, but never a bare </system>', () => {
    expect(suspiciousParts('<system_rules>Be kind.</system_rules>')).toEqual([]);
    expect(suspiciousParts('Be kind.</system_rules>')).toEqual(['</system_rules>']);
    expect(suspiciousParts('<system>Be kind.</system>')).toHaveLength(2);
  });
});
