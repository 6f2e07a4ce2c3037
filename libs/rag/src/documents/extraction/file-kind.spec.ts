import { UploadedFile } from '#http';
import { detectFileKind } from './file-kind.js';

describe('the kind of a file', () => {
  const kind = (name: string, type: string, bytes: Buffer | string) => {
    const found = detectFileKind(new UploadedFile(name, type, Buffer.from(bytes)));
    return 'kind' in found ? found.kind : found.refusal;
  };

  it.each([
    ['a.txt', 'text/plain', '%PDF-1.7 …', 'pdf'],
    ['a.txt', 'text/plain', '<!DOCTYPE html><p>x', 'html'],
    ['a', '', ' \n<!-- x --> <html>', 'html'],
    ['a.html', '', '<p>x</p>', 'html'],
    ['a', 'text/html', 'x<br>y', 'html'],
    ['a.html', 'text/html', 'no tag, a < b', 'text'],
    ['a.md', 'text/markdown', '# x\n<b>bold</b>', 'text'],
    ['a.bin', 'application/octet-stream', 'words', 'text'],
    ['a.pdf', '', 'words', 'is a damaged PDF: it does not begin as one'],
    ['a', 'application/pdf', 'words', 'is a damaged PDF: it does not begin as one'],
  ])('%s as %s with %j is %s', (name, type, bytes, expected) => {
    expect(kind(name, type, bytes)).toBe(expected);
  });

  it('reads UTF-16 where its mark says so', () => {
    const text = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('größer', 'utf16le')]);
    expect(detectFileKind(new UploadedFile('a', '', text))).toEqual({ kind: 'text', content: 'größer' });
  });
});
