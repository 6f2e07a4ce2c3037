/** A file as the client sent it. Its name and its type are the client's words: do not trust them. */
export class UploadedFile {
  constructor(
    readonly name: string,
    readonly type: string,
    readonly bytes: Buffer,
  ) {}
}

/** A `multipart/form-data` body: its files in the order in which they were sent, and its text fields by name. */
export class UploadedForm {
  constructor(
    readonly files: readonly UploadedFile[],
    readonly fields: Readonly<Record<string, string>>,
  ) {}
}

/** What a route accepts in a form. A form with more than this is refused as a whole. */
export interface FormLimits {
  readonly maxFiles: number;
  readonly maxFileBytes: number;
  /** The limit of the whole body. */
  readonly maxBytes: number;
  /** The limit of a JSON body, which the same route accepts as well. Default: 1 MiB. */
  readonly maxJsonBytes?: number;
  /** The names of the text fields that may be sent. */
  readonly fieldNames: readonly string[];
}
