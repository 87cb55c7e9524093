import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { localSplits } from '../../../../../../scripts/experiments/shop/targets/local-splits.ts'
import { localPaths } from '../../../../../../scripts/local/paths.ts'
import { splitOverlay } from '../../../../../../scripts/local/plan/split-overlay.ts'
import type { splitTrafficHere } from '../../../../../../scripts/local/split-traffic.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'splits-'))
})
afterEach(() => rm(directory, { recursive: true }))

const pathsHere = () => localPaths({ BREAKWATER_LOCAL_DIR: directory })

/** Only writes the overlay, or removes it. */
const fakeSplit: typeof splitTrafficHere = async (paths, { destination, wanted, annotations }) => {
  const file = splitOverlay(paths, destination)
  await mkdir(paths.policy, { recursive: true })
  const metadata = { name: destination, ...(annotations && { annotations }) }
  if (wanted) await writeFile(file, stringify({ apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata }))
  else await rm(file)
  return ''
}

test('a split that was not taken back is found, and removing it takes it back', async () => {
  const { splitTraffic, splits } = localSplits(pathsHere(), fakeSplit)
  expect(await splits()).toEqual([])
  await splitTraffic('catalog', { subset: 'v2', percent: 25 })
  const [split, ...more] = await splits()
  expect(more).toEqual([])
  expect(split?.description).toBe('the traffic split of catalog')
  await split?.remove()
  expect(await splits()).toEqual([])
})

test("a person's split is left alone", async () => {
  const { splits } = localSplits(pathsHere(), fakeSplit)
  await fakeSplit(pathsHere(), { destination: 'catalog', wanted: { subset: 'v2', percent: 10 }, progress: () => {} })
  expect(await splits()).toEqual([])
})
