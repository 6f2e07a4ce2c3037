import type { ActRule } from '../act/permission.js';

/** What is known of a tenant that may be new. */
export interface TenantProgress {
  readonly documents: number;
  readonly queries: number;
  readonly version: number;
}

export interface FirstStep {
  readonly step: 'documents' | 'question' | 'change';
  readonly path: string;
  /** Who may do it. */
  readonly rule: ActRule;
  readonly isDone: boolean;
}

const askRule: ActRule = { scope: ['config:propose', 'config:write'] };

/** The first things to do with a new tenant. A tenant that has done all of them needs no list. */
export function firstStepsOf({ documents, queries, version }: TenantProgress): readonly FirstStep[] {
  return [
    { step: 'documents', path: 'documents', rule: { scope: 'documents:write' }, isDone: documents > 0 },
    { step: 'question', path: 'playground', rule: askRule, isDone: queries > 0 },
    { step: 'change', path: 'playground?settings=temperature', rule: askRule, isDone: version > 1 },
  ];
}
