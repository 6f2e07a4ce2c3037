import { type Problem, problemOf } from '../api/problem.js';

/** `sending`: bytes are on the way. `reading`: the service reads and embeds the file. */
type UploadState = 'waiting' | 'sending' | 'reading' | 'added' | 'replaced' | 'unchanged' | 'failed';

/** One file on its way to the service. */
export interface Upload {
  readonly id: number;
  readonly file: File;
  readonly state: UploadState;
  /** 0 to 1, of the file's bytes. */
  readonly sent: number;
  readonly chunks: number | null;
  /** What is in the file and not in the document. */
  readonly warnings: readonly string[];
  readonly problem: Problem | null;
}

/** What the service answered for one file. */
export interface UploadResult {
  readonly state: 'added' | 'replaced' | 'unchanged';
  readonly chunks: number;
  readonly warnings: readonly string[];
}

/** What came of files that were sent one after another. */
export interface SentFiles {
  readonly names: readonly string[];
  readonly failed: number;
}

export type SendFile = (file: File, onSent: (part: number) => void) => Promise<UploadResult>;

const isDone = ({ state }: Upload): boolean => !['waiting', 'sending', 'reading'].includes(state);

/** Sends files one after another. A file that fails does not stop the others. */
export class UploadQueue {
  private uploads: readonly Upload[] = [];
  private readonly listeners = new Set<() => void>();
  private nextId = 1;
  private isRunning = false;

  constructor(
    private readonly send: SendFile,
    /** Called after every file that changed the documents. */
    private readonly onAdded: () => void,
    /** Called when no file waits any more. */
    private readonly onEnd: (sent: SentFiles) => void,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The same list until something changes. */
  readonly snapshot = (): readonly Upload[] => this.uploads;

  add(files: readonly File[]): void {
    const added = files.map((file) => ({ ...fresh, id: this.nextId++, file }));
    this.replace([...this.uploads, ...added]);
    void this.run();
  }

  /** Sends a failed file again. */
  retry(id: number): void {
    this.change(id, fresh);
    void this.run();
  }

  /** Forgets the files that are done. */
  clear(): void {
    this.replace(this.uploads.filter((upload) => !isDone(upload)));
  }

  private async run(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    const names: string[] = [];
    let failed = 0;
    for (let next = this.firstWaiting(); next; next = this.firstWaiting()) {
      names.push(next.file.name);
      if (!(await this.sendOne(next))) failed += 1;
    }
    this.isRunning = false;
    this.onEnd({ names, failed });
  }

  private firstWaiting(): Upload | undefined {
    return this.uploads.find(({ state }) => state === 'waiting');
  }

  /** False for a file that failed. */
  private async sendOne({ id, file }: Upload): Promise<boolean> {
    this.change(id, { state: 'sending' });
    try {
      const onSent = (sent: number): void =>
        this.change(id, { sent, state: sent < 1 ? 'sending' : 'reading' });
      this.change(id, { ...(await this.send(file, onSent)), sent: 1 });
      this.onAdded();
      return true;
    } catch (error) {
      this.change(id, { state: 'failed', problem: problemOf(error) });
      return false;
    }
  }

  private change(id: number, values: Partial<Upload>): void {
    this.replace(this.uploads.map((upload) => (upload.id === id ? { ...upload, ...values } : upload)));
  }

  private replace(uploads: readonly Upload[]): void {
    this.uploads = uploads;
    for (const listener of this.listeners) listener();
  }
}

const fresh = { state: 'waiting', sent: 0, chunks: null, warnings: [], problem: null } as const;
