import { Readable } from 'node:stream';
import { InvalidInputError, PayloadTooLargeError } from '#kernel';
import { readUrlencoded } from './urlencoded-form.js';

const read = (body: string | Buffer) => readUrlencoded(Readable.from([Buffer.from(body)]), 1000);

describe('readUrlencoded', () => {
  it('reads texts by name, and nothing else from the names', async () => {
    expect(await read('a=1&b=x%20y+z&c=')).toEqual({ a: '1', b: 'x y z', c: '' });
    expect(await read('')).toEqual({});
    const form = await read('__proto__=1&a[b]=2');
    expect(Object.entries(form)).toEqual([
      ['__proto__', '1'],
      ['a[b]', '2'],
    ]);
    expect(Object.getPrototypeOf(form)).toBe(Object.prototype);
  });

  it('refuses a name that is there twice, too many names, too many bytes, and bytes that are not UTF-8', async () => {
    await expect(read('a=1&a=2')).rejects.toThrow(InvalidInputError);
    await expect(read(Array.from({ length: 101 }, (_each, at) => `${at}=`).join('&'))).rejects.toThrow(
      'more than 100',
    );
    await expect(read('a'.repeat(1001))).rejects.toThrow(PayloadTooLargeError);
    await expect(read(Buffer.from([0xff]))).rejects.toThrow('not valid UTF-8');
  });
});
