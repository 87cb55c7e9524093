import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'

/** Names that only this project understood; the field's own are used instead (`sendCommand`, `WriteConflict`, outbox, dead letter, quarantine …). */
const given =
  'tellThrough Tell TellOptions tellEvery Fact Addressed Heard hears jsonAsItIs Unfit Strange StrangeRecord noteUnsaved Parking passage ' +
  'setAside LetterEnd LetterNote WaitingEvents WaitingReader AwaitedAnswers startForwarder ownEvents StateView dueCommand PendingTimer ' +
  'inParts partsJoiner isTold withinGrace silentMs aroundOthers RowsInTheWay Held takePart withHold rememberChanges Untold tellChanges ' +
  'tellReaders createArrival createFailing gather applyOrPark onlyReplica leftovers endLeftovers canaryOrders allOrphans entryUrl entryPort ' +
  'entryWorkload isEntry Surroundings fillFolder paint Undo undoStack Lane mustHold allHold steadyCatalog poolFull setWeight generousPool ' +
  'ejectTheOnlyOne SingleStore NetworkEdges OrderSlip toOrderSlip callee callees calleeHost ScratchCallee Way ways partialAnswers PartialAnswer ' +
  'tellEvent ToldType openingReceipt versionsInEra scratchPlace ScratchPlace placeOf'

/** `status` on a cluster prints the breakers with this key since its first version. */
const withCallee = ['scripts/cluster/breakers.ts', 'scripts/cluster/status.ts', 'test/unit/scripts/cluster/breakers.test.ts']

/** Words of experiments that the field has others for: hypothesis, steady state, action, rollback, series, snapshot; name, actual, passed. */
const ofExperiments = 'claim steady inject lift undo undos lane lanes look looks holds'

/** Result files and `--json` keep the words of the first version: here, and nowhere else, they are translated. */
const edges = ['scripts/experiments/core/result-schema.ts', 'scripts/checks/check-json.ts', 'scripts/experiments/commands/list.ts']

const root = new URL('../../', import.meta.url)
const self = 'test/unit/words.test.ts'
const rooms = ['services', 'scripts', 'cdk8s', 'mesh', 'charts', 'test']
const files = rooms
  .flatMap((room) => readdirSync(new URL(room, root), { recursive: true, encoding: 'utf8' }).map((name) => `${room}/${name}`))
  .filter((name) => name.endsWith('.ts') && name !== self && !name.startsWith('cdk8s/imports/'))

const anyOf = (words: string): RegExp => new RegExp(`\\b(${words.replaceAll(' ', '|')})\\b`)

/** What is left of a line without comments and texts: English words may say there what they like. */
const codeOf = (line: string): string =>
  /^\s*(\/?\*|\/\/)/.test(line)
    ? ''
    : line
        .replaceAll(/`(?:\\.|[^`\\])*`/g, (text) => [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, value]) => value).join(' '))
        .replaceAll(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|\/\/ .*$/g, "''")

const linesWith = (used: RegExp, names: readonly string[]): string[] =>
  names.flatMap((name) =>
    readFileSync(new URL(name, root), 'utf8')
      .split('\n')
      .filter((line) => used.test(codeOf(line)))
      .map((line) => `${name}: ${line.trim()}`),
  )

/** `RowsInTheWay` → `rows-in-the-way` */
const fileNameOf = (word: string): string => word.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase()

test('no code uses a word that one would have to learn here', () => {
  for (const room of rooms) expect(files.filter((name) => name.startsWith(`${room}/`)).length).toBeGreaterThan(5)
  expect(
    linesWith(
      anyOf(given),
      files.filter((name) => !withCallee.includes(name)),
    ),
  ).toEqual([])
  expect(linesWith(anyOf(given.replace(' callee ', ' ')), withCallee)).toEqual([])
})

test('no file is named after one', () => {
  const names = new Set(given.split(' ').map(fileNameOf))
  expect(files.filter((name) => names.has(basename(name).replace(/(\.test)?\.ts$/, '')))).toEqual([])
})

test("experiments speak of hypothesis, action and rollback; only the edge to the result files has the files' own words", () => {
  const names = files.filter((name) => /^scripts\/(experiments|checks)\//.test(name) && !edges.includes(name))
  expect(names.length).toBeGreaterThan(40)
  expect(linesWith(anyOf(ofExperiments), names)).toEqual([])
})
