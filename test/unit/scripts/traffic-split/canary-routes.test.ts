import { expect, test } from 'vitest'
import { CommandError } from '../../../../scripts/cli/command-error.ts'
import { parseSplit, splitRoutes, stableRoutes } from '../../../../scripts/traffic-split/canary-routes.ts'

const host = 'catalog.breakwater.svc.cluster.local'
const declared = [
  { name: 'reads', match: [{ method: { exact: 'GET' } }], route: [{ destination: { host } }], timeout: '2s', retries: { attempts: 2 } },
  { name: 'writes', route: [{ destination: { host } }], timeout: '2s', retries: { attempts: 0 } },
]
const split = { stable: 'v1', canary: 'v2', percent: 10 }
const weighted = [
  { destination: { host, subset: 'v1' }, weight: 90 },
  { destination: { host, subset: 'v2' }, weight: 10 },
]

test('every route is split and keeps its match, timeout and retries; the stage comes first and repeats nothing', () => {
  expect(splitRoutes(declared, split)).toEqual([
    {
      name: 'stage-canary',
      match: [{ headers: { 'x-stage': { exact: 'canary' } } }],
      route: [{ destination: { host, subset: 'v2' } }],
      timeout: '2s',
      retries: { attempts: 0 },
    },
    { ...declared[0], route: weighted },
    { ...declared[1], route: weighted },
  ])
})

test('another weight replaces the first, and off gives back what was declared', () => {
  const once = splitRoutes(declared, { ...split, percent: 50 })
  expect(splitRoutes(once, split)).toEqual(splitRoutes(declared, split))
  expect(splitRoutes(once)).toEqual(declared)
})

test('before the other version has pods, and when they go, all goes to the stable one by name', () => {
  const all = declared.map((route) => ({ ...route, route: [{ destination: { host, subset: 'v1' } }] }))
  expect(stableRoutes(declared, 'v1')).toEqual(all)
  expect(stableRoutes(splitRoutes(declared, split), 'v1')).toEqual(all)
})

test('a weight is a version and a percentage', () => {
  expect(parseSplit('v2=10')).toEqual({ subset: 'v2', percent: 10 })
  expect(parseSplit('v2=0')).toEqual({ subset: 'v2', percent: 0 })
  expect(parseSplit('off')).toBeUndefined()
  for (const wrong of ['v2', 'v2=101', 'v2=-1', 'v2=ten', '=5', '']) expect(() => parseSplit(wrong)).toThrow(CommandError)
})
