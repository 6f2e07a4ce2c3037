import { compareVariables, fillTemplate, findPlaceholders, messageOf } from './template.js';

describe('a template', () => {
  it('has placeholders at their places, and literal braces are none', () => {
    expect(findPlaceholders('{{json}} {tone}, {context}')).toEqual([
      { name: 'tone', from: 9, to: 15 },
      { name: 'context', from: 17, to: 26 },
    ]);
  });

  it('a template is filled with values, and keeps names that have none', () => {
    const text = fillTemplate('{{"a": 1}} {tone} {later}', { tone: 'calm' });
    expect(text).toBe('{"a": 1} calm {later}');
  });

  it('a value with braces is text', () => {
    expect(fillTemplate('{a}', { a: '{b} $& {{' })).toBe('{b} $& {{');
  });

  it('names what is declared and not used, and what is used and not declared', () => {
    expect(compareVariables('{tone} {colour} {context}', ['tone', 'firm'])).toEqual({
      unused: ['firm'],
      unknown: ['colour'],
    });
  });

  it.each([
    ['Answer. {context}', 'system'],
    ['{context} {question}', 'user'],
    ['{{question}}', 'system'],
  ])('%j is the %s message', (template, message) => expect(messageOf(template)).toBe(message));
});
