import {
  type EffectiveSettings,
  type SettingsPatch,
  defaultsAfter,
  isSettingName,
  settingNames,
} from '#config';
import { isPlainObject } from '#kernel';
import { FaultyFilesError, readText } from '../files/read-text.js';
import { type YamlText, readYaml } from '../files/yaml-text.js';
import { RefusedError, type Server } from '../server/server.js';

/** The platform defaults that are proposed, and how many tenants they reach. */
export interface Proposal {
  readonly defaults: EffectiveSettings;
  /** Tenants in all, and those of whom any setting would change, branding and limits too. */
  readonly matched: number;
  readonly changed: number;
}

const path = '/v1/platform/defaults';
const second = 'A file holds one merge patch.';

/**
 * Lays the file's merge patch over the platform's defaults and has the server judge it; nothing is changed.
 *
 * @throws FaultyFilesError with every fault, and where it is.
 */
export async function readProposal(server: Server, file: string): Promise<Proposal> {
  const yaml = readYaml(file, await readText(file), second);
  const faults = yaml.faults.length > 0 ? yaml.faults : shapeFaults(yaml);
  if (faults.length > 0) throw new FaultyFilesError(faults);
  const patch = yaml.content as SettingsPatch;
  const { body: radius } = await server
    .patch<Omit<Proposal, 'defaults'>>(`${path}?preview=true`, patch)
    .catch((error: unknown) => {
      throw inFile(error, yaml);
    });
  const { body: today } = await server.get<EffectiveSettings>(path);
  return { defaults: defaultsAfter(today, patch), matched: radius.matched, changed: radius.changed };
}

function shapeFaults({ content, placeOf }: YamlText): { place: string; message: string }[] {
  if (!isPlainObject(content))
    return [{ place: placeOf(''), message: 'The file must be a mapping of settings: a merge patch.' }];
  return Object.keys(content)
    .filter((name) => !isSettingName(name))
    .map((name) => ({
      place: placeOf(name, true),
      message: `${name} is no setting; there are ${settingNames.join(', ')}.`,
    }));
}

function inFile(error: unknown, { placeOf }: YamlText): unknown {
  const faults = error instanceof RefusedError && error.status === 400 ? (error.problem.errors ?? []) : [];
  if (faults.length === 0) return error;
  return new FaultyFilesError(faults.map(({ field, message }) => ({ place: placeOf(field), message })));
}
