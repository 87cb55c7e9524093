import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import type { OperatorsApi } from '../../../../scripts/gateway/operators-api.ts'
import { diffStage, publishStage, readDefinition, sentence, stageTable } from '../../../../scripts/gateway/stages.ts'
import type { StageDefinition, StageHistory } from '../../../../services/shared/contracts/api/gateway.ts'

const folder = mkdtempSync(join(tmpdir(), 'stage-files-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => vi.restoreAllMocks())

const definition = (n: string): StageDefinition => ({ select: { prefix: '/canary' }, variables: { n }, settings: {} })
const canary: StageHistory = {
  name: 'canary',
  live: 2,
  percent: 10,
  versions: [
    { version: 0, definition: definition('0') },
    { version: 1, at: '2026-11-29T01:00:00.000Z', definition: definition('1') },
    { version: 2, at: '2026-11-29T02:00:00.000Z', definition: { ...definition('2'), settings: { mesh: { stage: 'canary' } } } },
  ],
}
const prod: StageHistory = {
  name: 'prod',
  live: 0,
  percent: 0,
  versions: [{ version: 0, definition: { select: {}, variables: {}, settings: {} } }],
}
const gone: StageHistory = { name: 'beta', live: 0, percent: 0, versions: [{ version: 0 }, { version: 1, definition: definition('1') }] }

/** Answers with the stages as they are; remembers what it was asked. */
function gateway() {
  const asked: unknown[][] = []
  const api: OperatorsApi = {
    request: async (method, path, body) => {
      asked.push([method, path, body])
      const stage = [canary, prod].find(({ name }) => path.startsWith(`/v1/gateway/stages/${name}`))
      return (method === 'GET' ? stage : { outcome: 'changed', stage }) as never
    },
  }
  return { api, asked }
}
const file = (text: string): string => {
  const path = join(folder, 'stage.json')
  writeFileSync(path, text)
  return path
}
/** What is printed meanwhile. */
async function printed(work: () => Promise<void>): Promise<string> {
  const lines: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0)
  vi.spyOn(console, 'log').mockImplementation((text) => void lines.push(`${text}\n`))
  await work()
  return lines.join('')
}

test('the list has a row for each stage that there is', () => {
  const rows = stageTable([canary, gone, prod]).split('\n')
  expect(rows).toHaveLength(4)
  expect(rows[1]).toBe('canary  2        10 %   /canary/…     n=2        mesh      2026-11-29T02:00:00.000Z  0 1')
  expect(rows[2]).toMatch(/^prod +0 +0 % +all the rest +- +- +- +-$/)
})

test('a file is published as it is, with a share when one is said', async () => {
  const { api, asked } = gateway()
  const path = file(JSON.stringify(definition('3')))
  expect(await printed(() => publishStage(api, 'canary', path, { percent: 5, json: false }))).toBe(
    'canary is version 2, with 10 % of the requests that no rule gives to a stage\n',
  )
  expect(asked).toEqual([['PUT', '/v1/gateway/stages/canary', { definition: definition('3'), percent: 5 }]])
})

test('from another stage: its variables and settings under the own rules', async () => {
  const { api, asked } = gateway()
  await printed(() => publishStage(api, 'prod', undefined, { from: 'canary', json: false }))
  expect(asked.at(-1)).toEqual([
    'PUT',
    '/v1/gateway/stages/prod',
    { definition: { select: {}, variables: { n: '2' }, settings: { mesh: { stage: 'canary' } } } },
  ])
})

test.each([
  ['no JSON', '{', /cannot be read as JSON/],
  ['no stage', '{"select": {}, "variables": {"a-b": "1"}, "settings": {}}', /is no stage: \/variables/],
  ['a prefix that the API has', '{"select": {"prefix": "/v1"}, "variables": {}, "settings": {}}', /is no stage: \/select\/prefix/],
])('a file with %s is refused before anybody is asked', (_, text, message) => expect(() => readDefinition(file(text))).toThrow(message))

test('either a file or a stage', async () => {
  const { api } = gateway()
  await expect(publishStage(api, 'canary', undefined, { json: false })).rejects.toThrow('either a file or --from')
  await expect(publishStage(api, 'canary', 'x', { from: 'prod', json: false })).rejects.toThrow('either a file or --from')
})

test('diff: the version before against the live one, a file against the live one, any two', async () => {
  const { api } = gateway()
  expect(await printed(() => diffStage(api, 'canary', undefined, { json: false }))).toBe(
    ['canary         version 1  version 2', 'variables.n    "1"        "2"', 'settings.mesh  -          {"stage":"canary"}', ''].join('\n'),
  )
  expect(await printed(() => diffStage(api, 'canary', undefined, { from: 0, to: 1, json: false }))).toContain('variables.n  "0"')
  const same = file(JSON.stringify(canary.versions[2]?.definition))
  expect(await printed(() => diffStage(api, 'canary', same, { json: false }))).toBe(`canary: version 2 and ${same} are the same\n`)
  await expect(diffStage(api, 'canary', undefined, { to: 7, json: false })).rejects.toThrow('canary has no version 7; it has 0, 1, 2')
})

test('sentences', () => {
  expect(sentence('canary', 'unchanged', { ...canary, percent: 0 })).toBe('canary is version 2, as before')
  expect(sentence('beta', 'changed', gone)).toBe('beta is no more')
  expect(sentence('beta', 'pending', undefined)).toBe('beta: asked for; it is not decided yet')
})
