import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { exampleOf } from '#http';
import { DocumentRequest } from '../document.request.js';
import { AddedDocumentResponse, AddedDocumentsResponse } from '../document.response.js';
import { uploadLimits } from './uploaded-documents.js';

const megabytes = (bytes: number) => `${bytes / 1024 / 1024} MiB`;

export const addingDescription =
  `As JSON, or as a form with 1 to ${uploadLimits.files} files (text, Markdown, HTML, PDF; ${megabytes(uploadLimits.bytesPerFile)} each, ` +
  `${megabytes(uploadLimits.bytes)} together). What a file is, its bytes decide. Without an id, a file's name is its document's, so that ` +
  'sending it again replaces it or changes nothing. Several files are added all or none; one that cannot be read is named with the reason.\n\n' +
  'With `Accept: text/event-stream`: events `progress` (`{stage: read | embed, done, total}`), then `done` with the answer or `error` with a problem.';

const form = {
  type: 'object',
  required: ['file'],
  properties: {
    file: { type: 'string', format: 'binary', description: 'Under any name; several are several documents' },
    id: { type: 'string', description: 'For a single file' },
    title: { type: 'string', description: 'For a single file; its name unless given' },
    metadata: { type: 'string', description: 'For a single file; a JSON object' },
  },
};

/** Both forms of the body of `POST /v1/documents`. */
export function DocumentBodies(): MethodDecorator {
  return applyDecorators(
    ApiConsumes('application/json', 'multipart/form-data'),
    ApiExtraModels(DocumentRequest),
    ApiBody({
      schema: { oneOf: [{ $ref: getSchemaPath(DocumentRequest) }, form] },
      examples: {
        json: { value: exampleOf(DocumentRequest) },
        form: { value: { file: '(the bytes)', title: 'Refund policy' } },
      },
    }),
  );
}

/** What it answers for one document and for several, at once or in events. */
export function AddedAnswers(): MethodDecorator {
  const one = { $ref: getSchemaPath(AddedDocumentResponse) };
  const several = { $ref: getSchemaPath(AddedDocumentsResponse) };
  const progress = `event: progress\ndata: {"stage":"embed","done":64,"total":120}\n\n`;
  const done = `event: done\ndata: ${JSON.stringify(exampleOf(AddedDocumentResponse))}\n\n`;
  const json = {
    schema: { oneOf: [one, several] },
    examples: {
      one: { value: exampleOf(AddedDocumentResponse) },
      several: { value: exampleOf(AddedDocumentsResponse) },
    },
  };
  const events = { schema: { type: 'string' }, example: progress + done };
  return applyDecorators(
    ApiExtraModels(AddedDocumentResponse, AddedDocumentsResponse),
    answer(201, 'Some of it is new', { 'application/json': json }),
    answer(200, 'All of it replaced others or was there already; or events', {
      'application/json': json,
      'text/event-stream': events,
    }),
  );
}

function answer(status: number, description: string, content: object): MethodDecorator {
  return ApiResponse({ status, description, content } as never);
}
