import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ensureSecretsFolder, readToolsSecret } from '../../../../scripts/identity/secrets-folder.ts'
import { readSecrets } from '../../../../services/identity/provider/read-secrets.ts'

test('keys are made once, for their owner only, and identity can read them', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'breakwater-identity-'))
  onTestFinished(() => rm(parent, { recursive: true }))
  const folder = join(parent, 'identity')
  await ensureSecretsFolder(folder)
  const file = join(folder, 'signing-keys.json')
  const [first, secret] = [await readFile(file, 'utf8'), await readToolsSecret(folder)]
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readSecrets(folder)).toMatchObject({ keys: [{ kty: 'EC', alg: 'ES256' }], toolsSecret: secret })
  await ensureSecretsFolder(folder)
  expect(await readFile(file, 'utf8')).toBe(first)
  expect(await readToolsSecret(folder)).toBe(secret)
})
