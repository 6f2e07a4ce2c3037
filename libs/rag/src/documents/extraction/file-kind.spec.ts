import { UploadedFile } from '#http';
import { detectFileKind } from './file-kind.js';

describe('detectFileKind', () => {
  const kind = (name: string, type: string, bytes: Buffer | string) => {
    const fileKind = detectFileKind(new UploadedFile(name, type, Buffer.from(bytes)));
    return 'kind' in fileKind ? fileKind.kind : fileKind.refusal;
  };

  it.each([
    ['a.txt', 'text/plain', '%PDF-1.7 …', 'pdf'],
    ['a.txt', 'text/plain', '<!DOCTYPE html><p>x', 'html'],
    ['a', '', ' \n<!-- x --> <html>', 'html'],
    ['a.html', '', '<p>x</p>', 'html'],
    ['a', 'text/html', 'x<br>y', 'html'],
    ['a.html', 'text/html', 'no tag, a < b', 'text'],
    ['a.md', 'text/markdown', '# x\n<b>bold</b>', 'markdown'],
    ['a.bin', 'application/octet-stream', 'words', 'text'],
    ['a.pdf', '', 'words', 'is a damaged PDF: it does not begin with %PDF-'],
    ['a', 'application/pdf', 'words', 'is a damaged PDF: it does not begin with %PDF-'],
  ])('detects a file %s of type %s with the content %j as: %s', (name, type, bytes, expected) => {
    expect(kind(name, type, bytes)).toBe(expected);
  });

  it('decodes UTF-16 with a byte order mark', () => {
    const text = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('größer', 'utf16le')]);
    expect(detectFileKind(new UploadedFile('a', '', text))).toEqual({ kind: 'text', content: 'größer' });
  });
});
