import { Injectable } from '@nestjs/common';
import { type FormLimits, type UploadedFile, type UploadedForm, validateInput } from '#http';
import { type FieldError, InvalidInputError } from '#kernel';
import { replaceNonTextCharacters, findTextRefusal } from '../document-validation.js';
import { DocumentRequest } from '../document.request.js';
import { type Extraction, TextExtractor } from '../extraction/text-extractor.js';
import { detectFileKind } from '../extraction/file-kind.js';
import { documentIdOfFile, documentTitleOfFile } from './file-names.js';

const mebibyte = 1024 * 1024;

export const uploadLimits: FormLimits = {
  maxFiles: 20,
  maxFileBytes: 16 * mebibyte,
  maxBytes: 32 * mebibyte,
  maxJsonBytes: 16 * mebibyte,
  fieldNames: ['id', 'title', 'metadata'],
};

/** Told after each file with how many were read. */
export type OnFileRead = (done: number) => void;

/** Makes documents of files: all of them or none. */
@Injectable()
export class UploadReader {
  constructor(private readonly extractor: TextExtractor) {}

  /** @throws InvalidInputError that names every file of which no document can be made, and why. */
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

/** The form's own fields speak of one document. */
function formErrors(files: readonly UploadedFile[], fields: UploadedForm['fields']): FieldError[] {
  const ids = files.map(({ name }) => documentIdOfFile(name));
  const repeated = files.flatMap((file, index) =>
    ids.indexOf(ids[index]!) === index
      ? []
      : [fileError(index, file, 'has the name of another file of the form')],
  );
  if (files.length === 1) return repeated;
  const ambiguous = Object.entries(fields).map(([field, value]): FieldError => {
    const message = `${field} cannot be given for ${files.length} files; send each in a request of its own.`;
    return { field, rule: 'combination', value, message };
  });
  return [...ambiguous, ...repeated];
}

function fileError(index: number, { name }: UploadedFile, refusal: string): FieldError {
  const message = `The file ${JSON.stringify(documentTitleOfFile(name))} ${refusal}.`;
  return { field: `files.${index}`, rule: 'pattern', value: name, message };
}

/** What the form says of its one document goes before what the file's name says. */
function withFormFields(
  document: DocumentRequest,
  { metadata, ...fields }: UploadedForm['fields'],
): DocumentRequest {
  const metadataField = metadata === undefined ? {} : { metadata: parseMetadata(metadata) };
  return validateInput(DocumentRequest, { ...document, ...fields, ...metadataField });
}

/** @throws InvalidInputError when it is no JSON; what JSON it must be is checked with the other fields. */
function parseMetadata(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const message = 'metadata must be a JSON object.';
    throw new InvalidInputError([{ field: 'metadata', rule: 'type', value: text, message }]);
  }
}
