import { Injectable } from '@nestjs/common';
import { type FormLimits, UploadedFile, UploadedForm } from '#http';
import { type FieldError, InvalidInputError } from '#kernel';
import { parseDocument } from '../document-validation.js';
import type { DocumentRequest } from '../document.request.js';
import { DocumentThreads, type WorkOwner } from '../threads/document-threads.js';
import { documentIdOfFile, normalizeFileName, toDocumentTitle } from './file-names.js';

const mebibyte = 1024 * 1024;

/** Limits of a form with files. */
export const uploadLimits: FormLimits = {
  maxFiles: 20,
  maxFileBytes: 16 * mebibyte,
  maxBytes: 32 * mebibyte,
  maxJsonBytes: 16 * mebibyte,
  fieldNames: ['id', 'title', 'metadata'],
};

/** A document that was read from a file. */
export interface ReadDocument {
  readonly request: DocumentRequest;
  /** Sentences about what is in the file, but not in the text. */
  readonly warnings: readonly string[];
}

/** Called after each file with the number of files read so far. */
export type OnFileRead = (done: number) => void;

/** Turns the files of a form into documents, all or none. */
@Injectable()
export class UploadReader {
  constructor(private readonly threads: DocumentThreads) {}

  /**
   * @throws InvalidInputError that names every file that cannot be read, with the reason
   * @throws the reason of the owner's signal when it aborts
   */
  async read(form: UploadedForm, owner: WorkOwner, onRead: OnFileRead): Promise<ReadDocument[]> {
    const files = form.files.map(
      (file) => new UploadedFile(normalizeFileName(file.name), file.type, file.bytes),
    );
    const { fields } = form;
    const errors = formErrors(files, fields);
    const documents: ReadDocument[] = [];
    for (const [index, file] of files.entries()) {
      const reading = await this.threads.readFile(file, owner);
      if ('refusal' in reading) errors.push(fileError(index, file, reading.refusal));
      else documents.push({ request: toRequest(file, reading), warnings: reading.warnings });
      onRead(index + 1);
    }
    if (errors.length > 0) throw new InvalidInputError(errors);
    const [first] = documents;
    return documents.length === 1
      ? [{ ...first!, request: withFormFields(first!.request, fields) }]
      : documents;
  }
}

function toRequest({ name }: UploadedFile, reading: { text: string; title: string | null }): DocumentRequest {
  return { id: documentIdOfFile(name), title: toDocumentTitle(reading.title ?? name), text: reading.text };
}

/** The fields of a form are for a single file, and each file must have another name. */
function formErrors(files: readonly UploadedFile[], fields: UploadedForm['fields']): FieldError[] {
  const nameErrors = [...missingNameErrors(files, fields), ...repeatedNameErrors(files)];
  if (files.length === 1) return nameErrors;
  const ambiguous = Object.entries(fields).map(([field, value]): FieldError => {
    const message = `${field} cannot be given for ${files.length} files; send each file in its own request.`;
    return { field, rule: 'combination', value, message };
  });
  return [...ambiguous, ...nameErrors];
}

/** Without a name, every such file would have the same id. */
function missingNameErrors(files: readonly UploadedFile[], { id }: UploadedForm['fields']): FieldError[] {
  if (id !== undefined) return [];
  const message =
    'The file has no name, and the name would be its id; send a file name, or a single file with the field id.';
  return files.flatMap(({ name }, index) =>
    name === '' ? [{ field: `files.${index}`, rule: 'required' as const, value: name, message }] : [],
  );
}

function repeatedNameErrors(files: readonly UploadedFile[]): FieldError[] {
  const ids = files.map(({ name }) => documentIdOfFile(name));
  return files.flatMap((file, index) => {
    const isRepeated = file.name !== '' && ids.indexOf(ids[index]!) !== index;
    return isRepeated ? [fileError(index, file, 'has the same name as another file of the form')] : [];
  });
}

function fileError(index: number, { name }: UploadedFile, refusal: string): FieldError {
  const message = `The file ${JSON.stringify(toDocumentTitle(name))} ${refusal}.`;
  return { field: `files.${index}`, rule: 'pattern', value: name, message };
}

/** The form's fields take precedence over id and title from the file. */
function withFormFields(
  document: DocumentRequest,
  { metadata, ...fields }: UploadedForm['fields'],
): DocumentRequest {
  const metadataField = metadata === undefined ? {} : { metadata: parseMetadata(metadata) };
  return parseDocument({ ...document, ...fields, ...metadataField });
}

/** @throws InvalidInputError if it is not JSON; its structure is checked with the other fields */
function parseMetadata(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const message = 'metadata must be a JSON object.';
    throw new InvalidInputError([{ field: 'metadata', rule: 'type', value: text, message }]);
  }
}
