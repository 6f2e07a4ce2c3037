import { EventEmitter, on } from 'node:events';
import { Injectable } from '@nestjs/common';
import { type ServerSentEvent, UploadedForm, heartbeat, toProblem, validateInput } from '#http';
import { DocumentRequest } from '../document.request.js';
import { type AddedDocument, DocumentsService, type AddDocumentsOptions } from '../documents.service.js';
import { UploadReader } from './upload-reader.js';

/** Progress of an upload: files read, then chunks embedded. */
export interface UploadProgress {
  readonly stage: 'read' | 'embed';
  readonly done: number;
  readonly total: number;
}

interface UploadOptions {
  readonly onProgress?: (progress: UploadProgress) => void;
  readonly signal?: AbortSignal;
}

/** The body of `POST /v1/documents`: a form or JSON. */
export type UploadBody = UploadedForm | Record<string, unknown> | undefined;

const heartbeatIntervalMs = 10_000;

/** Adds the documents of a request, and reports progress. */
@Injectable()
export class DocumentUploadService {
  constructor(
    private readonly uploads: UploadReader,
    private readonly documents: DocumentsService,
  ) {}

  /** Adds all documents of the request or none. @throws the errors of `DocumentsService.addAll` */
  async add(
    tenantId: string,
    body: UploadBody,
    { onProgress = () => {}, signal }: UploadOptions = {},
  ): Promise<AddedDocument[]> {
    const requests = await this.readRequests(body, onProgress);
    const options: AddDocumentsOptions = {
      onEmbedded: (done, total) => onProgress({ stage: 'embed', done, total }),
      ...(signal && { signal }),
    };
    return this.documents.addAll(tenantId, requests, options);
  }

  /**
   * As `add`, with events: `progress` repeatedly, then `done` with the result of `toResponse`, or `error` with a problem. If the client
   * disconnects before the documents are saved, none is added.
   */
  async *addWithEvents(
    tenantId: string,
    body: UploadBody,
    {
      requestId,
      toResponse,
    }: { requestId: string; toResponse: (added: readonly AddedDocument[]) => unknown },
  ): AsyncGenerator<ServerSentEvent | typeof heartbeat> {
    const clientLeft = new AbortController();
    const emitter = new EventEmitter();
    const emit = (event: ServerSentEvent | typeof heartbeat) => void emitter.emit('event', event);
    const events = on(emitter, 'event') as AsyncIterable<[ServerSentEvent | typeof heartbeat]>;
    const heartbeatTimer = setInterval(() => emit(heartbeat), heartbeatIntervalMs);
    const onProgress = (data: UploadProgress) => emit({ event: 'progress', data });
    void this.add(tenantId, body, { onProgress, signal: clientLeft.signal }).then(
      (added) => emit({ event: 'done', data: toResponse(added) }),
      (error: unknown) => emit({ event: 'error', data: toProblem(error, requestId).body }),
    );
    try {
      for await (const [event] of events) {
        yield event;
        if (isFinalEvent(event)) return;
      }
    } finally {
      clearInterval(heartbeatTimer);
      clientLeft.abort(new Error('The client disconnected.'));
    }
  }

  private async readRequests(
    body: UploadBody,
    onProgress: (progress: UploadProgress) => void,
  ): Promise<DocumentRequest[]> {
    if (!(body instanceof UploadedForm)) return [validateInput(DocumentRequest, body ?? {})];
    const total = body.files.length;
    return this.uploads.read(body, (done) => onProgress({ stage: 'read', done, total }));
  }
}

function isFinalEvent(event: ServerSentEvent | typeof heartbeat): boolean {
  return event !== heartbeat && event.event !== 'progress';
}
