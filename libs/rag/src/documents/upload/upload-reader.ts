import { Injectable } from '@nestjs/common';
import { type FormLimits, type UploadedFile, type UploadedForm, validateInput } from '#http';
import { type FieldError, InvalidInputError } from '#kernel';
import { replaceNonTextCharacters, findTextRefusal } from '../document-validation.js';
import { DocumentRequest } from '../document.request.js';
import { type Extraction, TextExtractor } from '../extraction/text-extractor.js';
import { detectFileKind } from '../extraction/file-kind.js';
import { documentIdOfFile, documentTitleOfFile } from './file-names.js';

const mebibyte = 1024 * 1024;

/** Limits of a form with files. */
export const uploadLimits: FormLimits = {
  maxFiles: 20,
  maxFileBytes: 16 * mebibyte,
  maxBytes: 32 * mebibyte,
  maxJsonBytes: 16 * mebibyte,
  fieldNames: ['id', 'title', 'metadata'],
};

/** Called after each file with the number of files read so far. */
export type OnFileRead = (done: number) => void;

/** Turns the files of a form into documents, all or none. */
@Injectable()
export class UploadReader {
  constructor(private readonly extractor: TextExtractor) {}

  /** @throws InvalidInputError that names every file that cannot be read, with the reason */
  async read({ files, fields }: UploadedForm, onRead: OnFileRead): Promise<DocumentRequest[]> {
    const errors = formErrors(files, fields);
    const documents: DocumentRequest[] = [];
    for (const [index, file] of files.entries()) {
      const extraction = await this.extractText(file);
      if ('refusal' in extraction) errors.push(fileError(index, file, extraction.refusal));
      else
        documents.push({
          id: documentIdOfFile(file.name),
          title: documentTitleOfFile(file.name),
          text: extraction.text,
        });
      onRead(index + 1);
    }
    if (errors.length > 0) throw new InvalidInputError(errors);
    return files.length === 1 ? [withFormFields(documents[0]!, fields)] : documents;
  }

  private async extractText(file: UploadedFile): Promise<Extraction> {
    const fileKind = detectFileKind(file);
    if ('refusal' in fileKind) return fileKind;
    if (fileKind.kind === 'text') return acceptOrRefuse(fileKind.content);
    const extracted = await this.extractor.extract(fileKind.content);
    return 'text' in extracted ? acceptOrRefuse(replaceNonTextCharacters(extracted.text)) : extracted;
  }
}

function acceptOrRefuse(text: string): Extraction {
  const refusal = findTextRefusal(text);
  return refusal === null ? { text } : { refusal };
}

/** The fields of a form are for a single file, and file names must be unique. */
function formErrors(files: readonly UploadedFile[], fields: UploadedForm['fields']): FieldError[] {
  const ids = files.map(({ name }) => documentIdOfFile(name));
  const repeated = files.flatMap((file, index) =>
    ids.indexOf(ids[index]!) === index
      ? []
      : [fileError(index, file, 'has the same name as another file of the form')],
  );
  if (files.length === 1) return repeated;
  const ambiguous = Object.entries(fields).map(([field, value]): FieldError => {
    const message = `${field} cannot be given for ${files.length} files; send each file in its own request.`;
    return { field, rule: 'combination', value, message };
  });
  return [...ambiguous, ...repeated];
}

function fileError(index: number, { name }: UploadedFile, refusal: string): FieldError {
  const message = `The file ${JSON.stringify(documentTitleOfFile(name))} ${refusal}.`;
  return { field: `files.${index}`, rule: 'pattern', value: name, message };
}

/** The form's fields take precedence over id and title from the file name. */
function withFormFields(
  document: DocumentRequest,
  { metadata, ...fields }: UploadedForm['fields'],
): DocumentRequest {
  const metadataField = metadata === undefined ? {} : { metadata: parseMetadata(metadata) };
  return validateInput(DocumentRequest, { ...document, ...fields, ...metadataField });
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
