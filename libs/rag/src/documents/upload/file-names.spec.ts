import fc from 'fast-check';
import { documentIdPattern } from '../document.request.js';
import { documentIdOfFile, documentTitleOfFile } from './file-names.js';

describe('documentIdOfFile and documentTitleOfFile', () => {
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
        expect(documentTitleOfFile(name)).toMatch(/^[^\p{Cc}\p{Surrogate}]{1,300}$/u);
        expect(documentTitleOfFile(name).trim()).not.toBe('');
      }),
    );
  });

  it('documentTitleOfFile keeps paths and markup as plain text', () => {
    expect(documentTitleOfFile('../../etc/passwd')).toBe('../../etc/passwd');
    expect(documentTitleOfFile('<b>\n.md')).toBe('<b> .md');
    expect(documentTitleOfFile(' \n ')).toBe('untitled');
  });
});
