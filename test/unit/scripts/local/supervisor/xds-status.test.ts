import { expect, test } from 'vitest'
import { xdsVersion } from '../../../../../mesh/envoy/write-xds.ts'
import { parseXdsStatus, verdictOn } from '../../../../../scripts/local/supervisor/xds-status.ts'

const config = { bootstrap: {}, clusters: [{ name: 'a' }], listeners: [], routes: [{ name: '80' }], endpoints: [], warnings: [] }
const stream = (version: string, rejected = 0) => ({ version, rejected })
const taken = {
  clusters: stream(xdsVersion(config.clusters)),
  listeners: stream(xdsVersion(config.listeners)),
  routes: stream(xdsVersion(config.routes)),
}

test("Envoy's statistics; what does not exist yet is empty", () => {
  const stats = [
    { name: 'cluster_manager.cds.version_text', value: 'c1' },
    { name: 'http.outbound.rds.80.update_rejected', value: 2 },
    { name: 'cluster_manager.cds.update_rejected', value: 0 },
  ]
  expect(parseXdsStatus(JSON.stringify({ stats }))).toEqual({ clusters: stream('c1'), listeners: stream(''), routes: stream('', 2) })
})

test('taken when every version is there, unknown until then, refused as soon as one counter has moved', () => {
  expect(verdictOn(config, taken, taken)).toEqual({ kind: 'taken' })
  expect(verdictOn(config, taken, { ...taken, routes: stream('older') })).toEqual({ kind: 'unknown' })
  const refused = { ...taken, routes: stream('older', 3), listeners: { ...taken.listeners, rejected: 1 } }
  expect(verdictOn(config, taken, refused)).toEqual({ kind: 'refused', files: ['listeners', 'routes'] })
  expect(verdictOn(config, refused, { ...taken, routes: stream(taken.routes.version, 3), listeners: refused.listeners })).toEqual({
    kind: 'taken',
  })
})
