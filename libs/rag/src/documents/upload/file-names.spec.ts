import fc from 'fast-check';
import { documentIdPattern } from '../document.request.js';
import { documentIdOfFile, documentTitleOfFile } from './file-names.js';

describe('the name of a file', () => {
  it('is the id as it is, where it can be', () => {
    expect(documentIdOfFile('refund-policy.pdf')).toBe('refund-policy.pdf');
  });

  it('gives a readable id otherwise, one for each name', () => {
    expect(documentIdOfFile('a/Refund policy (2).pdf')).toMatch(/^Refund-policy-2-\.pdf-[0-9a-f]{12}$/);
    expect(documentIdOfFile('b/Refund policy (2).pdf')).not.toBe(documentIdOfFile('a/Refund policy (2).pdf'));
  });

  it('always gives an id and a title that can be stored', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        expect(documentIdOfFile(name)).toMatch(documentIdPattern);
        expect(documentTitleOfFile(name)).toMatch(/^[^\p{Cc}\p{Surrogate}]{1,300}$/u);
        expect(documentTitleOfFile(name).trim()).not.toBe('');
      }),
    );
  });

  it('stays a text, whatever it looks like', () => {
    expect(documentTitleOfFile('../../etc/passwd')).toBe('../../etc/passwd');
    expect(documentTitleOfFile('<b>\n.md')).toBe('<b> .md');
    expect(documentTitleOfFile(' \n ')).toBe('untitled');
  });
});
