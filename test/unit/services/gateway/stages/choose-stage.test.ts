import { expect, test } from 'vitest'
import { chooseAmong } from '../../../../../services/gateway/stages/choose-stage.ts'
import type { StageHistory } from '../../../../../services/shared/contracts/api/gateway.ts'

const stage = (name: string, select: object, percent = 0): StageHistory => ({
  name,
  live: 1,
  percent,
  versions: [{ version: 1, definition: { select, variables: { is: name }, settings: {} } }],
})
const never = (): number => {
  throw new Error('nobody draws for a request that a rule gives to a stage')
}
const all = [
  stage('prod', {}),
  stage('beta', { hosts: ['beta.example.org'] }),
  stage('canary', { prefix: '/canary', header: { name: 'x-stage', value: 'canary' } }),
]
const choose = chooseAmong(all)
const chosen = (url: string, headers: Record<string, string> = {}) => {
  const { stage, by, url: served } = choose({ url, headers }, never)
  return [stage.name, by, served]
}

test('a prefix is taken off; it is one part of the path and no more', () => {
  expect(chosen('/canary/v1/products')).toEqual(['canary', 'prefix', '/v1/products'])
  expect(chosen('/canary')).toEqual(['canary', 'prefix', '/'])
  expect(chosen('/canary?a=b')).toEqual(['canary', 'prefix', '/?a=b'])
  for (const url of ['/canaryv1/products', '/v1/canary', '//canary/v1', '/Canary/v1', '/%63anary/v1'])
    expect(chosen(url)).toEqual(['prod', 'rest', url])
})

test('a header with exactly its value; the host without port, in any case', () => {
  expect(chosen('/', { 'x-stage': 'canary' })).toEqual(['canary', 'header', '/'])
  expect(chosen('/', { 'x-stage': 'canaries' })).toEqual(['prod', 'rest', '/'])
  for (const host of ['beta.example.org', 'beta.example.org:8080', 'BETA.example.org'])
    expect(chosen('/', { host })).toEqual(['beta', 'host', '/'])
  expect(chosen('/', { host: 'beta.example.org.evil.org' })).toEqual(['prod', 'rest', '/'])
})

test('the path says more than a header, and a header more than the host', () => {
  const headers = { 'x-stage': 'canary', host: 'beta.example.org' }
  expect(chosen('/', headers)).toEqual(['canary', 'header', '/'])
  expect(chosen('/canary/x', { host: 'beta.example.org' })).toEqual(['canary', 'prefix', '/x'])
})

test('a request has what its stage has', () => {
  expect(choose({ url: '/canary/x', headers: {} }, never).stage).toEqual({
    name: 'canary',
    version: 1,
    variables: { is: 'canary' },
    settings: {},
  })
})

test('of the rest each stage has its share, and prod what is left', () => {
  const shared = chooseAmong([stage('a', {}, 10), stage('b', {}, 25), stage('prod', {})])
  const counts = new Map<string, number>()
  for (let draw = 0; draw < 1000; draw += 1) {
    const { name } = shared({ url: '/', headers: {} }, () => draw / 1000).stage
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  expect(Object.fromEntries(counts)).toEqual({ a: 100, b: 250, prod: 650 })
})

test('a stage that does not exist in its live version has no requests; prod is always there', () => {
  const gone: StageHistory = {
    name: 'beta',
    live: 0,
    percent: 0,
    versions: [{ version: 0 }, ...stage('beta', { prefix: '/beta' }).versions],
  }
  expect(chooseAmong([gone])({ url: '/beta/x', headers: {} }, never)).toEqual({
    stage: { name: 'prod', version: 0, variables: {}, settings: {} },
    by: 'rest',
    url: '/beta/x',
  })
})
