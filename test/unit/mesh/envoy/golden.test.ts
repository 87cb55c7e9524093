import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { renderEnvoy } from '../../../../mesh/envoy/render-envoy.ts'
import { input } from './destination.ts'

const folder = new URL('golden/', import.meta.url)
const cases = readdirSync(folder).filter((name) => name.endsWith('.yaml'))

test.each(cases)('%s is rendered as istiod renders it', async (name) => {
  const policy = parseAllDocuments(readFileSync(new URL(name, folder), 'utf8')).map((document) => document.toJS() as unknown)
  const { clusters, endpoints, routes } = renderEnvoy(input(policy.filter((object) => object !== null)))
  const golden = fileURLToPath(new URL(name.replace('.yaml', '.golden.json'), folder))
  await expect(`${JSON.stringify({ clusters, endpoints, routes }, null, 2)}\n`).toMatchFileSnapshot(golden)
})

test('listeners and bootstrap', async () => {
  const { bootstrap, listeners } = renderEnvoy(input([]))
  const golden = fileURLToPath(new URL('golden/listeners-and-bootstrap.golden.json', import.meta.url))
  await expect(`${JSON.stringify({ bootstrap, listeners }, null, 2)}\n`).toMatchFileSnapshot(golden)
})
