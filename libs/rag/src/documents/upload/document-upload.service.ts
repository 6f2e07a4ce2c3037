import { EventEmitter, on } from 'node:events';
import { Injectable } from '@nestjs/common';
import type { Author } from '#database';
import { type ServerSentEvent, UploadedForm, heartbeat, toProblem } from '#http';
import { parseDocument } from '../document-validation.js';
import type { WorkOwner } from '../threads/document-threads.js';
import { type AddOptions, type AddedDocument, DocumentsService } from '../documents.service.js';
import { UploadAdmission } from './upload-admission.js';
import { type ReadDocument, UploadReader } from './upload-reader.js';

/** Progress of an upload: files read, then chunks embedded. */
export interface UploadProgress {
  readonly stage: 'read' | 'embed';
  readonly done: number;
  readonly total: number;
}

interface UploadOptions {
  readonly onProgress?: (progress: UploadProgress) => void;
  /** Aborts when the client leaves; nothing is added then. */
  readonly signal?: AbortSignal;
  readonly author?: Author;
}

interface EventOptions {
  readonly requestId: string;
  readonly author: Author;
  readonly toResponse: (added: readonly UploadedDocument[]) => unknown;
}

/** A document that was added from a request. */
export interface UploadedDocument extends AddedDocument {
  /** Sentences about what is in the file, but not in the document. */
  readonly warnings: readonly string[];
}

/** The body of `POST /v1/documents`: a form or JSON. */
export type UploadBody = UploadedForm | Record<string, unknown> | undefined;

const heartbeatIntervalMs = 10_000;

/** Adds the documents of a request, and reports progress. */
@Injectable()
export class DocumentUploadService {
  constructor(
    private readonly admission: UploadAdmission,
    private readonly uploads: UploadReader,
    private readonly documents: DocumentsService,
  ) {}

  /** Adds all documents of the request or none. @throws the errors of `DocumentsService.addAll` and `UploadAdmission.admit` */
  add(tenantId: string, body: UploadBody, options: UploadOptions = {}): Promise<UploadedDocument[]> {
    return this.admission.admit(tenantId, () => this.addAdmitted(tenantId, body, options));
  }

  /**
   * As `add`, with events: `progress` repeatedly, then `done` with the result of `toResponse`, or `error` with a problem. If the client
   * disconnects before the documents are saved, none is added.
   */
  async *addWithEvents(
    tenantId: string,
    body: UploadBody,
    { requestId, author, toResponse }: EventOptions,
  ): AsyncGenerator<ServerSentEvent | typeof heartbeat> {
    const clientLeft = new AbortController();
    const emitter = new EventEmitter();
    const emit = (event: ServerSentEvent | typeof heartbeat) => void emitter.emit('event', event);
    const events = on(emitter, 'event') as AsyncIterable<[ServerSentEvent | typeof heartbeat]>;
    const heartbeatTimer = setInterval(() => emit(heartbeat), heartbeatIntervalMs);
    const onProgress = (data: UploadProgress) => emit({ event: 'progress', data });
    void this.add(tenantId, body, { onProgress, author, signal: clientLeft.signal }).then(
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

  private async addAdmitted(
    tenantId: string,
    body: UploadBody,
    { onProgress = () => {}, signal, author }: UploadOptions,
  ): Promise<UploadedDocument[]> {
    const owner = { tenantId, ...(signal && { signal }) };
    const documents = await this.read(body, owner, onProgress);
    const options: AddOptions = {
      author,
      onEmbedded: (done, total) => onProgress({ stage: 'embed', done, total }),
      ...(signal && { signal }),
    };
    const requests = documents.map(({ request }) => request);
    const added = await this.documents.addAll(tenantId, requests, options);
    return added.map((document, index) => ({ ...document, warnings: documents[index]!.warnings }));
  }

  private async read(
    body: UploadBody,
    owner: WorkOwner,
    onProgress: (progress: UploadProgress) => void,
  ): Promise<ReadDocument[]> {
    if (!(body instanceof UploadedForm)) return [{ request: parseDocument(body ?? {}), warnings: [] }];
    const total = body.files.length;
    return this.uploads.read(body, owner, (done) => onProgress({ stage: 'read', done, total }));
  }
}

function isFinalEvent(event: ServerSentEvent | typeof heartbeat): boolean {
  return event !== heartbeat && event.event !== 'progress';
}
