import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { identity } from '../../services/shared/contracts/identity.ts'
import { newSecrets } from './new-secrets.ts'

/** Makes what the issuer on this machine needs, once: tokens hold on when the shop is started again. Only its owner can read it. */
export async function ensureSecretsFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  for (const [file, text] of Object.entries(await newSecrets())) {
    await writeFile(join(folder, file), text, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

/** @throws Error when no shop has been started here */
export const readToolsSecret = (folder: string): Promise<string> => readFile(join(folder, identity.files.toolsSecret), 'utf8')
