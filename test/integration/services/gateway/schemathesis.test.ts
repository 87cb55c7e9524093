import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect } from 'vitest'
import { versions } from '../../../../services/gateway/api/versions.ts'
import { testThatNeeds } from '../../test-that-needs.ts'
import { gatewayAndServices, token } from './gateway-and-services.ts'

const installed = fileURLToPath(new URL('../../../../.local/tools/schemathesis/bin', import.meta.url))
const program = [installed, ...(process.env.PATH ?? '').split(delimiter)].map((place) => join(place, 'schemathesis')).find(existsSync)
const withSchemathesis = testThatNeeds(program ? undefined : 'no schemathesis: .ci/install-schemathesis installs it with Python')

let shop: Awaited<ReturnType<typeof gatewayAndServices>>
let folder: string
/** Anew for each version: it also publishes stages and plans, which may throttle everybody. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'breakwater-schemathesis-'))
  shop = await gatewayAndServices()
  await shop.gateway.listen({ port: 0, host: '127.0.0.1' })
}, 60_000)
afterEach(async () => {
  await shop.close()
  await rm(folder, { recursive: true, force: true })
})

/**
 * Not asked: whether all that fits the schemas is taken, because only a service can judge whether there is such a product, page or moment;
 * and whether nobody gets through who has not said who they are, which is a test of its own.
 */
const unasked = ['--exclude-checks', 'positive_data_acceptance,ignored_auth']

/** Exit code and what it says of a whole run over one version's document. */
const run = (version: string, ...options: readonly string[]): Promise<{ code: number; said: string }> => {
  const { port } = shop.gateway.server.address() as AddressInfo
  const document = `http://127.0.0.1:${port}/${version}/openapi.json`
  const header = ['--header', `authorization: Bearer ${token}`]
  return new Promise((resolve) => {
    execFile(
      program ?? '',
      ['run', document, ...header, ...unasked, '--no-color', ...options],
      { cwd: folder, timeout: 110_000, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code ?? 1) : 0, said: stdout + stderr }),
    )
  })
}

describe('schemathesis finds nothing', () => {
  for (const { name } of versions)
    withSchemathesis(`in ${name}: no 5xx, nothing that the document does not say, also where one request leads to another`, async () => {
      const { code, said } = await run(name, '--seed', '20261129', '--max-examples', '8')
      expect(code, said).toBe(0)
      expect(shop.failures.splice(0)).toEqual([])
    })
})
