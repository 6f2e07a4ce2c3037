import { EventEmitter, on } from 'node:events';
import { Injectable } from '@nestjs/common';
import { type ServerEvent, UploadedForm, heartbeat, problemOf, validateInput } from '#http';
import { DocumentRequest } from '../document.request.js';
import { type AddedDocument, DocumentsService, type Watcher } from '../documents.service.js';
import { UploadedDocuments } from './uploaded-documents.js';

/** How far an upload is: files read, then chunks embedded. */
export interface UploadProgress {
  readonly stage: 'read' | 'embed';
  readonly done: number;
  readonly total: number;
}

interface Follower {
  readonly onProgress?: (progress: UploadProgress) => void;
  readonly signal?: AbortSignal;
}

/** What `POST /v1/documents` was sent, JSON or a form. */
export type Sent = UploadedForm | Record<string, unknown> | undefined;

const heartbeatMs = 10_000;

/** Adds what was sent, and can tell meanwhile how far it is. */
@Injectable()
export class AddDocuments {
  constructor(
    private readonly uploads: UploadedDocuments,
    private readonly documents: DocumentsService,
  ) {}

  /** All of them or none. @throws as `DocumentsService.addAll` */
  async add(
    tenantId: string,
    sent: Sent,
    { onProgress = () => {}, signal }: Follower = {},
  ): Promise<AddedDocument[]> {
    const requests = await this.requestsIn(sent, onProgress);
    const watcher: Watcher = {
      onEmbedded: (done, total) => onProgress({ stage: 'embed', done, total }),
      ...(signal && { signal }),
    };
    return this.documents.addAll(tenantId, requests, watcher);
  }

  /**
   * The same as events: `progress` each time there is some, then `done` with what `shown` makes of the outcome, or `error` with a
   * problem. Whoever leaves before the documents are kept has added none.
   */
  async *follow(
    tenantId: string,
    sent: Sent,
    { requestId, shown }: { requestId: string; shown: (added: readonly AddedDocument[]) => unknown },
  ): AsyncGenerator<ServerEvent | typeof heartbeat> {
    const leaving = new AbortController();
    const told = new EventEmitter();
    const tell = (event: ServerEvent | typeof heartbeat) => void told.emit('event', event);
    const events = on(told, 'event') as AsyncIterable<[ServerEvent | typeof heartbeat]>;
    const beat = setInterval(() => tell(heartbeat), heartbeatMs);
    const onProgress = (data: UploadProgress) => tell({ event: 'progress', data });
    void this.add(tenantId, sent, { onProgress, signal: leaving.signal }).then(
      (added) => tell({ event: 'done', data: shown(added) }),
      (error: unknown) => tell({ event: 'error', data: problemOf(error, requestId).body }),
    );
    try {
      for await (const [event] of events) {
        yield event;
        if (isLast(event)) return;
      }
    } finally {
      clearInterval(beat);
      leaving.abort(new Error('The client left.'));
    }
  }

  private async requestsIn(
    sent: Sent,
    onProgress: (progress: UploadProgress) => void,
  ): Promise<DocumentRequest[]> {
    if (!(sent instanceof UploadedForm)) return [validateInput(DocumentRequest, sent ?? {})];
    const total = sent.files.length;
    return this.uploads.read(sent, (done) => onProgress({ stage: 'read', done, total }));
  }
}

function isLast(event: ServerEvent | typeof heartbeat): boolean {
  return event !== heartbeat && event.event !== 'progress';
}
