import { Injectable } from '@nestjs/common';
import { type FormLimits, type UploadedFile, type UploadedForm, validateInput } from '#http';
import { type Fault, InvalidInputError } from '#kernel';
import { cleanText, textRefusal } from '../document-faults.js';
import { DocumentRequest } from '../document.request.js';
import { type Extraction, Extractor } from '../extraction/extractor.js';
import { kindOf } from '../extraction/file-kind.js';
import { idOfFile, titleOfFile } from './file-names.js';

const mebibyte = 1024 * 1024;

export const uploadLimits: FormLimits = {
  files: 20,
  bytesPerFile: 16 * mebibyte,
  bytes: 32 * mebibyte,
  fields: ['id', 'title', 'metadata'],
};

/** Told after each file with how many were read. */
export type OnRead = (done: number) => void;

/** Makes documents of files: all of them or none. */
@Injectable()
export class UploadedDocuments {
  constructor(private readonly extractor: Extractor) {}

  /** @throws InvalidInputError that names every file of which no document can be made, and why. */
  async read({ files, fields }: UploadedForm, onRead: OnRead): Promise<DocumentRequest[]> {
    const faults = fieldFaults(files, fields);
    const documents: DocumentRequest[] = [];
    for (const [index, file] of files.entries()) {
      const read = await this.textOf(file);
      if ('refusal' in read) faults.push(faultOf(index, file, read.refusal));
      else documents.push({ id: idOfFile(file.name), title: titleOfFile(file.name), text: read.text });
      onRead(index + 1);
    }
    if (faults.length > 0) throw new InvalidInputError(faults);
    return files.length === 1 ? [named(documents[0]!, fields)] : documents;
  }

  private async textOf(file: UploadedFile): Promise<Extraction> {
    const found = kindOf(file);
    if ('refusal' in found) return found;
    if (found.kind === 'text') return asDocument(found.content);
    const extracted = await this.extractor.extract(found.content);
    return 'text' in extracted ? asDocument(cleanText(extracted.text)) : extracted;
  }
}

function asDocument(text: string): Extraction {
  const refusal = textRefusal(text);
  return refusal === null ? { text } : { refusal };
}

/** The form's own fields speak of one document. */
function fieldFaults(files: readonly UploadedFile[], fields: UploadedForm['fields']): Fault[] {
  const ids = files.map(({ name }) => idOfFile(name));
  const repeated = files.flatMap((file, index) =>
    ids.indexOf(ids[index]!) === index
      ? []
      : [faultOf(index, file, 'has the name of another file of the form')],
  );
  if (files.length === 1) return repeated;
  const ambiguous = Object.entries(fields).map(([field, value]): Fault => {
    const message = `${field} cannot be given for ${files.length} files; send each in a request of its own.`;
    return { field, rule: 'combination', value, message };
  });
  return [...ambiguous, ...repeated];
}

function faultOf(index: number, { name }: UploadedFile, refusal: string): Fault {
  const message = `The file ${JSON.stringify(titleOfFile(name))} ${refusal}.`;
  return { field: `files.${index}`, rule: 'pattern', value: name, message };
}

/** What the form says of its one document goes before what the file's name says. */
function named(document: DocumentRequest, { metadata, ...fields }: UploadedForm['fields']): DocumentRequest {
  const given = metadata === undefined ? {} : { metadata: metadataIn(metadata) };
  return validateInput(DocumentRequest, { ...document, ...fields, ...given });
}

/** @throws InvalidInputError when it is no JSON; what JSON it must be is checked with the other fields. */
function metadataIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const message = 'metadata must be a JSON object.';
    throw new InvalidInputError([{ field: 'metadata', rule: 'type', value: text, message }]);
  }
}
