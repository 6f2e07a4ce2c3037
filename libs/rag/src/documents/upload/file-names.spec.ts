import fc from 'fast-check';
import { documentIdPattern } from '../document.request.js';
import { documentIdOfFile, normalizeFileName, toDocumentTitle } from './file-names.js';

describe('documentIdOfFile and toDocumentTitle', () => {
  it('documentIdOfFile returns a file name that is a valid id unchanged', () => {
    expect(documentIdOfFile('refund-policy.pdf')).toBe('refund-policy.pdf');
  });

  it('documentIdOfFile makes a readable and unique id of any other name', () => {
    expect(documentIdOfFile('a/Refund policy (2).pdf')).toMatch(/^Refund-policy-2-\.pdf-[0-9a-f]{12}$/);
    expect(documentIdOfFile('b/Refund policy (2).pdf')).not.toBe(documentIdOfFile('a/Refund policy (2).pdf'));
  });

  it('both return values that can be stored for any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        expect(documentIdOfFile(name)).toMatch(documentIdPattern);
        expect(toDocumentTitle(name)).toMatch(/^[^\p{Cc}\p{Surrogate}]{1,300}$/u);
        expect(toDocumentTitle(name).trim()).not.toBe('');
      }),
    );
  });

  it.each([
    ['=?utf-8?B?S8O8bmRpZ3VuZy5wZGY=?=', 'Kündigung.pdf'],
    ['=?UTF-8?Q?K=C3=BCndigung_neu.pdf?=', 'Kündigung neu.pdf'],
    ['=?iso-8859-1?q?K=FC?= =?iso-8859-1?q?ndigung.pdf?=', 'Kündigung.pdf'],
    ['=?x-mystery?B?S8O8?=', '=?x-mystery?B?S8O8?='],
    ['What=?.pdf', 'What=?.pdf'],
  ])('normalizeFileName reads the name %s as %s', (name, expected) => {
    expect(normalizeFileName(name)).toBe(expected);
  });

  it('normalizeFileName makes one name of the two ways to write an accented letter', () => {
    const [composed, decomposed] = ['Kündigung.pdf', 'Ku\u0308ndigung.pdf'].map(normalizeFileName);
    expect(decomposed).toBe(composed);
    expect(documentIdOfFile(decomposed!)).toBe(documentIdOfFile(composed!));
  });

  it('toDocumentTitle keeps paths and markup as plain text', () => {
    expect(toDocumentTitle('../../etc/passwd')).toBe('../../etc/passwd');
    expect(toDocumentTitle('<b>\n.md')).toBe('<b> .md');
    expect(toDocumentTitle(' \n ')).toBe('untitled');
  });
});
