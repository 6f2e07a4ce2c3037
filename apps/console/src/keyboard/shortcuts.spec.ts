import { type KeyPress, shortcutOf } from './shortcuts.js';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  hasModifier: false,
  hasAlt: false,
  isTyping: false,
  ...more,
});

describe('shortcutOf', () => {
  it('Ctrl K opens the palette, in a field and with single letters off, too', () => {
    const pressed = press('k', { hasModifier: true, isTyping: true });
    expect(shortcutOf(pressed, false, false)).toEqual({ kind: 'palette' });
  });

  it('g and a letter go to a screen', () => {
    expect(shortcutOf(press('g'), false, true)).toEqual({ kind: 'prefix' });
    expect(shortcutOf(press('t'), true, true)).toEqual({ kind: 'go', letter: 't' });
    expect(shortcutOf(press('t'), false, true)).toBeNull();
  });

  it('the letter after g goes to a screen when a field got the focus meanwhile', () => {
    const pressed = press('!', { isTyping: true });
    expect(shortcutOf(pressed, true, true)).toEqual({ kind: 'go', letter: '!' });
    expect(shortcutOf(pressed, true, false)).toBeNull();
  });

  it('the question mark opens the help', () => {
    expect(shortcutOf(press('?'), false, true)).toEqual({ kind: 'help' });
  });

  it('the slash goes to the search of the list', () => {
    expect(shortcutOf(press('/'), false, true)).toEqual({ kind: 'search' });
    expect(shortcutOf(press('/', { isTyping: true }), false, true)).toBeNull();
  });

  it.each([
    ['letters are switched off', press('g'), false],
    ['a field has the focus', press('g', { isTyping: true }), true],
    ['Alt is held', press('g', { hasAlt: true }), true],
    ['Ctrl is held', press('g', { hasModifier: true }), true],
  ])('a letter means nothing while %s', (_, pressed, isOn) => {
    expect(shortcutOf(pressed, false, isOn)).toBeNull();
  });
});
