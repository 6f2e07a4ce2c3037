import { createHash } from 'node:crypto';

/** A file as it was sent: neither its name nor its type is to be believed. */
export class UploadedFile {
  constructor(
    readonly name: string,
    readonly type: string,
    readonly bytes: Buffer,
  ) {}

  /** Stands for the bytes where two requests are compared, as an `Idempotency-Key` has them. */
  toJSON(): object {
    const digest = createHash('sha256').update(this.bytes).digest('hex');
    return { name: this.name, type: this.type, sha256: digest };
  }
}

/** A `multipart/form-data` body: its files in their order, and the text fields beside them. */
export class UploadedForm {
  constructor(
    readonly files: readonly UploadedFile[],
    readonly fields: Readonly<Record<string, string>>,
  ) {}
}

/** What a route reads of a form. Whatever is more than this is refused, with nothing of it kept. */
export interface FormLimits {
  readonly maxFiles: number;
  readonly maxFileBytes: number;
  /** Of the whole body. */
  readonly maxBytes: number;
  /** Of a JSON body, which the same route takes as well; 1 MiB when left out. */
  readonly maxJsonBytes?: number;
  /** The text fields it knows. */
  readonly fieldNames: readonly string[];
}
