import { type Fault, DomainError, InvalidInputError, PayloadTooLargeError } from '#kernel';
import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { type FormLimits, UploadedFile, UploadedForm } from './form.js';

const mostFieldBytes = 64 * 1024;
const mostUnknownFields = 10;

/**
 * Reads the form as it arrives. What is too much is read to its end without being kept, so that the client gets to see the answer.
 *
 * @throws InvalidInputError when it is no form, is cut short, or has too many parts or parts that the route does not know
 * @throws DomainError `payload-too-large`
 */
export async function readForm(request: FastifyRequest, limits: FormLimits): Promise<UploadedForm> {
  const reading = new FormReading(limits);
  try {
    for await (const part of request.parts({ limits: parserLimits(limits) })) await reading.take(part);
  } catch (error) {
    throw error instanceof DomainError ? error : unreadable(error, limits);
  }
  return reading.end();
}

/** More text fields than the route knows are seen, so that the answer can name them. */
function parserLimits({ files, bytesPerFile, fields }: FormLimits): object {
  return {
    fileSize: bytesPerFile,
    files,
    fields: fields.length + mostUnknownFields,
    fieldSize: mostFieldBytes,
    fieldNameSize: 100,
  };
}

class FormReading {
  private readonly files: UploadedFile[] = [];
  private readonly fields = new Map<string, string>();
  private readonly faults: Fault[] = [];
  private bytes = 0;

  constructor(private readonly limits: FormLimits) {}

  async take(part: Multipart): Promise<void> {
    if (part.type === 'file') await this.takeFile(part);
    else this.takeField(part.fieldname, part.value, part.valueTruncated);
  }

  /** @throws InvalidInputError @throws DomainError */
  end(): UploadedForm {
    if (this.files.length === 0) this.fault('files', 'required', 'The form has no file.');
    if (this.faults.length > 0) throw new InvalidInputError(this.faults);
    return new UploadedForm(this.files, Object.fromEntries(this.fields));
  }

  private async takeFile({ file, filename, mimetype }: MultipartFile): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of file as AsyncIterable<Buffer>) {
      this.bytes += chunk.length;
      if (this.bytes > this.limits.bytes)
        throw tooLarge(`The form has more than ${this.limits.bytes} bytes.`);
      chunks.push(chunk);
    }
    const most = this.limits.bytesPerFile;
    if (file.truncated) throw tooLarge(`The file ${shown(filename)} has more than ${most} bytes.`);
    this.files.push(new UploadedFile(filename, mimetype, Buffer.concat(chunks)));
  }

  private takeField(name: string, value: unknown, isCut: boolean): void {
    if (!this.limits.fields.includes(name)) {
      this.fault(name, 'unknown_field', `${shown(name)} is no field of this form.`);
    } else if (this.fields.has(name)) {
      this.fault(name, 'too_many', `${name} is there more than once.`, { max: 1 });
    } else if (isCut || typeof value !== 'string') {
      this.fault(name, 'type', `${name} must be a text of at most ${mostFieldBytes} bytes.`);
    } else {
      this.fields.set(name, value);
    }
  }

  private fault(field: string, rule: Fault['rule'], message: string, more: Partial<Fault> = {}): void {
    this.faults.push({ field, rule, message, ...more });
  }
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}

function tooLarge(message: string): DomainError {
  return new PayloadTooLargeError(`${message} Nothing was changed.`);
}

/** Whatever the parser says against a body, the body is to blame: too many files, an end too early, a field named as a prototype's. */
function unreadable(error: unknown, { files: most }: FormLimits): DomainError {
  const { code, message: reason } = error as { code?: string; message: string };
  if (code === 'FST_FILES_LIMIT') {
    const message = `At most ${most} files can be sent in one request.`;
    return new InvalidInputError([{ field: 'files', rule: 'too_many', message, max: most }]);
  }
  return new InvalidInputError([
    { field: '', rule: 'type', message: `The form cannot be read: ${String(reason)}` },
  ]);
}
