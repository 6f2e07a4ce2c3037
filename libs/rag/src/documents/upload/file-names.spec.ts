import fc from 'fast-check';
import { documentIdPattern } from '../document.request.js';
import { idOfFile, titleOfFile } from './file-names.js';

describe('the name of a file', () => {
  it('is the id as it is, where it can be', () => {
    expect(idOfFile('refund-policy.pdf')).toBe('refund-policy.pdf');
  });

  it('gives a readable id otherwise, one for each name', () => {
    expect(idOfFile('a/Refund policy (2).pdf')).toMatch(/^Refund-policy-2-\.pdf-[0-9a-f]{12}$/);
    expect(idOfFile('b/Refund policy (2).pdf')).not.toBe(idOfFile('a/Refund policy (2).pdf'));
  });

  it('always gives an id and a title that can be stored', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        expect(idOfFile(name)).toMatch(documentIdPattern);
        expect(titleOfFile(name)).toMatch(/^[^\p{Cc}\p{Surrogate}]{1,300}$/u);
        expect(titleOfFile(name).trim()).not.toBe('');
      }),
    );
  });

  it('stays a text, whatever it looks like', () => {
    expect(titleOfFile('../../etc/passwd')).toBe('../../etc/passwd');
    expect(titleOfFile('<b>\n.md')).toBe('<b> .md');
    expect(titleOfFile(' \n ')).toBe('untitled');
  });
});
