import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSplitOverlays, removeSplitOverlays, splitOverlay } from '../../../../../scripts/local/plan/split-overlay.ts'

const policies = `{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: catalog } }
---
{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: catalog } }
`

let policy: string
beforeEach(async () => {
  policy = await mkdtemp(join(tmpdir(), 'policy-'))
})
afterEach(() => rm(policy, { recursive: true, force: true }))

test('the splits there are, by their destination; other overlays are none, not even one that cannot be read', async () => {
  await writeFile(splitOverlay({ policy }, 'catalog'), policies)
  await writeFile(join(policy, 'mine.yaml'), '{')
  await writeFile(join(policy, 'traffic-split-catalog.yaml.new'), '{')
  const found = await readSplitOverlays({ policy })
  expect([...found].map(([destination, objects]) => [destination, objects.map(({ kind }) => kind)])).toEqual([
    ['catalog', ['DestinationRule', 'VirtualService']],
  ])
})

test('they end with the shop, and nothing else does', async () => {
  await writeFile(splitOverlay({ policy }, 'catalog'), policies)
  await writeFile(join(policy, 'mine.yaml'), policies)
  await removeSplitOverlays({ policy })
  expect(await readdir(policy)).toEqual(['mine.yaml'])
})

test('no policy was ever written: no folder', async () => {
  await rm(policy, { recursive: true })
  expect(await readSplitOverlays({ policy })).toEqual(new Map())
  await removeSplitOverlays({ policy })
})
