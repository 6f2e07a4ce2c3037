import { type FieldError, DomainError, InvalidInputError, PayloadTooLargeError } from '#kernel';
import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { collectFileTypes } from './file-part-types.js';
import { type FormLimits, UploadedFile, UploadedForm } from './uploaded-form.js';

const maxFieldBytes = 64 * 1024;
const maxUnknownFields = 10;

/**
 * Reads the form as it arrives. What follows after a refusal is received, but neither parsed nor stored, so that the client gets the
 * answer.
 *
 * @throws InvalidInputError when it is not a form, ends too early, has too many parts or parts that the route does not declare.
 * @throws PayloadTooLargeError when a file or the whole form is too large.
 */
export async function readForm(request: FastifyRequest, limits: FormLimits): Promise<UploadedForm> {
  const types = collectFileTypes(request.raw, request.headers['content-type'] ?? '');
  const reader = new FormReader(limits, types);
  try {
    for await (const part of request.parts({ limits: parserLimits(limits) })) await reader.add(part);
  } catch (error) {
    // No more of it is parsed: very many parts would take seconds.
    request.raw.unpipe().resume();
    throw error instanceof DomainError ? error : toFormError(error, limits);
  }
  return reader.finish();
}

/** Some more text fields than the route declares are read, so that the answer can name them. */
function parserLimits({ maxFiles: files, maxFileBytes: fileSize, fieldNames }: FormLimits): object {
  const fields = fieldNames.length + maxUnknownFields;
  return {
    fileSize,
    files,
    fields,
    parts: files + fields,
    fieldSize: maxFieldBytes,
    fieldNameSize: 100,
  };
}

class FormReader {
  private readonly files: UploadedFile[] = [];
  private readonly fields = new Map<string, string>();
  private readonly errors: FieldError[] = [];
  private bytes = 0;

  constructor(
    private readonly limits: FormLimits,
    private readonly fileTypes: readonly string[],
  ) {}

  async add(part: Multipart): Promise<void> {
    if (part.type === 'file') await this.addFile(part);
    else this.addField(part.fieldname, part.value, part.valueTruncated);
  }

  /** The form. @throws InvalidInputError with every error found in its parts. */
  finish(): UploadedForm {
    if (this.files.length === 0) this.addError('files', 'required', 'The form has no file.');
    if (this.errors.length > 0) throw new InvalidInputError(this.errors);
    return new UploadedForm(this.files, Object.fromEntries(this.fields));
  }

  private async addFile({ file, filename, mimetype }: MultipartFile): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of file as AsyncIterable<Buffer>) {
      this.bytes += chunk.length;
      if (this.bytes > this.limits.maxBytes)
        throw payloadTooLarge(`The form has more than ${this.limits.maxBytes} bytes.`);
      chunks.push(chunk);
    }
    const maxFileBytes = this.limits.maxFileBytes;
    if (file.truncated)
      throw payloadTooLarge(`The file ${quoteName(filename)} has more than ${maxFileBytes} bytes.`);
    const type = this.fileTypes[this.files.length] ?? mimetype;
    this.files.push(new UploadedFile(filename, type, Buffer.concat(chunks)));
  }

  private addField(name: string, value: unknown, isTruncated: boolean): void {
    if (!this.limits.fieldNames.includes(name)) {
      this.addError(name, 'unknown_field', `${quoteName(name)} is not a field of this form.`);
    } else if (this.fields.has(name)) {
      this.addError(name, 'too_many', `${name} can be sent only once.`, { max: 1 });
    } else if (isTruncated || typeof value !== 'string') {
      this.addError(name, 'type', `${name} must be a string of at most ${maxFieldBytes} bytes.`);
    } else {
      this.fields.set(name, value);
    }
  }

  private addError(
    field: string,
    rule: FieldError['rule'],
    message: string,
    details: Partial<FieldError> = {},
  ): void {
    this.errors.push({ field, rule, message, ...details });
  }
}

function quoteName(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}

function payloadTooLarge(message: string): DomainError {
  return new PayloadTooLargeError(`${message} Nothing was changed.`);
}

/** Every error of the parser is the fault of the body: too many files, an end too early, a field named like one of a prototype. */
function toFormError(error: unknown, { maxFiles }: FormLimits): DomainError {
  const { code, message: reason } = error as { code?: string; message: string };
  if (code === 'FST_FILES_LIMIT') {
    const message = `At most ${maxFiles} files can be sent in one request.`;
    return new InvalidInputError([{ field: 'files', rule: 'too_many', message, max: maxFiles }]);
  }
  return new InvalidInputError([
    { field: '', rule: 'type', message: `The form cannot be read: ${String(reason)}` },
  ]);
}
