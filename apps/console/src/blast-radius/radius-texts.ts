import type { Schema } from '../api/operations.js';
import { texts } from './blast-radius.texts.js';

type Radius = Pick<Schema<'BlastRadiusResponse'>, 'matched' | 'changed' | 'failing' | 'approval_required'>;

/** What a change reaches, in sentences. */
export function radiusTexts({ matched, changed, failing, approval_required: waiting }: Radius): string[] {
  return [
    texts.differ(changed, matched),
    ...(failing > 0 ? [texts.failing(failing)] : []),
    ...(waiting.changed > 0 ? [texts.unapproved(waiting.changed)] : []),
  ];
}
