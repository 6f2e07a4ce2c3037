import { Readable } from 'node:stream';
import { InvalidInputError, PayloadTooLargeError } from '#kernel';
import { readNdjson } from './ndjson.js';

const read = (body: string | Buffer, maxLines = 3) =>
  readNdjson(Readable.from([Buffer.from(body)]), { maxBytes: 16 * 1024 * 1024, maxLines });

describe('readNdjson', () => {
  it('numbers the lines, and counts blank lines without returning them', async () => {
    expect(await read('{"a":1}\r\n\n \n2\n')).toEqual([
      { number: 1, text: '{"a":1}' },
      { number: 4, text: '2' },
    ]);
    expect(await read('1\n2')).toEqual([
      { number: 1, text: '1' },
      { number: 2, text: '2' },
    ]);
    expect(await read('')).toEqual([]);
  });

  it('refuses a body with too many lines, bytes, or bytes that are not UTF-8', async () => {
    await expect(read('1\n2\n3\n4')).rejects.toThrow(InvalidInputError);
    await expect(read(Buffer.alloc(17 * 1024 * 1024, ' '))).rejects.toThrow(PayloadTooLargeError);
    await expect(read(Buffer.from([0xff]))).rejects.toThrow('not valid UTF-8');
  });

  it('keeps no list of the lines of a body that has only line breaks', async () => {
    const body = '\n'.repeat(16 * 1024 * 1024);
    const before = process.memoryUsage().heapUsed;
    expect(await read(body)).toEqual([]);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 1024 * 1024);
  });
});
