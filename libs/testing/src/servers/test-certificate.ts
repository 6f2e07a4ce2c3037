import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { findPrograms } from '../../jest/programs.js';

/** Of 127.0.0.1, good for a day; it vouches for itself, to whoever is told to trust it. */
export class TestCertificate {
  private constructor(private readonly folder: string) {}

  /** Makes a certificate for 127.0.0.1 with openssl. */
  static async create(): Promise<TestCertificate> {
    const certificate = new TestCertificate(await mkdtemp(join(tmpdir(), 'attune-certificate-')));
    const { file, keyFile } = certificate;
    const keyOptions = [
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '1',
    ];
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const program = join(findPrograms({ openssl: true }).openssl, 'openssl');
    await promisify(execFile)(program, ['req', ...keyOptions, ...subject, '-out', file, '-keyout', keyFile]);
    return certificate;
  }

  get file(): string {
    return join(this.folder, 'certificate.pem');
  }

  get keyFile(): string {
    return join(this.folder, 'key.pem');
  }

  /** By this process, for every link that it makes from now on. */
  async trust(): Promise<void> {
    setDefaultCACertificates([...getCACertificates('default'), await readFile(this.file, 'utf8')]);
  }

  /** Removes its files, and trusts it no longer. */
  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
