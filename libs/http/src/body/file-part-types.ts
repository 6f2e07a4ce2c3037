import { Dicer } from '@fastify/busboy';
import type { Readable } from 'node:stream';

const boundaryParameter = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i;
const fileName = /;\s*filename\*?\s*=/i;

/**
 * Collects the media types of the files of a form, in the order of the files, with parameters such as `charset`, which the form parser
 * leaves out. It reads the same stream as the parser.
 */
export function collectFileTypes(stream: Readable, contentType: string): string[] {
  const types: string[] = [];
  const boundary = boundaryParameter.exec(contentType);
  if (!boundary) return types;
  const splitter = new Dicer({ boundary: boundary[1] ?? boundary[2]! });
  splitter.on('part', (part) => {
    part.on('header', (header) => {
      const { 'content-disposition': [disposition = ''] = [], 'content-type': [type = ''] = [] } =
        header as PartHeader;
      if (fileName.test(disposition) || type === 'application/octet-stream') types.push(type);
    });
    part.on('error', () => undefined);
    part.resume();
  });
  // The form parser reports what is wrong with the form.
  splitter.on('error', () => undefined);
  stream.pipe(splitter);
  return types;
}

type PartHeader = Partial<Record<'content-disposition' | 'content-type', string[]>>;
