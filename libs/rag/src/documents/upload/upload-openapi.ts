import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { buildExample } from '#http';
import { DocumentRequest } from '../document.request.js';
import { AddedDocumentResponse, AddedDocumentsResponse } from '../document.response.js';
import { uploadLimits } from './upload-reader.js';

const toMebibytes = (bytes: number) => `${bytes / 1024 / 1024} MiB`;

export const addDocumentsDescription =
  `As JSON, or as a form with 1 to ${uploadLimits.maxFiles} files (text, Markdown, HTML, PDF; ${toMebibytes(uploadLimits.maxFileBytes)} each, ` +
  `${toMebibytes(uploadLimits.maxBytes)} together). The format of a file is detected from its bytes. Without an id, the file name is the document's id, so ` +
  'sending the file again replaces the document or changes nothing. Several files are added all or none; the error names each file that cannot be read, with the reason. `warnings` names what is in a file, but not in the document.\n\n' +
  'With `Accept: text/event-stream`: events `progress` (`{stage: read | embed, done, total}`), then `done` with the answer or `error` with a problem.';

const formSchema = {
  type: 'object',
  required: ['file'],
  properties: {
    file: { type: 'string', format: 'binary', description: 'Any field name. Each file becomes a document' },
    id: { type: 'string', description: 'For a single file' },
    title: {
      type: 'string',
      description: "For a single file. Default: the document's own title, else the file name",
    },
    metadata: { type: 'string', description: 'For a single file; a JSON object' },
  },
};

/** Documents the two bodies of `POST /v1/documents`, JSON and form. */
export function ApiDocumentBodies(): MethodDecorator {
  return applyDecorators(
    ApiConsumes('application/json', 'multipart/form-data'),
    ApiExtraModels(DocumentRequest),
    ApiBody({
      schema: { oneOf: [{ $ref: getSchemaPath(DocumentRequest) }, formSchema] },
      examples: {
        json: { value: buildExample(DocumentRequest) },
        form: { value: { file: '(the bytes)', title: 'Refund policy' } },
      },
    }),
  );
}

/** Documents the answers of `POST /v1/documents`: one document or several, as JSON or as events. */
export function ApiAddedDocuments(): MethodDecorator {
  const one = { $ref: getSchemaPath(AddedDocumentResponse) };
  const several = { $ref: getSchemaPath(AddedDocumentsResponse) };
  const progress = `event: progress\ndata: {"stage":"embed","done":64,"total":120}\n\n`;
  const done = `event: done\ndata: ${JSON.stringify(buildExample(AddedDocumentResponse))}\n\n`;
  const json = {
    schema: { oneOf: [one, several] },
    examples: {
      one: { value: buildExample(AddedDocumentResponse) },
      several: { value: buildExample(AddedDocumentsResponse) },
    },
  };
  const events = { schema: { type: 'string' }, example: progress + done };
  return applyDecorators(
    ApiExtraModels(AddedDocumentResponse, AddedDocumentsResponse),
    apiResponse(201, 'At least one document is new', { 'application/json': json }),
    apiResponse(200, 'Every document was replaced or unchanged; or a stream of events', {
      'application/json': json,
      'text/event-stream': events,
    }),
  );
}

function apiResponse(status: number, description: string, content: object): MethodDecorator {
  return ApiResponse({ status, description, content } as never);
}
