import {
  type TenantSettings,
  type SettingsPatch,
  patchDefaults,
  isSettingName,
  unknownSettingMessage,
} from '#settings';
import { isPlainObject } from '#kernel';
import { InvalidFilesError, readTextFile } from '../files/read-text-file.js';
import { type YamlText, readYaml } from '../files/read-yaml.js';
import { ApiError, type AttuneClient } from '../client/attune-client.js';

/** The platform defaults that are proposed, and how many tenants they reach. */
export interface Proposal {
  readonly defaults: TenantSettings;
  /** All tenants, and those with any changed setting, branding and limits included. */
  readonly matched: number;
  readonly changed: number;
}

const path = '/v1/platform/defaults';
const secondDocumentMessage = 'A file holds one merge patch.';

/**
 * Applies the file's merge patch to the platform's defaults and lets the server preview it. Nothing changes.
 *
 * @throws InvalidFilesError with every error and its place.
 */
export async function readProposal(client: AttuneClient, file: string): Promise<Proposal> {
  const yaml = readYaml(file, await readTextFile(file), secondDocumentMessage);
  const errors = yaml.errors.length > 0 ? yaml.errors : shapeErrors(yaml);
  if (errors.length > 0) throw new InvalidFilesError(errors);
  const patch = yaml.content as SettingsPatch;
  const { body: blastRadius } = await client
    .patch<Omit<Proposal, 'defaults'>>(`${path}?preview=true`, patch)
    .catch((error: unknown) => {
      throw toFileError(error, yaml);
    });
  const { body: currentDefaults } = await client.get<TenantSettings>(path);
  return {
    defaults: patchDefaults(currentDefaults, patch),
    matched: blastRadius.matched,
    changed: blastRadius.changed,
  };
}

function shapeErrors({ content, locate: placeOf }: YamlText): { place: string; message: string }[] {
  if (!isPlainObject(content))
    return [{ place: placeOf(''), message: 'The file must be a mapping of settings: a merge patch.' }];
  return Object.keys(content)
    .filter((name) => !isSettingName(name))
    .map((name) => ({
      place: placeOf(name, true),
      message: unknownSettingMessage(name),
    }));
}

function toFileError(error: unknown, { locate: placeOf }: YamlText): unknown {
  const fieldErrors = error instanceof ApiError && error.status === 400 ? (error.problem.errors ?? []) : [];
  if (fieldErrors.length === 0) return error;
  return new InvalidFilesError(fieldErrors.map(({ field, message }) => ({ place: placeOf(field), message })));
}
