import type { ComponentType } from 'react';
import { send } from '../api/client.js';
import { problemOf } from '../api/problem.js';

/** What a form changes: some members of an entry. */
export interface EntryFormProps<Body> {
  readonly body: Body;
  readonly onChange: (change: Record<string, unknown>) => void;
}

/** A catalogue of the platform whose entries are written whole: plans, models. */
export interface Catalogue<Body extends object> {
  /** The route of the list; an entry is below it. */
  readonly path: string;
  /** The screen of the list. */
  readonly screen: string;
  /** How an entry is called in a sentence: "the plan pro". */
  readonly nameOf: (id: string) => string;
  readonly newEntry: Body;
  /** What is still to be entered before an entry can be saved, as a sentence; null if nothing is. */
  readonly missingIn?: (body: Body) => string | null;
  readonly newEntryAbout: string;
  /** When an entry cannot be deleted. */
  readonly deletionAbout: string;
  readonly Form: ComponentType<EntryFormProps<Body>>;
}

export interface Entry<Body> {
  readonly body: Body;
  readonly isNew: boolean;
}

export function entryUrl({ path }: Pick<Catalogue<object>, 'path'>, id: string): string {
  return `${path}/${encodeURIComponent(id)}`;
}

/** Reads an entry; one that is not there yet is a new one. */
export async function loadEntry<Body extends object>(
  catalogue: Catalogue<Body>,
  id: string,
  signal: AbortSignal,
): Promise<Entry<Body>> {
  try {
    const { data } = await send('get', entryUrl(catalogue, id), { signal });
    const { id: _id, ...body } = data as Body & { id: string };
    return { body: body as unknown as Body, isNew: false };
  } catch (error) {
    if (problemOf(error).status !== 404) throw error;
    return { body: catalogue.newEntry, isNew: true };
  }
}
